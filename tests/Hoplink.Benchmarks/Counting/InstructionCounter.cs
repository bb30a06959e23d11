using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Hoplink.Benchmarks.Counting;

/// <summary>
/// Makes an assembly count the IL instructions that it runs: at the start of each basic block, the number of the block's instructions is
/// added to its method's counter. The count is that of the code as it was compiled; what this adds is not in it.
/// </summary>
internal sealed class InstructionCounter
{
    internal const string TypeName = "InstructionCounts";
    internal const string CountsName = "Counts";
    internal const string MethodsName = "Methods";

    private readonly ModuleDefinition _module;
    private readonly FieldDefinition _counts;
    private readonly List<string> _methods = [];

    private InstructionCounter(ModuleDefinition module)
    {
        _module = module;
        var type = new TypeDefinition(
            string.Empty, TypeName, TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed, module.TypeSystem.Object);
        _counts = new FieldDefinition(
            CountsName, FieldAttributes.Public | FieldAttributes.Static, new ArrayType(module.TypeSystem.Int64));
        type.Fields.Add(_counts);
        type.Fields.Add(new FieldDefinition(
            MethodsName, FieldAttributes.Public | FieldAttributes.Static, new ArrayType(module.TypeSystem.String)));
        foreach (MethodDefinition method in module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody))
        {
            Instrument(method.Body, _methods.Count);
            _methods.Add(method.DeclaringType.FullName + "." + method.Name);
        }

        module.Types.Add(type);
    }

    /// <summary>The assembly in a file, made to count; and the names of its methods, in the order of the counters.</summary>
    internal static byte[] Instrument(string path, out string[] methods)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(path);
        var counter = new InstructionCounter(module);
        methods = [.. counter._methods];
        using var output = new MemoryStream();
        module.Write(output);
        return output.ToArray();
    }

    /// <summary>What can be jumped to, or follows what jumps.</summary>
    private static HashSet<Instruction> LeadersOf(MethodBody body)
    {
        var leaders = new HashSet<Instruction> { body.Instructions[0] };
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
            {
                leaders.Add(target);
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                leaders.UnionWith(targets);
            }

            bool ends = instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return
                or FlowControl.Throw;
            if (ends && instruction.Next != null)
            {
                leaders.Add(instruction.Next);
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            Instruction?[] bounds = [handler.TryStart, handler.TryEnd, handler.HandlerStart, handler.HandlerEnd, handler.FilterStart];
            leaders.UnionWith(bounds.OfType<Instruction>());
        }

        return leaders;
    }

    private void Instrument(MethodBody body, int slot)
    {
        // Short forms cannot reach over what is added; OptimizeMacros brings back those that can.
        body.SimplifyMacros();
        HashSet<Instruction> leaders = LeadersOf(body);
        Instruction[] original = [.. body.Instructions];
        var starts = new Dictionary<Instruction, Instruction>();
        body.Instructions.Clear();
        for (int i = 0; i < original.Length; i++)
        {
            if (leaders.Contains(original[i]))
            {
                int end = i + 1;
                while (end < original.Length && !leaders.Contains(original[end]))
                {
                    end++;
                }

                Instruction[] addition = [.. Addition(slot, end - i)];
                starts.Add(original[i], addition[0]);
                foreach (Instruction added in addition)
                {
                    body.Instructions.Add(added);
                }
            }

            body.Instructions.Add(original[i]);
        }

        Redirect(body, original, starts);
        body.OptimizeMacros();
    }

    private IEnumerable<Instruction> Addition(int slot, int instructions)
    {
        yield return Instruction.Create(OpCodes.Ldsfld, _counts);
        yield return Instruction.Create(OpCodes.Ldc_I4, slot);
        yield return Instruction.Create(OpCodes.Ldelema, _module.TypeSystem.Int64);
        yield return Instruction.Create(OpCodes.Dup);
        yield return Instruction.Create(OpCodes.Ldind_I8);
        yield return Instruction.Create(OpCodes.Ldc_I4, instructions);
        yield return Instruction.Create(OpCodes.Conv_I8);
        yield return Instruction.Create(OpCodes.Add);
        yield return Instruction.Create(OpCodes.Stind_I8);
    }

    /// <summary>Lets jumps and handlers begin where a block's addition does.</summary>
    private static void Redirect(MethodBody body, Instruction[] original, Dictionary<Instruction, Instruction> starts)
    {
        foreach (Instruction instruction in original)
        {
            if (instruction.Operand is Instruction target)
            {
                instruction.Operand = starts[target];
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                instruction.Operand = Array.ConvertAll(targets, t => starts[t]);
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            handler.TryStart = starts[handler.TryStart];
            handler.TryEnd = StartOf(handler.TryEnd);
            handler.HandlerStart = starts[handler.HandlerStart];
            handler.HandlerEnd = StartOf(handler.HandlerEnd);
            handler.FilterStart = StartOf(handler.FilterStart);
        }

        Instruction? StartOf(Instruction? instruction)
        {
            return instruction == null ? null : starts[instruction];
        }
    }
}
