using System;
using Hoplink.Crypto;
using Hoplink.Device;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;

namespace Hoplink.SelfTest;

/// <summary>
/// A link and a responder in one process, with two wires between them and a clock that jumps from one thing that happens to the next.
/// Each end numbers its messages; whatever arrives out of order, twice or damaged fails the check.
/// </summary>
internal sealed class Pair
{
    private const long DelayMicros = 10000;
    private const int MessageSize = 24;

    private readonly CryptoProvider _crypto;
    private readonly Wire _up = new Wire(DelayMicros, SelfTestOptions.MaxDatagram);
    private readonly Wire _down = new Wire(DelayMicros, SelfTestOptions.MaxDatagram);
    private readonly Arrival _arrival = new Arrival();
    private readonly Datagram _datagram = new Datagram(SelfTestOptions.MaxDatagram);
    private readonly LinkEvent _event = new LinkEvent();
    private readonly byte[] _message = new byte[SelfTestOptions.MaxDatagram];
    private readonly byte[] _psk = new byte[32];
    private readonly byte[] _resetSecret = new byte[32];
    private uint _sentUp;
    private uint _sentDown;

    internal Pair(uint seed)
        : this(seed, PayloadEncryption.Offered)
    {
    }

    internal Pair(uint seed, PayloadEncryption encryption)
    {
        _crypto = new ManagedCrypto(new ScriptedRandom(seed));
        _crypto.FillRandom(_psk, 0, _psk.Length);
        _crypto.FillRandom(_resetSecret, 0, _resetSecret.Length);
        LinkOptions options = SelfTestOptions.Link();
        options.Encryption = encryption;
        Device = new Link(options, _crypto, _psk);
        RestartPeer();
    }

    /// <summary>Time, us.</summary>
    internal long Now { get; private set; }

    internal Link Device { get; }

    internal Responder Responder { get; private set; }

    /// <summary>The peer's end of the link; null before the first session.</summary>
    internal Link Peer { get; private set; }

    internal EventCount AtDevice { get; } = new EventCount();

    internal EventCount AtPeer { get; } = new EventCount();

    internal Wire Up
    {
        get { return _up; }
    }

    internal Wire Down
    {
        get { return _down; }
    }

    /// <summary>The next message that the peer expects of the device's, reported losses passed over.</summary>
    internal uint NextUp { get; set; }

    /// <summary>The next message that the device expects of the peer's.</summary>
    internal uint NextDown { get; set; }

    internal bool IsConnected
    {
        get { return Device.State == LinkState.Connected && Peer != null && Peer.State == LinkState.Connected; }
    }

    /// <summary>Everything sent has arrived, is acknowledged, and no rung runs.</summary>
    internal bool IsQuiet
    {
        get
        {
            return IsConnected && NextUp == _sentUp && NextDown == _sentDown && Device.Unacknowledged == 0 && Peer.Unacknowledged == 0
                && Device.Level == Recovery.RecoveryLevel.None && Peer.Level == Recovery.RecoveryLevel.None;
        }
    }

    /// <summary>A new responder with the same key and reset secret, as after a restart of the peer.</summary>
    internal void RestartPeer()
    {
        // The old one goes first: two would not fit a small heap.
        Responder = null;
        Peer = null;
        Responder = new Responder(SelfTestOptions.Responder(), _crypto, _resetSecret);
        Responder.AddKey(_psk);
    }

    /// <summary>Connects, or fails the check.</summary>
    internal void Connect()
    {
        Device.Connect(Now);
        Drain();
        Expect.True(RunUntilConnected(5), "no session within 5 s");
    }

    internal bool RunUntilConnected(int seconds)
    {
        long limit = Now + (seconds * SpecConstants.MicrosPerSecond);
        while (!IsConnected && Step(limit))
        {
        }

        return IsConnected;
    }

    /// <summary>Runs until everything sent has arrived and is acknowledged, or fails the check.</summary>
    internal void RunUntilQuiet(int seconds)
    {
        long limit = Now + (seconds * SpecConstants.MicrosPerSecond);
        while (!IsQuiet && Step(limit))
        {
        }

        Expect.True(
            IsQuiet,
            "not quiet within " + seconds.ToString() + " s: " + NextUp.ToString() + " of " + _sentUp.ToString() + " messages went up, "
            + NextDown.ToString() + " of " + _sentDown.ToString() + " down");
    }

    /// <summary>Runs until the peer has begun a rung, or fails the check.</summary>
    internal void RunUntilPeerRuns(Recovery.RecoveryLevel level, int seconds)
    {
        long limit = Now + (seconds * SpecConstants.MicrosPerSecond);
        while (AtPeer.Started(level) == 0 && Step(limit))
        {
        }

        Expect.True(AtPeer.Started(level) > 0, "the rung did not begin within " + seconds.ToString() + " s");
    }

    internal void RunFor(long micros)
    {
        long limit = Now + micros;
        while (Step(limit))
        {
        }
    }

    /// <summary>Sends so many messages each way, 20 ms apart, while time runs.</summary>
    internal void Exchange(int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            SendUp();
            SendDown();
            RunFor(20000);
        }
    }

    internal void SendUp()
    {
        Send(Device, _sentUp);
        _sentUp++;
    }

    internal void SendDown()
    {
        Send(Peer, _sentDown);
        _sentDown++;
    }

    /// <summary>Does what a fault or a call has made due.</summary>
    internal void Drain()
    {
        bool any = true;
        while (any)
        {
            any = DrainDevice();
            any |= DrainPeer();
        }
    }

    // Moves on to the next thing that happens, at most to the limit; false once that is reached.
    private bool Step(long limit)
    {
        long next = Earlier(Earlier(_up.NextArrival, _down.NextArrival), Earlier(Device.NextDeadline, Responder.NextDeadline));
        if (next > limit)
        {
            Now = limit;
            return false;
        }

        Now = next > Now ? next : Now;
        for (Datagram arrived = _up.Take(Now); arrived != null; arrived = _up.Take(Now))
        {
            // The device's address; the port it was sent to is the peer's local one.
            _arrival.Remote.SetIPv4(0x0A000002, 5000);
            _arrival.LocalPort = arrived.Remote.Port;
            Responder.HandleDatagram(arrived.Buffer, 0, arrived.Length, _arrival, Now);
        }

        for (Datagram arrived = _down.Take(Now); arrived != null; arrived = _down.Take(Now))
        {
            _arrival.Remote.SetIPv4(0x0A000001, arrived.LocalPort);
            _arrival.LocalPort = 0;
            Device.HandleDatagram(arrived.Buffer, 0, arrived.Length, _arrival, Now);
        }

        if (Device.NextDeadline <= Now)
        {
            Device.HandleTimeout(Now);
        }

        if (Responder.NextDeadline <= Now)
        {
            Responder.HandleTimeout(Now);
        }

        Drain();
        return true;
    }

    private bool DrainDevice()
    {
        bool any = false;
        for (KeyJob job = Device.PollJob(); job != null; job = Device.PollJob())
        {
            any = true;
            KeyJobRunner.Run(job, _crypto);
            Device.CompleteJob(job, Now);
        }

        while (Device.PollEvent(_event))
        {
            any = true;
            AtDevice.Add(_event);
        }

        while (Device.NextMessageLength >= 0)
        {
            any = true;
            NextDown = Read(Device, NextDown);
        }

        while (Device.PollTransmit(_datagram, Now))
        {
            any = true;
            _up.Send(_datagram, Now);
        }

        return any;
    }

    private bool DrainPeer()
    {
        bool any = false;
        for (KeyJob job = Responder.PollJob(); job != null; job = Responder.PollJob())
        {
            any = true;
            KeyJobRunner.Run(job, _crypto);
            Responder.CompleteJob(job, Now);
        }

        for (Link link = Responder.PollNewLink(); link != null; link = Responder.PollNewLink())
        {
            Peer = link;
        }

        while (Responder.PollEvent(_event))
        {
            any = true;
            AtPeer.Add(_event);
            if (_event.Kind == LinkEventKind.MessagesLost)
            {
                NextUp += (uint)_event.Count;
            }
        }

        for (Link link = Responder.PollReadable(); link != null; link = Responder.PollReadable())
        {
            while (link.NextMessageLength >= 0)
            {
                any = true;
                NextUp = Read(link, NextUp);
            }
        }

        while (Responder.PollTransmit(_datagram, Now))
        {
            any = true;
            _down.Send(_datagram, Now);
        }

        return any;
    }

    // Waits for room as an application would: a small end holds few messages.
    private void Send(Link link, uint number)
    {
        long limit = Now + (60 * SpecConstants.MicrosPerSecond);
        SendStatus status;
        do
        {
            Write(number);
            status = link.Send(_message, 0, MessageSize, Now);
        }
        while (status == SendStatus.Full && Step(limit));
        Expect.True(status == SendStatus.Accepted, "a link takes no message");
        Drain();
    }

    private uint Read(Link link, uint expected)
    {
        int length = link.Receive(_message, 0, Now);
        Expect.Equal(MessageSize, length, "the length of a message");
        uint number = ((uint)_message[0] << 24) | ((uint)_message[1] << 16) | ((uint)_message[2] << 8) | _message[3];
        Expect.Equal(expected, number, "the number of a message");
        for (int i = 4; i < MessageSize; i++)
        {
            Expect.Equal((byte)(number + i), _message[i], "a byte of a message");
        }

        return expected + 1;
    }

    private void Write(uint number)
    {
        _message[0] = (byte)(number >> 24);
        _message[1] = (byte)(number >> 16);
        _message[2] = (byte)(number >> 8);
        _message[3] = (byte)number;
        for (int i = 4; i < MessageSize; i++)
        {
            _message[i] = (byte)(number + i);
        }
    }

    private static long Earlier(long left, long right)
    {
        return left < right ? left : right;
    }
}
