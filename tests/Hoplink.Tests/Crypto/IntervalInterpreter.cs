using System.Reflection;
using System.Reflection.Emit;

namespace Hoplink.Tests.Crypto;

/// <summary>All 64-bit integers from Low to High; 32-bit ones stand as the same number.</summary>
internal readonly record struct Interval(Int128 Low, Int128 High)
{
    internal static Interval Exactly(Int128 value)
    {
        return new Interval(value, value);
    }

    internal static Interval Union(Interval left, Interval right)
    {
        return new Interval(Int128.Min(left.Low, right.Low), Int128.Max(left.High, right.High));
    }

    internal bool IsExact => Low == High;
}

/// <summary>
/// Runs the compiled code of a method on intervals instead of numbers, and fails where a sum, a difference, a product or a shift to
/// the left could leave 64 bits: so what it runs through, computes without overflow whatever the inputs in the intervals. Branches must
/// not depend on anything that is not exactly known. It knows the instructions that the arithmetic here consists of.
/// </summary>
internal sealed class IntervalInterpreter
{
    private static readonly Dictionary<short, OpCode> _opCodes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>The largest magnitude that any sum or product could have.</summary>
    internal Int128 Widest { get; private set; }

    /// <summary>Instructions run so far.</summary>
    internal long Instructions { get; private set; }

    /// <summary>Calls a static method: arguments are Interval, Interval[] (written to as the method does) or Interval[][].</summary>
    internal void Call(MethodBase method, params object[] arguments)
    {
        MethodBody body = method.GetMethodBody()!;
        byte[] code = body.GetILAsByteArray()!;
        object?[] locals = [.. body.LocalVariables.Select(local => (object)Interval.Exactly(0))];
        Stack<object> stack = new();
        int at = 0;
        while (true)
        {
            short value = code[at] == 0xfe ? (short)(0xfe00 | code[at + 1]) : code[at];
            OpCode op = _opCodes[value];
            Instructions++;
            int operandAt = at + op.Size;
            long operand = ReadOperand(op, code, operandAt, out int size);
            at = operandAt + size;
            string name = op.Name!;
            if (name == "ret")
            {
                return;
            }

            try
            {
                if (op.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch)
                {
                    at = Branches(name, stack) ? at + (int)operand : at;
                }
                else if (!Move(name, operand, stack, arguments, locals) && !Access(name, (int)operand, stack, method.Module))
                {
                    Compute(name, stack);
                }
            }
            catch (InvalidOperationException error)
            {
                throw new InvalidOperationException($"{method.Name} at {operandAt - op.Size:x4} ({name}): {error.Message}", error);
            }
        }
    }

    private static long ReadOperand(OpCode op, byte[] code, int at, out int size)
    {
        (size, long value) = op.OperandType switch
        {
            OperandType.InlineNone => (0, 0L),
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI => (1, (sbyte)code[at]),
            OperandType.ShortInlineVar => (1, code[at]),
            OperandType.InlineVar => (2, BitConverter.ToUInt16(code, at)),
            OperandType.InlineI8 => (8, BitConverter.ToInt64(code, at)),
            _ => (4, BitConverter.ToInt32(code, at)),
        };
        return value;
    }

    /// <summary>Arguments, locals, constants.</summary>
    private static bool Move(string name, long operand, Stack<object> stack, object[] arguments, object?[] locals)
    {
        string[] parts = name.Split('.');
        int index = parts.Length > 1 && int.TryParse(parts[1], out int number) ? number : (int)operand;
        switch (parts[0])
        {
            case "ldarg":
                stack.Push(arguments[index]);
                return true;
            case "starg":
                arguments[index] = stack.Pop();
                return true;
            case "ldloc":
                stack.Push(locals[index]!);
                return true;
            case "stloc":
                locals[index] = stack.Pop();
                return true;
            case "ldc":
                bool inName = parts.Length > 2 && parts[2] != "s";
                long constant = !inName ? operand : parts[2] is "m1" or "M1" ? -1 : long.Parse(parts[2]);
                stack.Push(Interval.Exactly(constant));
                return true;
            case "dup":
                stack.Push(stack.Peek());
                return true;
            case "nop":
                return true;
            default:
                return false;
        }
    }

    /// <summary>Arrays, static fields and calls.</summary>
    private bool Access(string name, int token, Stack<object> stack, Module module)
    {
        switch (name)
        {
            case "ldelem.i8":
                int index = PopIndex(stack);
                stack.Push(((Interval[])stack.Pop())[index]);
                return true;
            case "stelem.i8":
                Interval element = (Interval)stack.Pop();
                index = PopIndex(stack);
                ((Interval[])stack.Pop())[index] = element;
                return true;
            case "ldelema":
                index = PopIndex(stack);
                stack.Push(((Interval[])stack.Pop(), index));
                return true;
            case "ldind.i8":
                (Interval[] array, index) = ((Interval[], int))stack.Pop();
                stack.Push(array[index]);
                return true;
            case "stind.i8":
                element = (Interval)stack.Pop();
                (array, index) = ((Interval[], int))stack.Pop();
                array[index] = element;
                return true;
            case "ldsfld":
                long[] field = (long[])module.ResolveField(token)!.GetValue(null)!;
                stack.Push(field.Select(value => Interval.Exactly(value)).ToArray());
                return true;
            case "call":
                MethodBase method = module.ResolveMethod(token)!;
                object[] arguments = [.. method.GetParameters().Select(parameter => stack.Pop()).Reverse()];
                Call(method, arguments);
                return true;
            default:
                return false;
        }
    }

    private static int PopIndex(Stack<object> stack)
    {
        return (int)PopExact(stack);
    }

    private static Int128 PopExact(Stack<object> stack)
    {
        Interval value = (Interval)stack.Pop();
        return value.IsExact ? value.Low : throw NotExact();
    }

    private static InvalidOperationException NotExact()
    {
        return new InvalidOperationException("not exactly known");
    }

    private static bool Branches(string name, Stack<object> stack)
    {
        string kind = name.Split('.')[0];
        if (kind == "br")
        {
            return true;
        }

        Int128 right = kind is "brtrue" or "brfalse" ? 0 : PopExact(stack);
        Int128 left = PopExact(stack);
        return kind switch
        {
            "brtrue" or "bne" => left != right,
            "brfalse" or "beq" => left == right,
            "blt" => left < right,
            "bgt" => left > right,
            "ble" => left <= right,
            "bge" => left >= right,
            _ => throw new InvalidOperationException("unknown branch"),
        };
    }

    private void Compute(string name, Stack<object> stack)
    {
        Interval right = (Interval)stack.Pop();
        if (name.StartsWith("conv.", StringComparison.Ordinal))
        {
            // Only the divsteps unpack a half of a word, and they run on numbers.
            stack.Push(name == "conv.i4" ? Interval.Exactly((int)(long)(right.IsExact ? right.Low : throw NotExact())) : right);
            return;
        }

        Interval left = name == "neg" ? Interval.Exactly(0) : (Interval)stack.Pop();
        stack.Push(name switch
        {
            "add" => Checked(new Interval(left.Low + right.Low, left.High + right.High)),
            "sub" or "neg" => Checked(new Interval(left.Low - right.High, left.High - right.Low)),
            "mul" => Multiply(left, right),
            "shl" => ShiftLeft(left, right),
            "shr" => new Interval(left.Low >> (int)right.Low, left.High >> (int)right.Low),
            "shr.un" when left.Low >= 0 => new Interval(left.Low >> (int)right.Low, left.High >> (int)right.Low),
            "and" => And(left, right),
            "or" => Or(left, right),
            "xor" => Xor(left, right),
            _ => throw new InvalidOperationException("not known"),
        });
    }

    private Interval Checked(Interval result)
    {
        Widest = Int128.Max(Widest, Int128.Max(-result.Low, result.High));
        return result.Low < long.MinValue || result.High > long.MaxValue
            ? throw new InvalidOperationException($"{result.Low}..{result.High} leaves 64 bits")
            : result;
    }

    private Interval Multiply(Interval left, Interval right)
    {
        Int128[] corners = [left.Low * right.Low, left.Low * right.High, left.High * right.Low, left.High * right.High];
        return Checked(new Interval(corners.Min(), corners.Max()));
    }

    private Interval ShiftLeft(Interval left, Interval right)
    {
        // Words of a table are cut off on purpose where they are taken apart: what is left can be any word.
        bool isWord = left.Low >= 0 && left.High > long.MaxValue;
        return isWord ? AnyWord : Checked(new Interval(left.Low << (int)right.Low, left.High << (int)right.Low));
    }

    /// <summary>Any unsigned word of 64 bits.</summary>
    internal static Interval AnyWord => new(0, ulong.MaxValue);

    private static Interval And(Interval left, Interval right)
    {
        if (left.IsExact && right.IsExact)
        {
            return Interval.Exactly(left.Low & right.Low);
        }

        if (left == Interval.Exactly(-1) || right == Interval.Exactly(-1))
        {
            return left.IsExact ? right : left;
        }

        Int128 high = left.Low < 0 ? right.High : right.Low < 0 ? left.High : Int128.Min(left.High, right.High);
        return left.Low >= 0 || right.Low >= 0 ? new Interval(0, high) : throw new InvalidOperationException("signs not known");
    }

    private static Interval Or(Interval left, Interval right)
    {
        if (left.IsExact && right.IsExact)
        {
            return Interval.Exactly(left.Low | right.Low);
        }

        if (left.Low < 0 || right.Low < 0)
        {
            throw new InvalidOperationException("signs not known");
        }

        Int128 all = 1;
        while (all <= Int128.Max(left.High, right.High))
        {
            all <<= 1;
        }

        return new Interval(Int128.Max(left.Low, right.Low), all - 1);
    }

    private static Interval Xor(Interval left, Interval right)
    {
        return right == Interval.Exactly(0) ? left
            : right == Interval.Exactly(-1) ? new Interval(-1 - left.High, -1 - left.Low)
            : left.IsExact && right.IsExact ? Interval.Exactly(left.Low ^ right.Low)
            : throw new InvalidOperationException("bits not known");
    }
}
