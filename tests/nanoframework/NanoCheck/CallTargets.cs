using System.Reflection.Metadata;

namespace Hoplink.Nano.Check;

/// <summary>
/// What a call may run of the same assembly. Which method a virtual call runs is not in the IL: every one that can stand in a slot of that
/// name and signature may be it. The slot may be another assembly's, such as ToString or Dispose.
/// </summary>
internal sealed class CallTargets
{
    private readonly CompiledAssembly _assembly;
    private readonly Dictionary<MethodDefinitionHandle, CompiledMethod> _methods;
    private readonly ILookup<Slot, CompiledMethod> _virtual;
    private readonly CompiledMethod[] _asked;

    public CallTargets(CompiledAssembly assembly)
    {
        _assembly = assembly;
        _methods = assembly.Methods.ToDictionary(m => m.Handle);
        _virtual = Implementations().ToLookup(i => i.Slot, i => i.Method);
        _asked = [.. assembly.Methods.Where(IsAsked)];
    }

    /// <summary>None if it is no call, or one of what is not seen here.</summary>
    public IEnumerable<CompiledMethod> Of(Instruction instruction)
    {
        if (instruction.Code is not (ILOpCode.Call or ILOpCode.Callvirt or ILOpCode.Newobj))
        {
            return [];
        }

        EntityHandle callee = instruction.Token;
        IEnumerable<CompiledMethod> own = callee.Kind == HandleKind.MethodDefinition ? [_methods[(MethodDefinitionHandle)callee]] : [];
        IEnumerable<CompiledMethod> others = instruction.Code == ILOpCode.Callvirt ? _virtual[SlotOf(callee)] : [];
        return own.Concat(others).Concat(TakesObjects(callee) ? _asked : []);
    }

    // By its own name or, where it implements an interface explicitly, by the interface's.
    private IEnumerable<(Slot Slot, CompiledMethod Method)> Implementations()
    {
        foreach (CompiledMethod method in _assembly.Methods.Where(m => m.IsVirtual))
        {
            yield return (SlotOf(method.Handle), method);
        }

        foreach (MethodImplementationHandle handle in _assembly.Metadata.TypeDefinitions
            .SelectMany(t => _assembly.Metadata.GetTypeDefinition(t).GetMethodImplementations()))
        {
            MethodImplementation implementation = _assembly.Metadata.GetMethodImplementation(handle);
            yield return (SlotOf(implementation.MethodDeclaration), _methods[(MethodDefinitionHandle)implementation.MethodBody]);
        }
    }

    private Slot SlotOf(EntityHandle method)
    {
        switch (method.Kind)
        {
            case HandleKind.MethodDefinition:
                MethodDefinition definition = _assembly.Metadata.GetMethodDefinition((MethodDefinitionHandle)method);
                return new Slot(_assembly.Text(definition.Name), definition.Signature);
            case HandleKind.MemberReference:
                MemberReference reference = _assembly.Metadata.GetMemberReference((MemberReferenceHandle)method);
                return new Slot(_assembly.Text(reference.Name), reference.Signature);
            default:
                return default; // of a generic: another rule refuses it
        }
    }

    // string.Concat(object, object), Hashtable.Add and the like ask what they are given for these, in code that is not seen here.
    private static bool IsAsked(CompiledMethod method)
    {
        return method.IsOverride && (method.Name, method.ParameterCount) is ("ToString", 0) or ("GetHashCode", 0) or ("Equals", 1);
    }

    private bool TakesObjects(EntityHandle method)
    {
        if (method.Kind != HandleKind.MemberReference)
        {
            return false;
        }

        MethodSignature<SignatureType> signature =
            _assembly.Metadata.GetMemberReference((MemberReferenceHandle)method).DecodeMethodSignature(new TypeTraits(_assembly), null);

        // A delegate's constructor takes its target as an object, and asks it for nothing.
        return signature.ParameterTypes.Any(p => p.Name is "System.Object" or "System.Object[]")
            && !signature.ParameterTypes.Any(p => p.Name == "System.IntPtr");
    }

    /// <summary>What a virtual call names.</summary>
    private readonly record struct Slot(string Name, BlobHandle Signature);
}
