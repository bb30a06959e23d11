using System.Reflection;

namespace Hoplink.Benchmarks.Measures;

/// <summary>
/// What objects take on the heap of .NET nanoFramework's interpreter on a 32-bit chip, by that interpreter's own rules: the heap is made of
/// blocks of 12 bytes; an object takes one block and one more for each field, its base classes' included; a field of a structure
/// points to an object of its own; an array has a head of 20 bytes, elements of numbers in their own size and of references or structures
/// in a block each, rounded up to blocks; a string literal takes one block, its text stays in flash.
/// </summary>
internal sealed class InterpreterHeap
{
    private const int Block = 12;
    private const int ArrayHead = 20;

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);

    /// <summary>Bytes of all objects that were reached.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Adds what can be reached from an object and was not reached before.</summary>
    internal void Add(object? root)
    {
        var pending = new Stack<object>();
        Push(root);
        while (pending.TryPop(out object? item))
        {
            Type type = item.GetType();
            if (item is Delegate)
            {
                throw new NotSupportedException("no rule for " + type);
            }

            if (item is string)
            {
                Bytes += Block;
            }
            else if (item is Array array)
            {
                AddArray(array, type.GetElementType()!);
            }
            else
            {
                AddFields(item, type);
            }
        }

        void Push(object? value)
        {
            if (value != null && _seen.Add(value))
            {
                pending.Push(value);
            }
        }

        void AddArray(Array array, Type element)
        {
            bool isNumber = element.IsPrimitive || element.IsEnum;
            int size = isNumber ? SizeOf(element) : Block;
            Bytes += (ArrayHead + ((long)size * array.Length) + Block - 1) / Block * Block;
            if (isNumber)
            {
                return;
            }

            foreach (object? value in array)
            {
                Push(value);
            }
        }

        void AddFields(object item, Type type)
        {
            long bytes = Block;
            for (Type? level = type; level != null; level = level.BaseType)
            {
                const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
                foreach (FieldInfo field in level.GetFields(own))
                {
                    bytes += Block;
                    if (!field.FieldType.IsPrimitive && !field.FieldType.IsEnum)
                    {
                        Push(field.GetValue(item));
                    }
                }
            }

            Bytes += bytes;
        }
    }

    private static int SizeOf(Type number)
    {
        return Type.GetTypeCode(number) switch
        {
            TypeCode.Boolean or TypeCode.Byte or TypeCode.SByte => 1,
            TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Char => 2,
            TypeCode.Int32 or TypeCode.UInt32 => 4,
            TypeCode.Int64 or TypeCode.UInt64 => 8,
            _ => throw new NotSupportedException("no rule for " + number),
        };
    }
}
