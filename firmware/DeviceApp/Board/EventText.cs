using Hoplink.Device.Configuration;
using Hoplink.Recovery;

namespace Hoplink.Device.Board;

/// <summary>A link's events as lines for the board's log. They allocate: events are rare.</summary>
public static class EventText
{
    /// <summary>One line.</summary>
    public static string Of(LinkEvent e)
    {
        switch (e.Kind)
        {
            case LinkEventKind.Connected:
                return "connected: session " + Hex.Write(e.SessionId) + (e.Resumed ? ", the link resumed" : ", a new link");
            case LinkEventKind.ConditionBegan:
                return "condition " + RecoveryText.Of(e.Condition) + " began";
            case LinkEventKind.ConditionEnded:
                return "condition " + RecoveryText.Of(e.Condition) + " ended";
            case LinkEventKind.RungStarted:
                return Level(e.Level) + ": attempt " + e.Attempt.ToString() + " because of " + RecoveryText.Conditions(e.Conditions);
            case LinkEventKind.RungFailed:
                return Level(e.Level) + ": attempt " + e.Attempt.ToString() + " failed with " + RecoveryText.Of(e.Result) + ". "
                    + RecoveryText.Advice(e.Result);
            case LinkEventKind.RungEscalated:
                return Level(e.FromLevel) + " does not help: on to " + Level(e.Level);
            case LinkEventKind.RungSucceeded:
                return Level(e.Level) + ": succeeded in " + (e.DurationMicros / 1000).ToString() + " ms";
            case LinkEventKind.Rekeyed:
                return "rekeyed: epoch " + e.Epoch.ToString();
            case LinkEventKind.MessagesLost:
                return "messages lost: " + e.Count.ToString() + " from number " + e.First.ToString() + " on";
            case LinkEventKind.LinkRestarted:
                return "the link began anew: " + e.Count.ToString() + " messages are sent again";
            case LinkEventKind.Terminated:
                return "session ended at " + Level(e.Level) + ": " + RecoveryText.Of(e.Reason) + ". " + RecoveryText.Advice(e.Reason);
            case LinkEventKind.Reconnecting:
                return "reconnecting in " + (e.DelayMicros / 1000).ToString() + " ms";
            case LinkEventKind.PeerClosing:
                return "the peer is closing";
            default:
                return "the link closed: " + RecoveryText.Of(e.Reason) + "; " + e.Count.ToString() + " messages were never acknowledged";
        }
    }

    private static string Level(RecoveryLevel level)
    {
        return "L" + ((int)level).ToString() + " " + RecoveryText.Of(level);
    }
}
