using Hoplink.Crypto;

namespace Hoplink.Tests.Crypto;

/// <summary>Yields the given byte strings one after the other, and remembers the buffers that it filled.</summary>
internal sealed class ScriptedRandomSource(params byte[][] answers) : RandomSource
{
    internal List<byte[]> Buffers { get; } = [];

    public override void Fill(byte[] buffer, int offset, int count)
    {
        byte[] answer = answers[Buffers.Count];
        Assert.Equal(answer.Length, count);
        Buffers.Add(buffer);
        answer.CopyTo(buffer, offset);
    }
}
