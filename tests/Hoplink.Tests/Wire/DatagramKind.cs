using Hoplink.Wire;

namespace Hoplink.Tests.Wire;

/// <summary>The rows of protocol.md 2, written down a second time for the tests.</summary>
internal sealed record DatagramKind(
    PacketType Type, byte SubType, int Required, int Optional, bool Windowed, bool Recovery, params int[] Sizes)
{
    private const int Kp = PacketFlags.KeyPhase;

    public static readonly DatagramKind[] All =
    [
        new(PacketType.Syn, 0, 0b10, 0, false, false, 112),
        new(PacketType.SynAck, 0, 0b10, 0, false, false, 152),
        new(PacketType.Ack, 0, 0b1_0000, Kp | 1, true, false, 4),
        new(PacketType.Ack, 0, 0b101_0000, Kp | 1, true, false, 8),
        new(PacketType.Data, 0, 0b1_1000, Kp, true, false, [.. Enumerable.Range(9, 1182)]),
        new(PacketType.Fin, 0, 0b1_0001, Kp, true, false, 4),
        new(PacketType.Heartbeat, 0, 0b1_0000, Kp, true, false, 32),
        new(PacketType.Reset, 0, 0b100, 0, false, true, 8),
        new(PacketType.Reset, 0, 0b100, 0, false, false, 16),
        new(PacketType.Control, 1, 0b1_0000, Kp, false, false, 24),
        new(PacketType.Control, 2, 0b1_0000, Kp, false, false, 32),
        new(PacketType.Control, 3, 0, 0, false, true, 4),
        new(PacketType.Management, 1, 0, 0, false, true, 80),
        new(PacketType.Management, 2, 0, 0, false, true, 128),
        new(PacketType.Management, 3, 0b1_0000, Kp, false, false, 24),
        new(PacketType.Management, 4, 0b1_0000, Kp, false, false, 24),
    ];

    public bool IsStateless => Type == PacketType.Reset && !Recovery;

    public bool HasSequence => Type is not (PacketType.Syn or PacketType.SynAck) && !IsStateless;

    public bool HasAcknowledgment => (Required & PacketFlags.Ack) != 0 || Type == PacketType.SynAck;

    public bool Allows(int flags) => (flags & ~Optional) == Required;

    /// <summary>A header of this kind with every field that it may have set.</summary>
    public Header Header(int size) => new()
    {
        Type = Type,
        SubType = SubType,
        Flags = (byte)Required,
        SessionId = Type == PacketType.Syn ? 0 : 0x8182838485868788,
        Sequence = HasSequence ? 0x91929394 : 0,
        Acknowledgment = HasAcknowledgment ? 0xA1A2A3A4 : 0,
        Timestamp = IsStateless ? 0 : 0xB1B2B3B4,
        PayloadLength = size,
    };

    public override string ToString() => $"{Type} {SubType} of {Sizes[0]}";
}
