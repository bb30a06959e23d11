using System;
using Hoplink.Parameters;

namespace Hoplink.Delivery;

/// <summary>
/// NewReno's window, counted in messages (protocol.md 6.3; RFC 5681, RFC 6582). Which message to send again is <see cref="DataSender"/>'s
/// business. It lives as long as a session.
/// </summary>
public sealed class CongestionControl
{
    private const int LeastThreshold = 2;

    private readonly int _initialWindow;
    private int _acknowledged;

    /// <summary>Begins in slow start.</summary>
    /// <param name="initialWindow">First window, 1 to 1000 messages.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is out of its range.</exception>
    public CongestionControl(int initialWindow)
    {
        if (initialWindow < 1 || initialWindow > SpecConstants.MaxReceiveWindow)
        {
            throw new ArgumentOutOfRangeException(nameof(initialWindow));
        }

        _initialWindow = initialWindow;
        Window = initialWindow;
        SlowStartThreshold = SpecConstants.MaxReceiveWindow;
    }

    /// <summary>Messages that may be in flight, 1 to 1000: no receiver's window is larger.</summary>
    public int Window;

    /// <summary>Window at which slow start ends, at least 2 messages.</summary>
    public int SlowStartThreshold { get; private set; }

    /// <summary>
    /// Messages were acknowledged outside fast recovery: the window grows by as many in slow start, by one a window after it. Not
    /// to be called when the flight did not need the window: growth would then mean nothing.
    /// </summary>
    public void OnAcknowledged(int count)
    {
        int left = count;
        if (Window < SlowStartThreshold)
        {
            int growth = Integers.Smaller(left, SlowStartThreshold - Window);
            Window += growth;
            left -= growth;
        }

        _acknowledged += left;
        while (_acknowledged >= Window)
        {
            _acknowledged -= Window;
            Window++;
        }

        Window = Integers.Smaller(Window, SpecConstants.MaxReceiveWindow);
    }

    /// <summary>A loss was seen by fast retransmit: half of the flight, at least 2, and never a larger window than before.</summary>
    /// <param name="flight">Messages sent and not acknowledged.</param>
    public void OnLoss(int flight)
    {
        SlowStartThreshold = Integers.Larger(flight / 2, LeastThreshold);
        Window = Integers.Smaller(Window, SlowStartThreshold);
        _acknowledged = 0;
    }

    /// <summary>The RTO ran out: slow start from 1.</summary>
    /// <param name="flight">Messages sent and not acknowledged.</param>
    /// <param name="again">Whether it ran out for the same message before: the threshold then stays (RFC 5681, 3.1).</param>
    public void OnTimeout(int flight, bool again)
    {
        if (!again)
        {
            SlowStartThreshold = Integers.Larger(flight / 2, LeastThreshold);
        }

        Window = 1;
        _acknowledged = 0;
    }

    /// <summary>Nothing was sent for an RTO: what the window learnt is old (RFC 5681, 4.1).</summary>
    public void OnIdle()
    {
        Window = Integers.Smaller(Window, _initialWindow);
        _acknowledged = 0;
    }
}
