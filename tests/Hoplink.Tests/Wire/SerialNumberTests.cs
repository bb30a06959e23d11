using CsCheck;
using Hoplink.Wire;

namespace Hoplink.Tests.Wire;

public sealed class SerialNumberTests
{
    [Fact]
    public void Less_than_half_the_circle_ahead_is_newer_and_the_other_way_round_is_not()
    {
        Gen.UInt.Select(Gen.UInt[1, int.MaxValue]).Sample((number, ahead) =>
        {
            uint later = unchecked(number + ahead);
            Assert.True(SerialNumber.IsNewer(later, number));
            Assert.False(SerialNumber.IsNewer(number, later));
            Assert.Equal((int)ahead, SerialNumber.Distance(number, later));
            Assert.Equal(-(int)ahead, SerialNumber.Distance(later, number));
        });
    }

    [Fact]
    public void Of_two_numbers_half_the_circle_apart_neither_is_newer()
    {
        Gen.UInt.Sample(number =>
        {
            uint opposite = unchecked(number + 0x80000000);
            Assert.False(SerialNumber.IsNewer(opposite, number));
            Assert.False(SerialNumber.IsNewer(number, opposite));
            Assert.Equal(int.MinValue, SerialNumber.Distance(number, opposite));
        });
    }

    [Fact]
    public void No_number_is_newer_than_itself()
    {
        Gen.UInt.Sample(number => Assert.False(SerialNumber.IsNewer(number, number)));
    }

    [Fact]
    public void Big_endian_integers_come_back()
    {
        (from wide in Gen.ULong from offset in Gen.Int[0, 3] select (wide, offset)).Sample((wide, offset) =>
        {
            byte[] b = new byte[11];
            BigEndian.WriteUInt64(b, offset, wide);
            Assert.Equal(wide.ToString("X16"), Convert.ToHexString(b, offset, 8));
            Assert.Equal(wide, BigEndian.ReadUInt64(b, offset));
            Assert.Equal((long)wide, BigEndian.ReadInt64(b, offset));
            Assert.Equal((uint)(wide >> 32), BigEndian.ReadUInt32(b, offset));
            Assert.Equal((ushort)(wide >> 48), BigEndian.ReadUInt16(b, offset));

            byte[] c = new byte[11];
            BigEndian.WriteInt64(c, offset, (long)wide);
            Assert.Equal(b, c);
            Array.Clear(c);
            BigEndian.WriteUInt32(c, offset, (uint)(wide >> 32));
            BigEndian.WriteUInt16(c, offset + 4, (ushort)(wide >> 16));
            BigEndian.WriteUInt16(c, offset + 6, (ushort)wide);
            Assert.Equal(b, c);
        });
    }
}
