using Hoplink.Delivery;
using Hoplink.Keys;
using Hoplink.Routing;

namespace Hoplink.Simulation.Campaigns;

/// <summary>
/// What an end knows and believes: all that decides which messages it delivers, what it sends, under which key, where to and when. What it
/// counts, and the conditions that come of that, are not among it: those are there to notice forgeries.
/// </summary>
internal readonly record struct EndState
{
    public LinkState State { get; init; }

    public ulong LinkId { get; init; }

    public (uint Epoch, int Accepted, bool SwitchOpen, long Verified) Keys { get; init; }

    public (uint NextExpected, uint HighestSeen, int Held, int Unread) Inbox { get; init; }

    public (uint Oldest, uint NeverSent, int Count, int Sent, int Lost) Outbox { get; init; }

    public (int Congestion, int Room, int InFlight, long Deadline) Sending { get; init; }

    public (long Clock, long Rtt, long Rto, long Offset) Time { get; init; }

    public (ulong High, ulong Low, int Port, int LocalPort, bool IsValidated) Path { get; init; }

    public (int Sessions, int Rekeys, long Delivered, long Lost) Totals { get; init; }

    /// <summary>The id of the present session, 0 if there is none.</summary>
    public ulong SessionId { get; private init; }

    /// <summary>Looks at an end of a link, at a time of its host's clock.</summary>
    public static EndState Of(Link link, long now)
    {
        Session? session = link.Session;
        ReceiveBuffer inbox = link.Inbox;
        SendWindow outbox = link.Outbox;
        LinkStatistics totals = link.Statistics;
        DataSender? sender = session == null ? null : totals.Sender;
        Arrival? at = session?.Path.Current;
        return new EndState
        {
            State = link.State,
            SessionId = link.SessionId,
            LinkId = link.LinkId,
            Keys = session == null ? default
                : (session.Epochs.Current.Number, session.Epochs.Count, session.Epochs.SwitchOpen, Verified(session.Epochs)),
            Inbox = (inbox.NextExpected, inbox.HighestSeen, inbox.Held, inbox.Unread),
            Outbox = (outbox.Oldest, outbox.NeverSent, outbox.Count, outbox.Sent, outbox.Lost),
            Sending = sender == null ? default : (sender.CongestionWindow, sender.ReceiverRoom, sender.InFlight, sender.Deadline),
            Time = (session?.ReadClock(now) ?? 0, totals.RttMicros, session == null ? 0 : totals.Rtt.Rto, totals.ClockOffsetMicros),
            Path = at == null ? default : (at.Remote.High, at.Remote.Low, at.Remote.Port, at.LocalPort, session!.Path.IsValidated),
            Totals = (totals.Sessions, totals.Rekeys, totals.MessagesDelivered, totals.MessagesLost),
        };
    }

    /// <summary>Datagrams that have verified under the session keys that are accepted.</summary>
    private static long Verified(EpochTable epochs) => Enumerable.Range(0, epochs.Count).Sum(i => epochs.Accepted(i).Opened);
}
