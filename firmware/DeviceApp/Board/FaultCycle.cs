using Hoplink.Device.Messages;

namespace Hoplink.Device.Board;

/// <summary>The faults that a board's button injects one after the other, so that each level of the ladder is seen at work.</summary>
public sealed class FaultCycle
{
    private static readonly FaultKind[] _kinds =
    {
        FaultKind.JumpClock, FaultKind.ForgetSendHistory, FaultKind.DamageSessionKey, FaultKind.Deaf, FaultKind.SetCountersBack,
        FaultKind.ForgetSession, FaultKind.CorruptState, FaultKind.Terminate,
    };

    private int _next;

    /// <summary>How many there are.</summary>
    public static int Count
    {
        get { return _kinds.Length; }
    }

    /// <summary>The fault that comes next.</summary>
    public FaultKind Kind
    {
        get { return _kinds[_next]; }
    }

    /// <summary>Its value, in the unit of <see cref="FaultKind"/>: enough for the ladder to notice.</summary>
    public long Value
    {
        get
        {
            switch (Kind)
            {
                case FaultKind.JumpClock:
                    return 3000000;
                case FaultKind.Deaf:
                    return 5000000;
                case FaultKind.SetCountersBack:
                    return 3000;
                default:
                    return 0;
            }
        }
    }

    /// <summary>Its name.</summary>
    public string Name
    {
        get
        {
            switch (Kind)
            {
                case FaultKind.JumpClock: return "JumpClock";
                case FaultKind.ForgetSendHistory: return "ForgetSendHistory";
                case FaultKind.DamageSessionKey: return "DamageSessionKey";
                case FaultKind.Deaf: return "Deaf";
                case FaultKind.SetCountersBack: return "SetCountersBack";
                case FaultKind.ForgetSession: return "ForgetSession";
                case FaultKind.CorruptState: return "CorruptState";
                default: return "Terminate";
            }
        }
    }

    /// <summary>
    /// Injects the next fault and says what came of it. A fault that could not act, for want of a session or because faults are not
    /// allowed, stays the next.
    /// </summary>
    public string Inject(DeviceApp app)
    {
        string name = Name;
        CommandResult result = app.InjectFault(Kind, Value);
        switch (result)
        {
            case CommandResult.Done:
                _next = (_next + 1) % _kinds.Length;
                return "fault " + name + " injected";
            case CommandResult.Refused:
                return "fault " + name + " refused: this board is configured with faults off";
            default:
                return "fault " + name + " not injected: there is no session";
        }
    }
}
