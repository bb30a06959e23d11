namespace Hoplink.Device.Board;

/// <summary>
/// Tells a short press from a long one by the events of a button library, which reports a press when the button is let go, after a long one
/// too. The events come on threads of their own; the thread that acts takes what was asked for when it gets there.
/// </summary>
public sealed class ButtonGesture
{
    private readonly object _lock = new object();
    private bool _isHeld;
    private bool _wasShort;
    private bool _wasLong;

    /// <summary>The button went down.</summary>
    public void OnDown()
    {
        lock (_lock)
        {
            _isHeld = false;
        }
    }

    /// <summary>The button has been held down for the time of a long press.</summary>
    public void OnHolding()
    {
        lock (_lock)
        {
            _isHeld = true;
            _wasLong = true;
        }
    }

    /// <summary>The button was let go.</summary>
    public void OnPress()
    {
        lock (_lock)
        {
            if (!_isHeld)
            {
                _wasShort = true;
            }

            _isHeld = false;
        }
    }

    /// <summary>True once for short presses since the last call.</summary>
    public bool TakeShort()
    {
        lock (_lock)
        {
            bool was = _wasShort;
            _wasShort = false;
            return was;
        }
    }

    /// <summary>True once for long presses since the last call.</summary>
    public bool TakeLong()
    {
        lock (_lock)
        {
            bool was = _wasLong;
            _wasLong = false;
            return was;
        }
    }
}
