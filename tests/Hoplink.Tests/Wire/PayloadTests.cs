using CsCheck;
using Hoplink.Wire;

namespace Hoplink.Tests.Wire;

public sealed class PayloadTests
{
    private static readonly Codec[] _codecs =
    [
        Codec.Of("SYN", 112, () => new SynPayload(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), b =>
        {
            b[11] |= 1;         // iterations not 0
            b[12] |= 1;         // largest datagram at least 256
            b[16] = 0;          // known features only: others do not come back
            b[17] &= 3;
        }, 18, 19, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47),
        Codec.Of("SYN_ACK", 152, () => new SynAckPayload(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), b =>
        {
            b[3] |= 1;          // iterations not 0
            b[4] |= 1;          // largest datagram at least 256
            b[9] &= 3;          // known features
            b[10] &= 0x7F;      // hop ports end below 65536
            b[11] |= 1;
            b[12] &= 0x7F;
            b[13] |= 1;
            b[15] &= 1;         // link resumed
        }, 8, 14, 20, 21, 22, 23),
        Codec.Of("ACK", 4, () => new AckPayload(), (p, b, o) => p.Read(b, o, 4), (p, b, o) => p.Write(b, o), _ => { }, 2, 3),
        Codec.Of("ACK with a map", 8, () => new AckPayload(), (p, b, o) => p.Read(b, o, 8), (p, b, o) => p.Write(b, o), _ => { }, 2, 3),
        Codec.Of("DATA", 8, () => new DataPayload(), (p, b, o) => p.Read([.. b, 0], o, 9), (p, b, o) => p.Write(b, o), _ => { }, 6, 7),
        Codec.Of("FIN", 4, () => new FinPayload(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), _ => { }),
        Codec.Of("HEARTBEAT probe", 32, () => new HeartbeatPayload(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), b =>
        {
            b[3] |= 1;
            b[4] = 0;
            b[5] = (byte)(b[5] % 3);
            Array.Clear(b, 16, 16);
        }),
        Codec.Of("HEARTBEAT echo", 32, () => new HeartbeatPayload(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), b =>
        {
            b[3] |= 1;
            b[4] = 1;
            b[5] = (byte)(b[5] % 3);
        }),
        Codec.Of("TIME_SYNC_REQUEST", 24, () => new TimeSyncRequest(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), _ => { },
            4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
        Codec.Of("TIME_SYNC_RESPONSE", 32, () => new TimeSyncResponse(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), _ => { },
            4, 5, 6, 7),
        Codec.Of("RECOVERY", 4, () => new RecoveryNotice(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), b =>
        {
            b[0] = (byte)((b[0] & 1) + 1);
            b[1] = (byte)((b[1] % 18) + 1);
        }, 2, 3),
        Codec.Of("REPAIR_REQUEST", 24, () => new RepairRequest(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), _ => { },
            12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23),
        Codec.Of("REPAIR_RESPONSE", 24, () => new RepairResponse(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), _ => { },
            12, 13, 14, 15),
        Codec.Of("REKEY_REQUEST", 80, () => new RekeyRequest(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), _ => { }),
        Codec.Of("REKEY_RESPONSE", 128, () => new RekeyResponse(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), _ => { }),
        Codec.Of("RST", 8, () => new ResetPayload(), (p, b, o) => p.Read(b, o), (p, b, o) => p.Write(b, o), b => b[1] = (byte)(b[1] % 6),
            4, 5, 6, 7),
    ];

    private static readonly Gen<(Codec Codec, byte[] Bytes, int Offset)> _gen =
        from codec in Gen.OneOf(_codecs)
        from bytes in Gen.Byte.Array[codec.Size]
        from offset in Gen.Int[0, 4]
        select (codec, codec.Legalise(bytes), offset);

    [Fact]
    public void Every_payload_comes_back_byte_for_byte_and_nothing_around_it_is_touched()
    {
        _gen.Select(Gen.Byte).Sample((x, noise) =>
        {
            byte[] source = Surround(x.Bytes, x.Offset, noise);
            byte[] target = [.. Enumerable.Repeat(noise, source.Length)];
            object payload = x.Codec.Create();
            Assert.Equal(DropCause.None, x.Codec.Read(payload, source, x.Offset));
            x.Codec.Write(payload, target, x.Offset);
            Assert.Equal(source, target);
        }, iter: 5000);
    }

    [Fact]
    public void Any_set_bit_in_a_reserved_place_is_refused()
    {
        foreach (Codec codec in _codecs)
        {
            foreach (int place in codec.Reserved)
            {
                for (int bit = place is 14 or 8 && codec.Name == "SYN_ACK" ? 2 : 0; bit < 8; bit++)
                {
                    byte[] bytes = codec.Legalise(new byte[codec.Size]);
                    bytes[place] ^= (byte)(1 << bit);
                    Assert.Equal(DropCause.ReservedSet, codec.Read(codec.Create(), bytes, 0));
                }
            }
        }
    }

    [Theory]
    [InlineData(9, 2)]
    [InlineData(9, 7)]
    [InlineData(15, 1)]
    [InlineData(15, 7)]
    public void SynAck_with_a_bit_that_version_1_does_not_know_is_refused(int place, int bit)
    {
        Codec codec = _codecs.Single(c => c.Name == "SYN_ACK");
        byte[] bytes = codec.Legalise(new byte[codec.Size]);
        bytes[place] |= (byte)(1 << bit);
        Assert.Equal(DropCause.ReservedSet, codec.Read(codec.Create(), bytes, 0));
    }

    [Fact]
    public void Features_that_Syn_offers_and_version_1_does_not_know_are_passed_over()
    {
        byte[] bytes = _codecs[0].Legalise(new byte[112]);
        bytes[16] = 0x80;
        bytes[17] = 0xF2;
        SynPayload syn = new();
        Assert.Equal(DropCause.None, syn.Read(bytes, 0));
        Assert.Equal(WireFormat.FeatureSlow, syn.Features);
    }

    [Theory]
    [InlineData("SYN", 10, "0000")]                      // no iterations
    [InlineData("SYN", 12, "00C1")]                      // cannot take a SYN_ACK of 194 bytes
    [InlineData("SYN_ACK", 2, "0000")]
    [InlineData("SYN_ACK", 4, "00C1")]
    [InlineData("SYN_ACK", 10, "00000001")]              // port 0
    [InlineData("SYN_ACK", 10, "C0000000")]              // no port
    [InlineData("SYN_ACK", 10, "FFFF0002")]              // port 65536
    [InlineData("HEARTBEAT probe", 0, "00000000")]       // nonce 0
    [InlineData("HEARTBEAT probe", 4, "02")]             // neither probe nor echo
    [InlineData("HEARTBEAT probe", 5, "03")]             // no such state
    [InlineData("HEARTBEAT probe", 23, "01")]            // a probe has no t2
    [InlineData("HEARTBEAT probe", 24, "80")]            // nor t3
    [InlineData("RECOVERY", 0, "00")]
    [InlineData("RECOVERY", 0, "03")]
    [InlineData("RECOVERY", 1, "00")]
    [InlineData("RECOVERY", 1, "13")]                    // no condition 19
    [InlineData("RST", 1, "06")]                         // no level 6
    public void A_value_that_a_field_cannot_have_is_refused(string name, int place, string hex)
    {
        Codec codec = _codecs.Single(c => c.Name == name);
        byte[] bytes = codec.Legalise(new byte[codec.Size]);
        Convert.FromHexString(hex).CopyTo(bytes, place);
        Assert.Equal(DropCause.WrongField, codec.Read(codec.Create(), bytes, 0));
    }

    [Theory]
    [InlineData("SYN", 12, "00C2")]
    [InlineData("SYN_ACK", 10, "FFFF0001")]
    [InlineData("TIME_SYNC_REQUEST", 0, "00000000")]     // 9.4 refuses the nonce 0 where requests are served
    [InlineData("REPAIR_REQUEST", 0, "00000000")]
    [InlineData("REKEY_REQUEST", 0, "00000000")]
    [InlineData("RECOVERY", 1, "12")]
    [InlineData("RST", 0, "FF05")]
    [InlineData("ACK", 0, "FFFF")]                       // a window above 1000 is for its user to bound
    public void A_value_at_the_edge_is_taken(string name, int place, string hex)
    {
        Codec codec = _codecs.Single(c => c.Name == name);
        byte[] bytes = codec.Legalise(new byte[codec.Size]);
        Convert.FromHexString(hex).CopyTo(bytes, place);
        Assert.Equal(DropCause.None, codec.Read(codec.Create(), bytes, 0));
    }

    [Fact]
    public void No_bytes_make_it_throw()
    {
        (from codec in Gen.OneOf(_codecs)
         from bytes in Gen.Byte.Array[codec.Size, codec.Size + 10]
         select (codec, bytes)).Sample((codec, bytes) =>
         {
             codec.Read(codec.Create(), bytes, bytes.Length - codec.Size);
         }, iter: 20_000);
    }

    [Fact]
    public void A_payload_that_does_not_fit_is_the_callers_error()
    {
        foreach (Codec codec in _codecs)
        {
            byte[] legal = codec.Legalise(new byte[codec.Size]);
            object payload = codec.Create();
            codec.Read(payload, legal, 0);
            Assert.Throws<ArgumentOutOfRangeException>(() => codec.Write(payload, new byte[codec.Size + 2], 3));
            Assert.Throws<ArgumentOutOfRangeException>(() => codec.Read(payload, legal, 2));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(9)]
    public void An_ack_of_another_size_is_refused(int count)
    {
        Assert.Equal(DropCause.WrongPayloadSize, new AckPayload().Read(new byte[20], 0, count));
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(0, int.MinValue)]
    [InlineData(-1, 4)]
    [InlineData(17, 4)]
    [InlineData(0, 21)]
    [InlineData(1, int.MaxValue)]
    public void Offset_and_count_outside_the_array_are_the_callers_error(int offset, int count)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AckPayload().Read(new byte[20], offset, count));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataPayload().Read(new byte[20], offset, count));
    }

    [Theory]
    [InlineData(8, DropCause.WrongPayloadSize)]
    [InlineData(9, DropCause.None)]
    [InlineData(1190, DropCause.None)]
    [InlineData(1191, DropCause.WrongPayloadSize)]
    public void A_message_has_1_to_1182_bytes(int count, DropCause expected)
    {
        Assert.Equal(expected, new DataPayload().Read(new byte[1200], 0, count));
    }

    private static byte[] Surround(byte[] bytes, int offset, byte noise)
    {
        return [.. Enumerable.Repeat(noise, offset), .. bytes, .. Enumerable.Repeat(noise, 3)];
    }

    private sealed record Codec(
        string Name, int Size, Func<object> Create, Func<object, byte[], int, DropCause> Read, Action<object, byte[], int> Write,
        Action<byte[]> Fix, int[] Reserved)
    {
        public static Codec Of<T>(
            string name, int size, Func<T> create, Func<T, byte[], int, DropCause> read, Action<T, byte[], int> write,
            Action<byte[]> fix, params int[] reserved)
            where T : class
        {
            return new Codec(name, size, create, (p, b, o) => read((T)p, b, o), (p, b, o) => write((T)p, b, o), fix, reserved);
        }

        /// <summary>Makes of any bytes a payload that protocol.md allows.</summary>
        public byte[] Legalise(byte[] bytes)
        {
            Fix(bytes);
            foreach (int place in Reserved)
            {
                bytes[place] = 0;
            }

            return bytes;
        }

        public override string ToString() => Name;
    }
}
