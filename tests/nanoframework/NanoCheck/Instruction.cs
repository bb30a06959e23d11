using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Hoplink.Nano.Check;

/// <summary>One instruction. <paramref name="Operand"/>: the token, or the number of a switch's targets; else 0.</summary>
internal readonly record struct Instruction(ILOpCode Code, OperandType OperandType, int Operand)
{
    private static readonly Dictionary<ILOpCode, OpCode> _opCodes = typeof(OpCodes).GetFields()
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => (ILOpCode)(ushort)o.Value);

    public bool HasToken => OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok
        or OperandType.InlineType or OperandType.InlineSig;

    public EntityHandle Token => (EntityHandle)MetadataTokens.Handle(Operand);

    /// <summary>
    /// The bytes it takes on the device, where a token, a string and the target of a branch are two bytes, a switch has a byte for the
    /// number of targets, and only ldtoken keeps its four.
    /// </summary>
    public int DeviceSize => (Code > (ILOpCode)0xFF ? 2 : 1) + OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineSwitch => 1 + (2 * Operand),
        OperandType.InlineI or OperandType.ShortInlineR or OperandType.InlineTok => 4,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 2,
    };

    public static List<Instruction> Read(MethodBodyBlock body)
    {
        List<Instruction> instructions = [];
        BlobReader il = body.GetILReader();
        while (il.RemainingBytes > 0)
        {
            int first = il.ReadByte();
            ILOpCode code = (ILOpCode)(first == 0xFE ? 0xFE00 | il.ReadByte() : first);
            OperandType type = _opCodes[code].OperandType;
            int operand = 0;
            switch (type)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    il.Offset += 1;
                    break;
                case OperandType.InlineVar:
                    il.Offset += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    il.Offset += 8;
                    break;
                case OperandType.InlineSwitch:
                    operand = il.ReadInt32();
                    il.Offset += 4 * operand;
                    break;
                default:
                    operand = il.ReadInt32();
                    break;
            }

            instructions.Add(new Instruction(code, type, operand));
        }

        return instructions;
    }
}
