using Hoplink.Parameters;

namespace Hoplink.Delivery;

/// <summary>When to acknowledge (6.2): every second message, or after 25 ms, and at once when out of order or duplicate.</summary>
public sealed class AckScheduler
{
    private const int MessagesPerAck = 2;

    private int _unacknowledged;
    private bool _ownDatagram;

    /// <summary>When an acknowledgment is due, us; <see cref="long.MaxValue"/> if none is.</summary>
    public long Deadline = long.MaxValue;

    /// <summary>A message came in order.</summary>
    public void OnInOrder(long now)
    {
        _unacknowledged++;
        long due = _unacknowledged >= MessagesPerAck ? now : now + (SpecConstants.AckDelayMs * SpecConstants.MicrosPerMs);
        if (due < Deadline)
        {
            Deadline = due;
        }
    }

    /// <summary>An ACK is due at once, with what only an ACK can carry: the SACK map, the window, or the flag FIN.</summary>
    public void DemandAck(long now)
    {
        _ownDatagram = true;
        Deadline = now;
    }

    /// <summary>A datagram that carries the acknowledgment was sent; <paramref name="isAck"/> if it was an ACK.</summary>
    public void OnSent(bool isAck)
    {
        if (Deadline == long.MaxValue || (_ownDatagram && !isAck))
        {
            return;
        }

        _unacknowledged = 0;
        _ownDatagram = false;
        Deadline = long.MaxValue;
    }
}
