using Hoplink.Timing;

namespace Hoplink.Recovery;

/// <summary>What an attempt is doing.</summary>
public enum RungStatus : byte
{
    /// <summary>No attempt.</summary>
    Idle,

    /// <summary>The attempt goes on.</summary>
    Running,

    /// <summary>It succeeded (9.3).</summary>
    Succeeded,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>
/// One level of the ladder as a small state machine that never waits (9.2): the coordinator begins attempts and looks at what came of
/// them, the session hands it what arrives and asks it what to send.
/// </summary>
public abstract class Rung
{
    /// <summary>The level it stands for.</summary>
    public abstract RecoveryLevel Level { get; }

    /// <summary>What the present attempt is doing.</summary>
    public RungStatus Status { get; private set; }

    /// <summary>What came of the attempt.</summary>
    public RecoveryResult Result { get; private set; }

    /// <summary>The failure cannot go differently next time: on to L3 at once (9.2, step 4).</summary>
    public bool IsFinal { get; private set; }

    /// <summary>True if this attempt stepped the clock (12.4): then it cures the time group as well (9.3).</summary>
    public bool SteppedClock { get; protected set; }

    /// <summary>When the attempt fails if it has not succeeded, us.</summary>
    public long Deadline { get; protected set; } = TimerTable.Never;

    /// <summary>When the request is due again.</summary>
    public RepeatTimer Repeat { get; } = new RepeatTimer();

    /// <summary>When the rung wants <see cref="OnTimer"/>, us.</summary>
    public virtual long NextTimer
    {
        get { return Deadline; }
    }

    /// <summary>
    /// Begins an attempt for the conditions that hold; <paramref name="afterRekey"/> if L3 succeeded in the same recovery.
    /// </summary>
    public void Begin(int conditions, bool afterRekey, long now)
    {
        Status = RungStatus.Running;
        Result = RecoveryResult.Success;
        IsFinal = false;
        SteppedClock = false;
        OnBegin(conditions, afterRekey, now);
    }

    /// <summary>Time has passed.</summary>
    public virtual void OnTimer(long now)
    {
        if (Status == RungStatus.Running && now >= Deadline)
        {
            Fail(TimeoutResult(), false);
        }
    }

    /// <summary>Fills in the request that is due. False if none is.</summary>
    public abstract bool TryTransmit(ControlMessage message, long now);

    /// <summary>Gives the attempt up without a result.</summary>
    public virtual void Cancel()
    {
        Status = RungStatus.Idle;
        Stop();
    }

    /// <summary>Starts the attempt's own state.</summary>
    protected abstract void OnBegin(int conditions, bool afterRekey, long now);

    /// <summary>The result of running out of time.</summary>
    protected abstract RecoveryResult TimeoutResult();

    /// <summary>The attempt succeeded.</summary>
    protected void Succeed()
    {
        Status = RungStatus.Succeeded;
        Stop();
    }

    /// <summary>The attempt failed; <paramref name="final"/> if it cannot go differently next time.</summary>
    protected void Fail(RecoveryResult result, bool final)
    {
        Status = RungStatus.Failed;
        Result = result;
        IsFinal = final;
        Stop();
    }

    private void Stop()
    {
        Deadline = TimerTable.Never;
        Repeat.Stop();
    }
}
