using Hoplink.Keys;
using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder;

/// <summary>What the tests of the ladder do to a pair and look at.</summary>
internal static class PairExtensions
{
    /// <summary>The device or the peer.</summary>
    internal static EndNode End(this Pair s, bool device) => device ? s.Device : s.Peer;

    internal static EndNode Other(this Pair s, EndNode node) => s.End(node == s.Peer);

    /// <summary>The way from a node to the other.</summary>
    internal static Lane From(this Pair s, EndNode node) => node == s.Device ? s.Up : s.Down;

    /// <summary>The node's end of the link.</summary>
    internal static Link LinkOf(this Pair s, EndNode node) => node == s.Device ? s.Device.Link : s.PeerLink!;

    internal static Session SessionOf(this Pair s, EndNode node) => s.LinkOf(node).Session;

    /// <summary>Does something to a node's end of the link at the node's own time, and lets the host do what that leads to.</summary>
    internal static void Do(this Pair s, EndNode node, Action<Link, long> what)
    {
        node.Drive(() => what(s.LinkOf(node), node.Clock.Now));
    }

    internal static T Do<T>(this Pair s, EndNode node, Func<Link, T> what)
    {
        T? result = default;
        node.Drive(() => result = what(s.LinkOf(node)));
        return result!;
    }

    internal static void JumpClock(this Pair s, EndNode node, long micros)
    {
        s.World.Trace.Note(node.Name, $"clock jumps by {micros} us");
        s.Do(node, (link, now) => Assert.True(link.Faults.JumpClock(micros, now)));
    }

    /// <summary>How far the device's session clock is ahead of the peer's, us.</summary>
    internal static long ClockError(this Pair s)
    {
        return s.SessionOf(s.Device).ReadClock(s.Device.Clock.Now) - s.SessionOf(s.Peer).ReadClock(s.Peer.Clock.Now);
    }

    internal static uint EpochOf(this Pair s, EndNode node) => s.SessionOf(node).Epochs.Current.Number;

    /// <summary>The number of key epochs that a node accepts, staged ones not counted: they live until they are replaced (12.3).</summary>
    internal static int AcceptedBy(this Pair s, EndNode node)
    {
        EpochTable epochs = s.SessionOf(node).Epochs;
        return Enumerable.Range(0, epochs.Count).Count(i => !epochs.IsStaged(epochs.Accepted(i)));
    }

    internal static bool Began(this EndNode node, FailureCondition condition, long since = 0)
    {
        return node.Events.OfKind(LinkEventKind.ConditionBegan, since).Any(e => e.Condition == condition);
    }

    internal static bool Holds(this Pair s, EndNode node, FailureCondition condition)
    {
        return ConditionSet.Has(s.LinkOf(node).Conditions, condition);
    }

    /// <summary>The successes of a level, since a world time if one is given.</summary>
    internal static EventSnapshot[] Successes(this EndNode node, RecoveryLevel level, long since = 0)
    {
        return node.Events.OfKind(LinkEventKind.RungSucceeded, since).Where(e => e.Level == level).ToArray();
    }
}
