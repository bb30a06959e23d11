using Hoplink.Device.Messages;

namespace Hoplink.Device;

/// <summary>Checks and carries out a fault named by number and value.</summary>
internal static class FaultInjector
{
    public static CommandResult Apply(Link link, FaultKind kind, long value, long now)
    {
        // Whether the value is good is told before whether faults are allowed: a wrong command is wrong at every device.
        if (!IsValid(kind, value))
        {
            return CommandResult.Malformed;
        }

        FaultInjection faults = link.Faults;
        if (faults == null)
        {
            return CommandResult.Refused;
        }

        if (link.SessionId == 0)
        {
            return CommandResult.NoSession;
        }

        return Inject(faults, kind, value, now) ? CommandResult.Done : CommandResult.NoSession;
    }

    private static bool IsValid(FaultKind kind, long value)
    {
        switch (kind)
        {
            case FaultKind.JumpClock:
                return value >= -FaultInjection.MaxMicros && value <= FaultInjection.MaxMicros;
            case FaultKind.DriftClock:
                return value >= -FaultInjection.MaxDriftPpm && value <= FaultInjection.MaxDriftPpm;
            case FaultKind.SetCountersBack:
                return value >= 1 && value <= FaultInjection.MaxNumbers;
            case FaultKind.Deaf:
            case FaultKind.Mute:
                return value >= 1 && value <= FaultInjection.MaxMicros;
            case FaultKind.DropReorderBuffer:
            case FaultKind.ForgetSendHistory:
            case FaultKind.DamageSessionKey:
            case FaultKind.ForgetSession:
            case FaultKind.Terminate:
            case FaultKind.CorruptState:
                return value == 0;
            default:
                return false;
        }
    }

    private static bool Inject(FaultInjection faults, FaultKind kind, long value, long now)
    {
        switch (kind)
        {
            case FaultKind.JumpClock:
                return faults.JumpClock(value, now);
            case FaultKind.DriftClock:
                return faults.DriftClock((int)value, now);
            case FaultKind.DropReorderBuffer:
                return faults.DropReorderBuffer();
            case FaultKind.ForgetSendHistory:
                faults.ForgetSendHistory();
                return true;
            case FaultKind.SetCountersBack:
                return faults.SetCountersBack((int)value);
            case FaultKind.DamageSessionKey:
                return faults.DamageSessionKey();
            case FaultKind.ForgetSession:
                return faults.ForgetSession(now);
            case FaultKind.Deaf:
                return faults.Deafen(value, now);
            case FaultKind.Mute:
                return faults.Mute(value, now);
            case FaultKind.Terminate:
                return faults.Terminate(now);
            default:
                return faults.CorruptState(now);
        }
    }
}
