namespace Hoplink.Tests.Ladder;

/// <summary>Measures the longest time between two messages that arrive one after the other, in either direction.</summary>
internal sealed class GapWatch
{
    private readonly World _world;

    internal GapWatch(Pair s)
    {
        _world = s.World;
        Watch(s.Device);
        Watch(s.Peer);
    }

    /// <summary>us.</summary>
    internal long Longest { get; private set; }

    private void Watch(EndNode node)
    {
        long last = -1;
        node.MessageRead += (_, _) =>
        {
            Longest = last < 0 ? Longest : Math.Max(Longest, _world.Now - last);
            last = _world.Now;
        };
    }
}
