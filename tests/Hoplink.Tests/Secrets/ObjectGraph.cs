using System.Reflection;
using Hoplink.Crypto;
using Hoplink.Device.Crypto;
using Hoplink.Host;

namespace Hoplink.Tests.Secrets;

/// <summary>All that the library holds: what can be reached from some objects, and from the statics of its assemblies, by fields.</summary>
internal sealed class ObjectGraph
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] _library =
    [
        typeof(Link).Assembly, typeof(CryptoProvider).Assembly, typeof(PlatformCrypto).Assembly, typeof(Esp32Crypto).Assembly,
    ];

    private readonly SecretPatterns _patterns;
    private readonly List<string> _found = [];
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<(string Path, object Item)> _open = [];

    private ObjectGraph(SecretPatterns patterns)
    {
        _patterns = patterns;
    }

    /// <summary>Where a secret lies, as paths of fields with the secret's name; each object counts once.</summary>
    public static List<string> Search(SecretPatterns patterns, params (string Name, object? Root)[] roots)
    {
        var graph = new ObjectGraph(patterns);
        foreach ((string name, object? root) in roots.Concat(Statics()))
        {
            graph.Enqueue(name, root);
        }

        graph.Walk();
        return graph._found;
    }

    private void Walk()
    {
        while (_open.TryDequeue(out (string Path, object Item) next))
        {
            if (next.Item is Array array)
            {
                LookInto(next.Path, array);
            }
            else
            {
                LookInto(next.Path, next.Item is RecordingCrypto recording ? recording.Inner : next.Item);
            }
        }
    }

    private void Enqueue(string path, object? item)
    {
        if (item != null && IsWalked(item.GetType()) && (item.GetType().IsValueType || _seen.Add(item)))
        {
            _open.Enqueue((path, item));
        }
    }

    private void LookInto(string path, Array array)
    {
        int size = SizeOf(array.GetType().GetElementType()!);
        if (size > 0)
        {
            Report(path, array is byte[] bytes ? _patterns.FindIn(bytes) : _patterns.FindIn([.. array.Cast<object>().Select(value => ToBits(value))], size));
            return;
        }

        int index = 0;
        foreach (object? element in array)
        {
            Enqueue($"{path}[{index++}]", element);
        }
    }

    private void LookInto(string path, object item)
    {
        // Fields of one kind in a row may be the words of a number.
        var numbers = new Dictionary<int, List<ulong>>();
        for (Type? type = item.GetType(); type != null && IsWalked(type); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(Instance))
            {
                object? value = field.GetValue(item);
                int size = SizeOf(field.FieldType);
                if (size > 0)
                {
                    numbers.TryAdd(size, []);
                    numbers[size].Add(ToBits(value!));
                }
                else
                {
                    Enqueue($"{path}.{field.Name}", value);
                }
            }
        }

        foreach ((int size, List<ulong> values) in numbers)
        {
            Report($"{path} ({item.GetType().Name})", _patterns.FindIn(values, size));
        }
    }

    private void Report(string path, string? name)
    {
        if (name != null)
        {
            _found.Add($"{path} holds {name}");
        }
    }

    private static IEnumerable<(string Name, object? Root)> Statics()
    {
        return from assembly in _library
               from type in assembly.GetTypes()
               where !type.ContainsGenericParameters
               from field in type.GetFields(Static)
               where !field.IsLiteral && SizeOf(field.FieldType) == 0
               select ($"{type.Name}.{field.Name}", field.GetValue(null));
    }

    private static bool IsWalked(Type type)
    {
        return type.IsArray || (!type.IsPrimitive && !type.IsEnum && !type.IsPointer && !typeof(Delegate).IsAssignableFrom(type)
            && (type.Assembly == typeof(ObjectGraph).Assembly || type.Assembly.GetName().Name!.StartsWith("Hoplink", StringComparison.Ordinal)));
    }

    private static int SizeOf(Type type)
    {
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Byte or TypeCode.SByte => 1,
            TypeCode.Int16 or TypeCode.UInt16 => 2,
            TypeCode.Int32 or TypeCode.UInt32 => 4,
            TypeCode.Int64 or TypeCode.UInt64 => 8,
            TypeCode.Boolean => 1,
            _ => 0,
        };
    }

    private static ulong ToBits(object value)
    {
        return value switch
        {
            bool flag => flag ? 1UL : 0,
            ulong number => number,
            Enum or byte or sbyte or short or ushort or int or uint or long => ToBits(value, SizeOf(value.GetType())),
            _ => 0,
        };
    }

    private static ulong ToBits(object value, int size)
    {
        ulong bits = value is uint number ? number : (ulong)Convert.ToInt64(value);
        return size == 8 ? bits : bits & ((1UL << (8 * size)) - 1);
    }
}
