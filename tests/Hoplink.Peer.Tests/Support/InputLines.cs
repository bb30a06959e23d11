using System.Collections.Concurrent;

namespace Hoplink.Peer.Tests.Support;

/// <summary>Standard input that a test types into.</summary>
internal sealed class InputLines : TextReader
{
    private readonly BlockingCollection<string> _lines = [];

    public void Add(string line)
    {
        _lines.Add(line);
    }

    public override void Close()
    {
        _lines.CompleteAdding();
    }

    public override string? ReadLine()
    {
        return _lines.TryTake(out string? line, Timeout.Infinite) ? line : null;
    }
}
