using System.Reflection.Metadata;

namespace Hoplink.Nano.Check;

/// <summary>
/// Static initialisers run before Main in the order of the types, not on first use: one that reads another type's statics, itself or in
/// what it calls in this assembly, may find them empty.
/// </summary>
internal sealed class StaticOrderCheck(CompiledAssembly assembly, Action<Finding> report)
{
    private readonly CallTargets _targets = new(assembly);

    public void Run()
    {
        foreach (CompiledMethod initialiser in assembly.Methods.Where(m => m.Name == ".cctor"))
        {
            Follow(initialiser);
        }
    }

    private void Follow(CompiledMethod initialiser)
    {
        HashSet<MethodDefinitionHandle> seen = [initialiser.Handle];
        Queue<CompiledMethod> toRead = new([initialiser]);
        while (toRead.TryDequeue(out CompiledMethod? method))
        {
            foreach (Instruction instruction in method.Instructions.Where(i => i.HasToken))
            {
                if (instruction.Code is ILOpCode.Ldsfld or ILOpCode.Ldsflda && !MayRead(initialiser.DeclaringType, instruction.Token))
                {
                    string by = method == initialiser ? "" : $" by way of {method.FullName}";
                    report(new Finding(Rule.StaticOrder, assembly.NameOf(initialiser.DeclaringType),
                        $"its static initialiser reads {assembly.NameOf(instruction.Token)}{by}"));
                }

                foreach (CompiledMethod callee in _targets.Of(instruction).Where(c => seen.Add(c.Handle)))
                {
                    toRead.Enqueue(callee);
                }
            }
        }
    }

    private bool MayRead(TypeDefinitionHandle reader, EntityHandle token)
    {
        if (token.Kind != HandleKind.FieldDefinition)
        {
            return false;
        }

        FieldDefinition field = assembly.Metadata.GetFieldDefinition((FieldDefinitionHandle)token);
        return field.GetDeclaringType() == reader || IsClosureCache(field);
    }

    // The one object of a class of closures, and the delegates made of it: it has no state, and the compiler tests for null.
    private bool IsClosureCache(FieldDefinition field)
    {
        TypeDefinition type = assembly.Metadata.GetTypeDefinition(field.GetDeclaringType());
        return assembly.Text(type.Name).StartsWith("<>c", StringComparison.Ordinal)
            && assembly.Text(field.Name).StartsWith("<>9", StringComparison.Ordinal);
    }
}
