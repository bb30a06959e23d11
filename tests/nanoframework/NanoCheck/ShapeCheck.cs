using System.Reflection;
using System.Reflection.Metadata;

namespace Hoplink.Nano.Check;

/// <summary>What shows in the types: code in interfaces, fixed buffers, keys of hash tables, attributes beside native methods.</summary>
internal sealed class ShapeCheck(CompiledAssembly assembly, Action<Finding> report)
{
    private readonly MetadataReader _metadata = assembly.Metadata;

    public void Run()
    {
        foreach (CompiledMethod method in assembly.Methods.Where(m => m.Body != null && IsInterface(m.DeclaringType)))
        {
            report(new Finding(Rule.InterfaceBody, method.FullName, "a method of an interface has code"));
        }

        // A fixed buffer inside a struct: its elements are reached by adding to its address.
        foreach (string name in _metadata.TypeDefinitions.Select(h => assembly.NameOf(h))
            .Where(n => n.EndsWith(">e__FixedBuffer", StringComparison.Ordinal)))
        {
            report(new Finding(Rule.Pointer, name, "a buffer of fixed size"));
        }

        if (_metadata.TypeReferences.Any(t => assembly.NameOf(t) == "System.Collections.Hashtable"))
        {
            CheckKeys();
        }

        if (assembly.Methods.Any(m => m.IsNative))
        {
            CheckEmbeddedAttributes();
        }
    }

    private bool IsInterface(TypeDefinitionHandle type)
    {
        return (_metadata.GetTypeDefinition(type).Attributes & TypeAttributes.Interface) != 0;
    }

    // Which objects become keys cannot be told from IL, where a key is an object: so no type may rely on its own equality.
    private void CheckKeys()
    {
        foreach (CompiledMethod method in assembly.Methods.Where(m => m.IsOverride && IsEquality(m)))
        {
            report(new Finding(Rule.HashtableKey, method.FullName,
                "the assembly uses Hashtable, which on the device ignores this override"));
        }
    }

    private static bool IsEquality(CompiledMethod method)
    {
        return (method.Name == "GetHashCode" && method.ParameterCount == 0) || (method.Name == "Equals" && method.ParameterCount == 1);
    }

    private void CheckEmbeddedAttributes()
    {
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            string space = assembly.Text(_metadata.GetTypeDefinition(handle).Namespace);
            if (space is "System.Runtime.CompilerServices" or "Microsoft.CodeAnalysis")
            {
                report(new Finding(Rule.EmbeddedAttribute, assembly.NameOf(handle),
                    "the compiler added this type, which shifts the table of native methods: no in, readonly struct or nullable here"));
            }
        }
    }
}
