using System.Reflection.Metadata;

namespace Hoplink.Nano.Check;

/// <summary>What shows in single instructions: checked arithmetic, addresses made pointers, localloc, calli, switch.</summary>
internal sealed class InstructionCheck(CompiledAssembly assembly, Action<Finding> report)
{
    private const int MostTargets = 255;

    public void Run()
    {
        foreach (CompiledMethod method in assembly.Methods)
        {
            for (int i = 0; i < method.Instructions.Count; i++)
            {
                Instruction next = i + 1 < method.Instructions.Count ? method.Instructions[i + 1] : default;
                Check(method.FullName, method.Instructions[i], next.Code);
            }
        }
    }

    private void Check(string where, Instruction instruction, ILOpCode next)
    {
        ILOpCode code = instruction.Code;
        if (IsChecked(code) && !IsArrayLength(code, next))
        {
            report(new Finding(Rule.CheckedArithmetic, where, $"{code}: checked arithmetic never throws on the device; test the bounds"));
        }
        else if (code is ILOpCode.Cpblk or ILOpCode.Initblk || (IsAddress(code) && next is ILOpCode.Conv_u or ILOpCode.Conv_i))
        {
            report(new Finding(Rule.Pointer, where, $"{code}: an address becomes a pointer"));
        }
        else if (code == ILOpCode.Localloc)
        {
            report(new Finding(Rule.StackAllocation, where, "stackalloc"));
        }
        else if (code == ILOpCode.Calli || (code is ILOpCode.Ldftn or ILOpCode.Ldvirtftn && next != ILOpCode.Newobj))
        {
            report(new Finding(Rule.FunctionPointer, where, $"{code}: a function pointer"));
        }
        else if (code == ILOpCode.Switch && instruction.Operand > MostTargets)
        {
            report(new Finding(Rule.LargeSwitch, where, $"a switch over {instruction.Operand} targets; the device takes {MostTargets}"));
        }
    }

    private static bool IsChecked(ILOpCode code)
    {
        return code is (>= ILOpCode.Conv_ovf_i1_un and <= ILOpCode.Conv_ovf_u_un) or (>= ILOpCode.Conv_ovf_i1 and <= ILOpCode.Conv_ovf_u8)
            or ILOpCode.Conv_ovf_i or ILOpCode.Conv_ovf_u or (>= ILOpCode.Add_ovf and <= ILOpCode.Sub_ovf_un);
    }

    // The compiler makes this of new int[length] where the length is a long; it is no arithmetic of the program's.
    private static bool IsArrayLength(ILOpCode code, ILOpCode next)
    {
        return code is ILOpCode.Conv_ovf_i or ILOpCode.Conv_ovf_i_un && next == ILOpCode.Newarr;
    }

    private static bool IsAddress(ILOpCode code)
    {
        return code is ILOpCode.Ldloca or ILOpCode.Ldloca_s or ILOpCode.Ldarga or ILOpCode.Ldarga_s or ILOpCode.Ldflda or ILOpCode.Ldsflda
            or ILOpCode.Ldelema;
    }
}
