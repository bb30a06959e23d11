using System.Text;
using Hoplink.Device.Provisioning;

namespace Hoplink.Tests.Device;

/// <summary>A dialogue as a person has it: a line is typed, an answer comes.</summary>
internal static class DialogueLines
{
    public static LineAssembler Type(string line)
    {
        var assembler = new LineAssembler();
        foreach (byte value in Encoding.UTF8.GetBytes(line))
        {
            Assert.False(assembler.Add(value));
        }

        Assert.True(assembler.Add((byte)'\n'));
        return assembler;
    }

    /// <summary>A bad line has a control character behind it.</summary>
    public static string Answer(this ProvisioningDialogue dialogue, string line, bool isBad)
    {
        return dialogue.Answer(Type(isBad ? line + "\t" : line));
    }
}
