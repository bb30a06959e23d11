using Hoplink.Recovery;

namespace Hoplink.Device.Board;

/// <summary>
/// The colour of a board's light as a function of what goes on and of the time: a colour for each recovery level, steady, a white pulse for
/// traffic while all is well, red once the link has ended, and blinking where the board waits for something. The thread of the link and the
/// thread of the light may use it at the same time: each field is written by one and read by the other.
/// </summary>
public sealed class LightAnimation
{
    /// <summary>Length of a white pulse, ms.</summary>
    public const int PulseMillis = 40;

    /// <summary>Least time from one white pulse to the next, ms, so that steady traffic leaves the colour to be seen.</summary>
    public const int PulseEveryMillis = 250;

    // 0xRRGGBB. A WS2812 at full power dazzles and draws 60 mA; a tenth of it is seen across a room.
    private const int Off = 0x000000;
    private const int White = 0x181818;
    private const int Red = 0x180000;
    private const int Green = 0x001800;
    private const int Blue = 0x000018;
    private const int Cyan = 0x001010;
    private const int Yellow = 0x100C00;
    private const int Orange = 0x180600;
    private const int Magenta = 0x100010;

    private LightMode _mode = LightMode.Connecting;
    private bool _hasNetwork;
    private bool _hasTraffic;
    private long _pulseStart = long.MinValue / 2;

    /// <summary>What is shown, unless it is about a link and there is no network.</summary>
    public LightMode Mode
    {
        get { return _mode; }
        set { _mode = value; }
    }

    /// <summary>True while there is Wi-Fi.</summary>
    public bool HasNetwork
    {
        get { return _hasNetwork; }
        set { _hasNetwork = value; }
    }

    /// <summary>What to show for a link.</summary>
    public static LightMode ModeOf(LinkState state, RecoveryLevel level)
    {
        if (state == LinkState.Closed || level == RecoveryLevel.Failed)
        {
            return LightMode.Terminated;
        }

        switch (level)
        {
            case RecoveryLevel.TimeSync:
                return LightMode.TimeSync;
            case RecoveryLevel.SequenceRepair:
                return LightMode.SequenceRepair;
            case RecoveryLevel.SessionRekey:
                return LightMode.SessionRekey;
            case RecoveryLevel.ConnectionTerminate:
                return LightMode.ConnectionTerminate;
            default:
                return state == LinkState.Connected || state == LinkState.Closing ? LightMode.Healthy : LightMode.Connecting;
        }
    }

    /// <summary>A message went out or came in.</summary>
    public void NoteTraffic()
    {
        _hasTraffic = true;
    }

    /// <summary>The colour at a time of a monotonic clock, ms, as 0xRRGGBB. Called often, by one thread.</summary>
    public int ColorAt(long nowMillis)
    {
        LightMode mode = _mode;
        if (!_hasNetwork && IsOfLink(mode))
        {
            mode = LightMode.JoiningNetwork;
        }

        if (mode == LightMode.Healthy)
        {
            return IsPulse(nowMillis) ? White : Green;
        }

        // Traffic of a time when it is not shown does not make a pulse later.
        _hasTraffic = false;
        switch (mode)
        {
            case LightMode.Provisioning:
                return Blinks(nowMillis, 1000) ? Blue : Off;
            case LightMode.JoiningNetwork:
                return Blinks(nowMillis, 1000) ? Yellow : Off;
            case LightMode.Connecting:
                return Yellow;
            case LightMode.TimeSync:
                return Cyan;
            case LightMode.SequenceRepair:
                return Blue;
            case LightMode.SessionRekey:
                return Magenta;
            case LightMode.ConnectionTerminate:
                return Orange;
            case LightMode.Terminated:
                return Red;
            default:
                return Blinks(nowMillis, 200) ? Red : Off;
        }
    }

    private static bool IsOfLink(LightMode mode)
    {
        return mode >= LightMode.Connecting && mode <= LightMode.ConnectionTerminate;
    }

    private static bool Blinks(long nowMillis, int periodMillis)
    {
        return nowMillis % periodMillis < periodMillis / 2;
    }

    private bool IsPulse(long nowMillis)
    {
        if (_hasTraffic && nowMillis - _pulseStart >= PulseEveryMillis)
        {
            _hasTraffic = false;
            _pulseStart = nowMillis;
        }

        return nowMillis - _pulseStart < PulseMillis;
    }
}
