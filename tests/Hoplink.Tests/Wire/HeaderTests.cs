using CsCheck;
using Hoplink.Wire;

namespace Hoplink.Tests.Wire;

public sealed class HeaderTests
{
    private static readonly Gen<(DatagramKind Kind, int Size, int Offset)> _genKind =
        from kind in Gen.OneOf(DatagramKind.All)
        from size in Gen.OneOf(kind.Sizes)
        from offset in Gen.Int[0, 5]
        select (kind, size, offset);

    [Fact]
    public void Every_datagram_reads_back_as_it_was_written()
    {
        (from x in _genKind
         from flags in Gen.Int[0, 255]
         from id in Gen.ULong
         from numbers in Gen.UInt.Array[3]
         select (x.Kind, x.Size, x.Offset, flags, id, numbers)).Sample(x =>
         {
             Header sent = x.Kind.Header(x.Size);
             sent.Flags = (byte)(x.Kind.Required | (x.flags & x.Kind.Optional));
             sent.SessionId = sent.SessionId == 0 ? 0 : x.id | 1;
             sent.Sequence = x.Kind.HasSequence ? x.numbers[0] : 0;
             sent.Acknowledgment = x.Kind.HasAcknowledgment ? x.numbers[1] : 0;
             sent.Timestamp = x.Kind.IsStateless ? 0 : x.numbers[2];
             byte[] datagram = Datagram(sent, x.Offset);

             Header read = new();
             Assert.Equal(DropCause.None, Header.Read(datagram, x.Offset, datagram.Length - x.Offset, read));
             Assert.Equivalent(sent, read, strict: true);
             Assert.Equal(x.Kind.Windowed, read.IsWindowed);
             Assert.Equal(x.Kind.Recovery, read.UsesRecoveryKey);
             Assert.Equal(x.Kind.IsStateless, read.IsStatelessReset);
             Assert.Equal((sent.Flags >> 4) & 1, read.HasAck ? 1 : 0);
             Assert.Equal((sent.Flags >> 5) & 1, read.KeyPhase);
         }, iter: 2000);
    }

    [Fact]
    public void The_fields_stand_where_section_2_puts_them()
    {
        Header header = new()
        {
            Type = PacketType.Management,
            SubType = 4,
            Flags = 0x30,
            SessionId = 0x0102030405060708,
            Sequence = 0x11121314,
            Acknowledgment = 0x21222324,
            Timestamp = 0x31323334,
            PayloadLength = 0x0018,
        };
        byte[] written = new byte[26];
        header.Write(written, 0);
        Assert.Equal("010D0430010203040506070811121314212223243132333400" + "18", Convert.ToHexString(written));
    }

    [Fact]
    public void Exactly_the_flags_of_the_type_are_taken()
    {
        foreach (DatagramKind kind in DatagramKind.All)
        {
            for (int flags = 0; flags < 256; flags++)
            {
                Header header = kind.Header(kind.Sizes[0]);
                header.Flags = (byte)flags;
                DropCause cause = Read(Datagram(header));
                if ((flags & PacketFlags.Fragment) != 0)
                {
                    Assert.Equal(DropCause.ReservedSet, cause);
                }
                else if (kind.Type == PacketType.Ack && ((flags ^ kind.Required) & PacketFlags.Sack) != 0)
                {
                    Assert.Equal(DropCause.WrongPayloadSize, cause); // the flag says whether there is a map
                }
                else
                {
                    Assert.Equal(kind.Allows(flags) ? DropCause.None : DropCause.WrongFlags, cause);
                }
            }
        }
    }

    [Fact]
    public void Only_known_types_and_sub_types_are_taken()
    {
        for (int type = 0; type < 256; type++)
        {
            for (int subType = 0; subType < 256; subType++)
            {
                DatagramKind? kind = DatagramKind.All.FirstOrDefault(k => (int)k.Type == type && k.SubType == subType);
                Header header = (kind ?? DatagramKind.All[0]).Header((kind ?? DatagramKind.All[0]).Sizes[0]);
                header.Type = (PacketType)type;
                header.SubType = (byte)subType;
                DropCause expected = kind != null ? DropCause.None
                    : DatagramKind.All.Any(k => (int)k.Type == type) ? DropCause.UnknownSubType : DropCause.UnknownType;
                Assert.Equal(expected, Read(Datagram(header)));
            }
        }
    }

    [Fact]
    public void Only_the_sizes_of_the_type_are_taken()
    {
        foreach (IGrouping<(PacketType, byte, int), DatagramKind> kinds in DatagramKind.All.GroupBy(k => (k.Type, k.SubType, k.Required)))
        {
            for (int size = 0; size <= 1190; size++)
            {
                DatagramKind? fitting = kinds.FirstOrDefault(k => k.Sizes.Contains(size));
                Header header = (fitting ?? kinds.First()).Header(size);
                Assert.Equal(fitting != null ? DropCause.None : DropCause.WrongPayloadSize, Read(Datagram(header)));
            }
        }
    }

    [Fact]
    public void A_length_that_does_not_add_up_is_refused()
    {
        _genKind.Select(Gen.Int[1, 60], Gen.Bool).Sample((x, by, longer) =>
        {
            byte[] datagram = Datagram(x.Kind.Header(x.Size));
            int length = Math.Max(0, datagram.Length + (longer ? by : -by));
            DropCause expected = length < 42 ? DropCause.TooShort : length > 1232 ? DropCause.TooLong : DropCause.WrongLength;
            Array.Resize(ref datagram, length);
            Assert.Equal(expected, Read(datagram));
        });
    }

    [Fact]
    public void Every_other_version_is_refused()
    {
        byte[] datagram = Datagram(DatagramKind.All[2].Header(4));
        for (int version = 0; version < 256; version++)
        {
            datagram[0] = (byte)version;
            Assert.Equal(version == 1 ? DropCause.None : DropCause.WrongVersion, Read(datagram));
        }
    }

    [Fact]
    public void A_field_that_the_type_does_not_have_must_be_0()
    {
        (from x in _genKind from bit in Gen.Int[0, 31] select (x.Kind, x.Size, bit)).Sample((kind, size, bit) =>
        {
            uint one = 1u << bit;
            Header sequence = kind.Header(size);
            sequence.Sequence |= one;
            Assert.Equal(kind.HasSequence ? DropCause.None : DropCause.WrongField, Read(Datagram(sequence)));

            Header acknowledgment = kind.Header(size);
            acknowledgment.Acknowledgment |= one;
            Assert.Equal(kind.HasAcknowledgment ? DropCause.None : DropCause.WrongField, Read(Datagram(acknowledgment)));

            Header timestamp = kind.Header(size);
            timestamp.Timestamp |= one;
            Assert.Equal(kind.IsStateless ? DropCause.WrongField : DropCause.None, Read(Datagram(timestamp)));
        });
    }

    [Fact]
    public void The_session_id_is_0_in_Syn_and_nowhere_else()
    {
        foreach (DatagramKind kind in DatagramKind.All)
        {
            Header header = kind.Header(kind.Sizes[0]);
            header.SessionId = header.SessionId == 0 ? 1ul << 63 : 0;
            Assert.Equal(DropCause.WrongField, Read(Datagram(header)));
        }
    }

    [Fact]
    public void No_bytes_make_it_throw()
    {
        // Half of them begin like a datagram, or none would get past the version.
        (from bytes in Gen.Byte.Array[0, 1400]
         from start in Gen.Int[0, 1400]
         from length in Gen.Int[0, 1400]
         from kind in Gen.OneOf(DatagramKind.All)
         from like in Gen.Bool
         select (bytes, start, length, kind, like)).Sample(x =>
         {
             int offset = Math.Min(x.start, x.bytes.Length);
             int count = Math.Min(x.length, x.bytes.Length - offset);
             if (x.like && count >= 26)
             {
                 x.kind.Header(count - 42).Write(x.bytes, offset);
             }

             Header.Read(x.bytes, offset, count, new Header());
         }, iter: 20_000);
    }

    [Theory]
    [InlineData(-1, 50)]
    [InlineData(0, 101)]
    [InlineData(60, 50)]
    [InlineData(101, 0)]
    [InlineData(0, -1)]
    [InlineData(int.MaxValue, 42)]
    [InlineData(1, int.MaxValue)]
    public void Offset_and_count_outside_the_array_are_the_callers_error(int offset, int count)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Header.Read(new byte[100], offset, count, new Header()));
    }

    [Fact]
    public void A_header_that_does_not_fit_is_the_callers_error()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Header().Write(new byte[30], 5));
    }

    internal static byte[] Datagram(Header header, int offset = 0)
    {
        byte[] datagram = new byte[offset + 42 + Math.Max(0, header.PayloadLength)];
        header.Write(datagram, offset);
        return datagram;
    }

    private static DropCause Read(byte[] datagram) => Header.Read(datagram, 0, datagram.Length, new Header());
}
