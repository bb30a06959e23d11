using Hoplink.Recovery;

namespace Hoplink.SelfTest;

/// <summary>How often what has happened at one end.</summary>
internal sealed class EventCount
{
    private readonly int[] _kinds = new int[(int)LinkEventKind.Closed + 1];
    private readonly int[] _started = new int[(int)RecoveryLevel.ConnectionTerminate + 1];
    private readonly int[] _succeeded = new int[(int)RecoveryLevel.ConnectionTerminate + 1];

    /// <summary>Messages that were reported lost.</summary>
    internal int MessagesLost { get; private set; }

    /// <summary>Whether the last session resumed the link.</summary>
    internal bool Resumed { get; private set; }

    internal void Add(LinkEvent happened)
    {
        _kinds[(int)happened.Kind]++;
        switch (happened.Kind)
        {
            case LinkEventKind.RungStarted:
                _started[(int)happened.Level]++;
                break;
            case LinkEventKind.RungSucceeded:
                _succeeded[(int)happened.Level]++;
                break;
            case LinkEventKind.MessagesLost:
                MessagesLost += happened.Count;
                break;
            case LinkEventKind.Connected:
                Resumed = happened.Resumed;
                break;
        }
    }

    internal int Of(LinkEventKind kind)
    {
        return _kinds[(int)kind];
    }

    internal int Started(RecoveryLevel level)
    {
        return _started[(int)level];
    }

    internal int Succeeded(RecoveryLevel level)
    {
        return _succeeded[(int)level];
    }
}
