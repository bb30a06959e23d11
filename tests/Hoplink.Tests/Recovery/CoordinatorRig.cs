using Hoplink.Recovery;

namespace Hoplink.Tests.Recovery;

/// <summary>
/// A coordinator over a real detector and rungs that do what the test says. The session is well unless the test says otherwise.
/// </summary>
internal sealed class CoordinatorRig
{
    public const long Second = DetectorRig.Second;

    private readonly DetectorRig _rig;
    private readonly ScriptedRandom _random = new();

    public CoordinatorRig(bool initiator = true)
    {
        _rig = new DetectorRig(initiator);
        Coordinator = new RecoveryCoordinator(
            L1, L2, L3, _rig.Detector, Analytics, _rig, _random.Crypto("platform"), _rig.Rtt, _rig.Sender, 0);
    }

    public FakeRung L1 { get; } = new(RecoveryLevel.TimeSync);

    public FakeRung L2 { get; } = new(RecoveryLevel.SequenceRepair);

    public FakeRung L3 { get; } = new(RecoveryLevel.SessionRekey);

    public RecoveryAnalytics Analytics { get; } = new(100);

    public RecoveryCoordinator Coordinator { get; }

    public FailureDetector Detector => _rig.Detector;

    public DetectorRig Delivery => _rig;

    /// <summary>Virtual us.</summary>
    public long Now { get; private set; }

    /// <summary>What is sent waits for an answer (8); without a fresh datagram for 5 s the session is then not well.</summary>
    public bool AnswerDue { get; set; }

    /// <summary>Fresh datagrams and time samples keep arriving as time passes, which change nothing else.</summary>
    public bool Heard { get; set; } = true;

    /// <summary>What the coordinator told since the last look.</summary>
    public string[] Told
    {
        get
        {
            string[] told = [.. _rig.Log];
            _rig.Log.Clear();
            return told;
        }
    }

    public FakeRung this[int level] => level == 1 ? L1 : level == 2 ? L2 : L3;

    /// <summary>
    /// A condition of the group that stays until the test ends it: 1 time, 2 sequence, 3 authentication that nobody can provoke.
    /// </summary>
    public void Begin(int group)
    {
        switch (group)
        {
            case 1:
                _rig.Measure(10 * Second, 0, Now);
                break;
            case 2:
                _rig.Inbox.Accept(900, [1], 0, 1); // far ahead: SequenceGap
                Detector.OnDeliveryChanged();
                break;
            default:
                Detector.OnKeyCompromise();
                break;
        }
    }

    public void End(int group)
    {
        if (group == 1)
        {
            _rig.Measure(0, 0, Now);
        }
        else
        {
            Assert.Equal(2, group);
            _rig.Inbox.TrimHighestSeen();
            Detector.OnDeliveryChanged();
        }
    }

    /// <summary>Three bad tags: AuthFailures, which anybody can provoke.</summary>
    public void Provoke() => _rig.Times(3, () => Detector.OnTag(false));

    /// <summary>A fresh datagram under the recovery key: the session is heard, and AuthFailures stays.</summary>
    public void Hear() => Detector.OnFresh(false, Now);

    /// <summary>The next backoff is off by so much: -1 for -10 %, 0 for none, 1 for +10 %.</summary>
    public void Jitter(int tenths)
    {
        ushort draw = (ushort)(tenths < 0 ? 0 : tenths == 0 ? 0x8000 : 0xFFFF);
        _random.Then([(byte)(draw >> 8), (byte)draw]);
    }

    public CoordinatorRig Update()
    {
        Coordinator.Update(AnswerDue, Now);
        return this;
    }

    public CoordinatorRig Wait(long micros)
    {
        Now += micros;
        if (Heard)
        {
            _rig.Measure(_rig.Sample.Offset, 0, Now);
            Hear();
        }

        return Update();
    }

    /// <summary>The attempt under way fails.</summary>
    public CoordinatorRig Fail(bool final = false)
    {
        this[(int)Coordinator.Level].EndBadly(final);
        return Update();
    }

    /// <summary>The attempt under way succeeds.</summary>
    public CoordinatorRig Succeed(bool steppedClock = false)
    {
        this[(int)Coordinator.Level].EndWell(steppedClock);
        return Update();
    }

    /// <summary>Waits until the backoff is over.</summary>
    public CoordinatorRig WaitForNextAttempt()
    {
        Assert.Equal(CoordinatorState.BackingOff, Coordinator.State);
        return Wait(Coordinator.NextTimer - Now);
    }

    /// <summary>The attempt under way fails, and each that follows, until the level has used up its three.</summary>
    public CoordinatorRig FailLevel()
    {
        for (int i = 0; i < 2; i++)
        {
            Fail().WaitForNextAttempt();
        }

        return Fail();
    }
}
