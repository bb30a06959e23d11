using Hoplink.Wire;

namespace Hoplink.Simulation;

/// <summary>A datagram on its way. Its bytes are its own; nobody changes them in place.</summary>
public sealed class Packet
{
    private byte[] _bytes;

    internal Packet(
        long number, Node? from, SimEndpoint source, SimEndpoint destination, byte[] bytes, long sentAt, byte[]? keystream = null)
    {
        Keystream = keystream;
        Number = number;
        From = from;
        Source = source;
        Destination = destination;
        SentAt = sentAt;
        _bytes = bytes;
        Info = new DatagramInfo(bytes, Payload);
    }

    /// <summary>Counts what was sent in this world; copies share it.</summary>
    public long Number { get; }

    /// <summary>Who sent it; null if it was injected.</summary>
    public Node? From { get; }

    /// <summary>Whom it is on its way to, as the network saw it when it was sent; null if nobody.</summary>
    public Node? To { get; internal set; }

    /// <summary>Where it came from, as the receiver sees it (behind any NAT of the sender's).</summary>
    public SimEndpoint Source { get; }

    /// <summary>Where it is to go to, as the sender sees it.</summary>
    public SimEndpoint Destination { get; }

    /// <summary>World time at which it was sent, us.</summary>
    public long SentAt { get; }

    /// <summary>
    /// It is not what an end of the protocol sent. The last bytes of a stateless reset are random, and say nothing (protocol.md 13.3).
    /// </summary>
    public bool IsAltered { get; internal set; }

    /// <summary>The datagram: header, payload, tag; whatever the length if it was altered.</summary>
    public byte[] Bytes
    {
        get => _bytes;
        internal set
        {
            int meaningless = Info.IsStatelessReset && value.Length == _bytes.Length ? WireFormat.TagSize : 0;
            IsAltered |= !value.AsSpan(0, value.Length - meaningless).SequenceEqual(_bytes.AsSpan(0, _bytes.Length - meaningless));
            _bytes = value;
            Info = new DatagramInfo(value, Payload);
        }
    }

    /// <summary>
    /// What its sender encrypted the payload with (protocol.md 14), two blocks at least; null where it did not.
    /// </summary>
    public byte[]? Keystream { get; }

    /// <summary>The payload in clear, as far as the sender's keystream tells. Nobody on the path sees it.</summary>
    public byte[] Payload
    {
        get
        {
            if (_bytes.Length < WireFormat.Overhead)
            {
                return [];
            }

            byte[] payload = _bytes[WireFormat.HeaderSize..^WireFormat.TagSize];
            for (int i = 0; Keystream != null && i < Math.Min(payload.Length, Keystream.Length); i++)
            {
                payload[i] ^= Keystream[i];
            }

            return payload;
        }
    }

    /// <summary>What it is.</summary>
    public DatagramInfo Info { get; private set; }

    /// <summary>Its type and sub-type.</summary>
    public DatagramKind Kind => Info.Kind;

    /// <summary>Its number, and from where to where.</summary>
    public override string ToString() => $"[{Number}] {Source} > {Destination}";

    internal Packet Copy() => new(Number, From, Source, Destination, _bytes, SentAt, Keystream) { To = To, IsAltered = IsAltered };
}
