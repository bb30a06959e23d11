using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Hoplink.Nano.Check;

/// <summary>A string ends at NUL on the device: literals, constants and default values. Those of attributes are another check's.</summary>
internal sealed class StringCheck(CompiledAssembly assembly, Action<Finding> report)
{
    private readonly MetadataReader _metadata = assembly.Metadata;

    public static void Check(string where, string text, Action<Finding> report)
    {
        if (text.Contains('\0'))
        {
            report(new Finding(Rule.NulInString, where, "a string with NUL in it, where the device ends it"));
        }
    }

    public void Run()
    {
        foreach (CompiledMethod method in assembly.Methods)
        {
            foreach (Instruction instruction in method.Instructions.Where(i => i.Code == ILOpCode.Ldstr))
            {
                Check(method.FullName, assembly.LiteralOf(instruction), report);
            }

            foreach (ParameterHandle parameter in method.Definition.GetParameters())
            {
                CheckConstant(method.FullName, _metadata.GetParameter(parameter).GetDefaultValue());
            }
        }

        foreach (FieldDefinitionHandle field in _metadata.FieldDefinitions)
        {
            CheckConstant(assembly.NameOf(field), _metadata.GetFieldDefinition(field).GetDefaultValue());
        }
    }

    private void CheckConstant(string where, ConstantHandle constant)
    {
        if (!constant.IsNil && _metadata.GetConstant(constant) is { TypeCode: ConstantTypeCode.String, Value: var value })
        {
            BlobReader reader = _metadata.GetBlobReader(value);
            Check(where, reader.ReadUTF16(reader.Length), report);
        }
    }
}
