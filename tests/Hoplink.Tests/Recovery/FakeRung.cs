using Hoplink.Recovery;

namespace Hoplink.Tests.Recovery;

/// <summary>A rung that does what the test says.</summary>
internal sealed class FakeRung(RecoveryLevel level) : Rung
{
    public override RecoveryLevel Level => level;

    public long TimeoutMicros { get; set; } = 5_000_000;

    /// <summary>(conditions, after a rekey) of each attempt.</summary>
    public List<(int Conditions, bool AfterRekey)> Begun { get; } = [];

    /// <summary>What each attempt ends with as it begins; none by default.</summary>
    public Action? AtBegin { get; set; }

    public override bool TryTransmit(ControlMessage message, long now) => false;

    public void EndWell(bool steppedClock = false)
    {
        SteppedClock = steppedClock;
        Succeed();
    }

    public void EndBadly(bool final = false)
    {
        Fail(final ? RecoveryResult.TimeResyncOffsetTooLarge : TimeoutResult(), final);
    }

    protected override void OnBegin(int conditions, bool afterRekey, long now)
    {
        Begun.Add((conditions, afterRekey));
        Deadline = now + TimeoutMicros;
        Repeat.Start(now);
        AtBegin?.Invoke();
    }

    protected override RecoveryResult TimeoutResult() => AnalyticsRig.Silence(level);
}
