using Hoplink.Delivery;
using Hoplink.Recovery;
using Hoplink.Timing;

namespace Hoplink.Tests.Recovery;

/// <summary>A failure detector with everything it looks at, and what it told its listener. Times are virtual us.</summary>
internal sealed class DetectorRig : IRecoveryListener
{
    public const long Ms = 1000;
    public const long Second = 1_000_000;

    private readonly SessionClock _clock = new();
    private int _told;

    public DetectorRig(bool initiator = true, int capacity = 64, int reorderLimit = 64)
    {
        Inbox = new ReceiveBuffer(capacity, 16, reorderLimit);
        Sender = new DataSender(Outbox, Rtt, 64);
        Sender.OnWindow(64);
        Sample.SetExact(0, 0);
        Detector = new FailureDetector(initiator, Rtt, Inbox, Sender, Sample, this, 0);
    }

    public RttEstimator Rtt { get; } = new();

    public ReceiveBuffer Inbox { get; }

    public SendWindow Outbox { get; } = new(64, 16);

    public DataSender Sender { get; }

    public TimeSample Sample { get; } = new();

    public FailureDetector Detector { get; }

    /// <summary>What a coordinator told, in words.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Whether the condition holds now. Checks too that the listener was told of each beginning and end, once.</summary>
    public bool Holds(FailureCondition condition, long now)
    {
        Detector.Update(now);
        Assert.Equal(Detector.Conditions, _told);
        return ConditionSet.Has(Detector.Conditions, condition);
    }

    /// <summary>Does something so many times at one moment.</summary>
    public void Times(int count, Action action)
    {
        for (int i = 0; i < count; i++)
        {
            action();
        }
    }

    /// <summary>A time sample arrives.</summary>
    public void Measure(long offset, long roundTrip, long now)
    {
        long middle = now - (roundTrip / 2) + offset;
        Assert.True(Sample.Measure(now - roundTrip, middle, middle, now, _clock));
        Assert.Equal(offset, Sample.Offset);
        Detector.OnDeliveryChanged();
    }

    /// <summary>A message arrives.</summary>
    public ReceiveVerdict Receive(uint number)
    {
        ReceiveVerdict verdict = Inbox.Accept(number, [1], 0, 1);
        if (verdict == ReceiveVerdict.InOrder)
        {
            Detector.OnProgress();
        }
        else if (verdict == ReceiveVerdict.NoRoom)
        {
            Detector.OnNoRoom();
        }
        else
        {
            Detector.OnDeliveryChanged();
        }

        return verdict;
    }

    /// <summary>Sends a message and then again, each time when the RTO runs out, so often. Returns the time then.</summary>
    public long SendAndRepeat(int repeats, long now)
    {
        if (Outbox.Count == 0)
        {
            Assert.True(Outbox.TryAdd([1], 0, 1));
            Assert.True(Sender.TryPeek(now, out uint first));
            Sender.MarkSent(first, now);
        }

        for (int i = 0; i < repeats; i++)
        {
            now = Sender.RtoDeadline;
            Sender.OnDeadline(now);
            Assert.True(Sender.TryPeek(now, out uint number));
            Sender.MarkSent(number, now);
            Detector.OnDeliveryChanged();
        }

        return now;
    }

    public void OnConditions(int began, int ended, int conditions, long now)
    {
        Assert.True((began | ended) != 0);
        Assert.Equal(0, began & _told);
        Assert.Equal(ended, ended & _told);
        _told = (_told | began) & ~ended;
        Assert.Equal(conditions, _told);
    }

    public void OnRungStarted(RecoveryLevel level, int attempt, int conditions, long now)
    {
        Log.Add($"L{(int)level} attempt {attempt}");
    }

    public void OnRungFailed(RecoveryLevel level, int attempt, RecoveryResult result, long now)
    {
        Log.Add($"L{(int)level} failed {attempt}");
    }

    public void OnEscalated(RecoveryLevel from, RecoveryLevel to, long now)
    {
        Log.Add($"L{(int)from} to L{(int)to}");
    }

    public void OnRungSucceeded(RecoveryLevel level, long durationMicros, long now)
    {
        Log.Add($"L{(int)level} succeeded");
    }

    public void OnTerminate(TerminationReason reason, RecoveryLevel reached, RecoveryResult lastError, long now)
    {
        Log.Add($"{reason} at L{(int)reached} after {lastError}");
    }
}
