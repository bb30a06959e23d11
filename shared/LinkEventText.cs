using Hoplink.Recovery;

namespace Hoplink;

/// <summary>
/// A link's events as lines for people, the same for a peer and a device. Names are those of the enums, because enum.ToString() gives the
/// number on a device. None of this is for hot paths: it allocates.
/// </summary>
public static class LinkEventText
{
    private const string Digits = "0123456789abcdef";

    /// <summary>One line.</summary>
    /// <param name="e">The event.</param>
    /// <param name="sessionId">The session to name: the event's own, or the link's last if it has none.</param>
    public static string Of(LinkEvent e, ulong sessionId)
    {
        switch (e.Kind)
        {
            case LinkEventKind.Connected:
                return "connected: session " + Id(sessionId) + (e.Resumed ? ", the link resumed" : ", a new link")
                    + (e.Encrypted ? ", encrypted" : ", not encrypted");
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
                return Level(e.Level) + ": succeeded in " + Millis(e.DurationMicros) + " ms";
            case LinkEventKind.Rekeyed:
                return "rekeyed: epoch " + e.Epoch.ToString();
            case LinkEventKind.MessagesLost:
                return "messages lost: " + e.Count.ToString() + " from number " + e.First.ToString() + " on";
            case LinkEventKind.LinkRestarted:
                return "the link began anew: " + e.Count.ToString()
                    + " unacknowledged messages are sent again, some perhaps for the second time";
            case LinkEventKind.Terminated:
                return "session " + Id(sessionId) + " ended at " + Level(e.Level) + ": " + RecoveryText.Of(e.Reason) + ". "
                    + RecoveryText.Advice(e.Reason);
            case LinkEventKind.Reconnecting:
                return "reconnecting in " + Millis(e.DelayMicros) + " ms";
            case LinkEventKind.EncryptionRefused:
                return "no session: the peer does not encrypt, and this end requires it. Let the peer offer it, or do not require it here";
            case LinkEventKind.PeerClosing:
                return "the other end is closing";
            case LinkEventKind.Closed:
                return "the link closed after session " + Id(sessionId) + ": " + e.Count.ToString() + " messages were never acknowledged";
            default:
                return "nothing";
        }
    }

    /// <summary>An id as 16 hex digits.</summary>
    public static string Id(ulong id)
    {
        char[] digits = new char[16];
        for (int i = 0; i < digits.Length; i++)
        {
            digits[i] = Digits[(int)(id >> (60 - (4 * i))) & 15];
        }

        return new string(digits);
    }

    private static string Level(RecoveryLevel level)
    {
        return "L" + ((int)level).ToString() + " " + RecoveryText.Of(level);
    }

    /// <summary>A time that is not negative with one decimal, whatever the platform's culture and formats are.</summary>
    private static string Millis(long micros)
    {
        long tenths = (micros + 50) / 100;
        return (tenths / 10).ToString() + "." + (tenths % 10).ToString();
    }
}
