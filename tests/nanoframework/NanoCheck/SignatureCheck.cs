using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Hoplink.Nano.Check;

/// <summary>Generics, multi-dimensional arrays, pointers and function pointers, in every signature and behind every token.</summary>
internal sealed class SignatureCheck(CompiledAssembly assembly, Action<Finding> report)
{
    private static readonly (Traits Trait, Rule Rule, string What)[] _forbidden =
    [
        (Traits.Generic, Rule.Generics, "generic"),
        (Traits.MultiDimensional, Rule.MultiDimensionalArray, "a multi-dimensional array"),
        (Traits.Pointer, Rule.Pointer, "a pointer, or pinned"),
        (Traits.FunctionPointer, Rule.FunctionPointer, "a function pointer"),
    ];

    private readonly MetadataReader _metadata = assembly.Metadata;
    private readonly TypeTraits _traits = new(assembly);

    public static void Check(string where, SignatureType type, Action<Finding> report)
    {
        foreach ((Traits trait, Rule rule, string what) in _forbidden)
        {
            if ((type.Traits & trait) != 0)
            {
                report(new Finding(rule, where, $"{type.Name} is {what}"));
            }
        }
    }

    public void Run()
    {
        for (int row = 1; row <= _metadata.GetTableRowCount(TableIndex.GenericParam); row++)
        {
            GenericParameter parameter = _metadata.GetGenericParameter(MetadataTokens.GenericParameterHandle(row));
            report(new Finding(Rule.Generics, assembly.NameOf(parameter.Parent),
                $"has the type parameter {assembly.Text(parameter.Name)}"));
        }

        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            CheckType(assembly.NameOf(handle), _metadata.GetTypeDefinition(handle));
        }

        foreach (CompiledMethod method in assembly.Methods)
        {
            CheckMethod(method);
        }

        foreach (CustomAttributeHandle handle in _metadata.CustomAttributes)
        {
            CustomAttribute attribute = _metadata.GetCustomAttribute(handle);
            CheckToken(assembly.NameOf(attribute.Parent), attribute.Constructor);
        }
    }

    private void CheckType(string name, TypeDefinition type)
    {
        CheckToken(name, type.BaseType);
        foreach (InterfaceImplementationHandle handle in type.GetInterfaceImplementations())
        {
            CheckToken(name, _metadata.GetInterfaceImplementation(handle).Interface);
        }

        foreach (FieldDefinitionHandle handle in type.GetFields())
        {
            CheckSignature(assembly.NameOf(handle), _metadata.GetFieldDefinition(handle).DecodeSignature(_traits, null));
        }
    }

    private void CheckMethod(CompiledMethod method)
    {
        CheckSignature(method.FullName, method.Definition.DecodeSignature(_traits, null));
        if (method.Body == null)
        {
            return;
        }

        if (!method.Body.LocalSignature.IsNil)
        {
            StandaloneSignature locals = _metadata.GetStandaloneSignature(method.Body.LocalSignature);
            foreach (SignatureType local in locals.DecodeLocalSignature(_traits, null))
            {
                CheckSignature(method.FullName, local);
            }
        }

        foreach (ExceptionRegion region in method.Body.ExceptionRegions)
        {
            CheckToken(method.FullName, region.CatchType);
        }

        foreach (Instruction instruction in method.Instructions.Where(i => i.HasToken))
        {
            CheckToken(method.FullName, instruction.Token);
        }
    }

    private void CheckToken(string where, EntityHandle token)
    {
        if (token.IsNil)
        {
            return;
        }

        switch (token.Kind)
        {
            case HandleKind.TypeReference:
                CheckSignature(where, _traits.GetTypeFromReference(_metadata, (TypeReferenceHandle)token, 0));
                break;
            case HandleKind.TypeDefinition:
                CheckSignature(where, _traits.GetTypeFromDefinition(_metadata, (TypeDefinitionHandle)token, 0));
                break;
            case HandleKind.TypeSpecification:
                CheckSignature(where, _traits.GetTypeFromSpecification(_metadata, null, (TypeSpecificationHandle)token, 0));
                break;
            case HandleKind.MethodSpecification:
                report(new Finding(Rule.Generics, where, $"uses the generic method {assembly.NameOf(token)}"));
                break;
            case HandleKind.MemberReference:
                CheckMember(where, _metadata.GetMemberReference((MemberReferenceHandle)token));
                break;
            case HandleKind.StandaloneSignature:
                StandaloneSignature call = _metadata.GetStandaloneSignature((StandaloneSignatureHandle)token);
                CheckSignature(where, call.DecodeMethodSignature(_traits, null));
                break;
            default:
                break; // fields and methods of the assembly are checked where they are defined
        }
    }

    private void CheckMember(string where, MemberReference member)
    {
        CheckToken(where, member.Parent);
        if (member.GetKind() == MemberReferenceKind.Field)
        {
            CheckSignature(where, member.DecodeFieldSignature(_traits, null));
        }
        else
        {
            CheckSignature(where, member.DecodeMethodSignature(_traits, null));
        }
    }

    private void CheckSignature(string where, MethodSignature<SignatureType> signature)
    {
        CheckSignature(where, signature.ReturnType);
        foreach (SignatureType parameter in signature.ParameterTypes)
        {
            CheckSignature(where, parameter);
        }
    }

    private void CheckSignature(string where, SignatureType type) => Check(where, type, report);
}
