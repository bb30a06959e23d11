using System;
using Hoplink.Routing;
using Hoplink.Wire;

namespace Hoplink.SelfTest;

/// <summary>
/// Datagrams under way in one direction, in memory: each arrives after the same delay, unless it is to be lost. Allocates nothing after
/// its birth.
/// </summary>
internal sealed class Wire
{
    private const int Capacity = 3;

    private readonly Datagram[] _under = new Datagram[Capacity];
    private readonly long[] _arrivesAt = new long[Capacity];
    private readonly long _delayMicros;
    private bool _hasHole;
    private uint _hole;
    private int _head;
    private int _count;

    internal Wire(long delayMicros, int maxDatagram)
    {
        _delayMicros = delayMicros;
        for (int i = 0; i < Capacity; i++)
        {
            _under[i] = new Datagram(maxDatagram);
        }
    }

    /// <summary>Loses so many of the next datagrams.</summary>
    internal int LoseNext { get; set; }

    /// <summary>Datagrams that were sent into it.</summary>
    internal int Sent { get; private set; }

    /// <summary>When the next one arrives, us.</summary>
    internal long NextArrival
    {
        get { return _count == 0 ? long.MaxValue : _arrivesAt[_head]; }
    }

    /// <summary>Loses a message whenever it is sent, until <see cref="CloseHole"/>.</summary>
    internal void OpenHole(uint message)
    {
        _hasHole = true;
        _hole = message;
    }

    /// <summary>Loses that message no longer.</summary>
    internal void CloseHole()
    {
        _hasHole = false;
    }

    /// <summary>Sends a datagram. A full wire loses it.</summary>
    internal void Send(Datagram datagram, long now)
    {
        Sent++;
        if (LoseNext > 0)
        {
            LoseNext--;
            return;
        }

        if (_count == Capacity || (_hasHole && IsMessage(datagram, _hole)))
        {
            return;
        }

        int slot = (_head + _count) % Capacity;
        Datagram copy = _under[slot];
        Array.Copy(datagram.Buffer, 0, copy.Buffer, 0, datagram.Length);
        copy.Length = datagram.Length;
        copy.LocalPort = datagram.LocalPort;
        copy.Remote.CopyFrom(datagram.Remote);
        _arrivesAt[slot] = now + _delayMicros;
        _count++;
    }

    // 2, 6.1
    private static bool IsMessage(Datagram datagram, uint number)
    {
        byte[] bytes = datagram.Buffer;
        const int at = WireFormat.HeaderSize;
        return bytes[1] == (byte)PacketType.Data
            && (((uint)bytes[at] << 24) | ((uint)bytes[at + 1] << 16) | ((uint)bytes[at + 2] << 8) | bytes[at + 3]) == number;
    }

    /// <summary>The next datagram that has arrived; null if there is none. It is good until the next call of <see cref="Send"/>.</summary>
    internal Datagram Take(long now)
    {
        if (_count == 0 || _arrivesAt[_head] > now)
        {
            return null;
        }

        Datagram taken = _under[_head];
        _head = (_head + 1) % Capacity;
        _count--;
        return taken;
    }
}
