using Hoplink.Wire;
using nanoFramework.TestFramework;

namespace Hoplink.Device.Tests;

/// <summary>Datagrams, read and written (protocol.md 2, 6, 7).</summary>
[TestClass]
public class WireTests
{
    /// <summary>A header comes back as it was written.</summary>
    [TestMethod]
    public void A_header_that_was_written_is_read_again()
    {
        byte[] datagram = new byte[WireFormat.Overhead + HeartbeatPayload.Size];
        NewHeader().Write(datagram, 0);
        var read = new Header();
        Assert.AreEqual((int)DropCause.None, (int)Header.Read(datagram, 0, datagram.Length, read));
        Assert.AreEqual(0xfedcba9876543210UL, read.SessionId);
        Assert.AreEqual(0xfffffffeu, read.Sequence);
        Assert.AreEqual(0x80000001u, read.Acknowledgment);
        Assert.AreEqual(0x7fffffffu, read.Timestamp);
        Assert.AreEqual(1, read.KeyPhase);
        Assert.AreEqual(HeartbeatPayload.Size, read.PayloadLength);
    }

    /// <summary>Every length but the right one is refused, and no array is left.</summary>
    [TestMethod]
    public void A_datagram_cut_anywhere_is_refused()
    {
        byte[] datagram = new byte[WireFormat.Overhead + HeartbeatPayload.Size];
        NewHeader().Write(datagram, 0);
        var read = new Header();
        for (int count = 0; count < datagram.Length; count++)
        {
            Assert.IsTrue(Header.Read(datagram, 0, count, read) != DropCause.None, "cut to " + count.ToString());
        }
    }

    /// <summary>A wrong version, type, sub-type or flag is refused by its own cause.</summary>
    [TestMethod]
    public void A_wrong_field_is_refused_by_its_cause()
    {
        Assert.AreEqual((int)DropCause.WrongVersion, (int)ReadWith(0, 2));
        Assert.AreEqual((int)DropCause.UnknownType, (int)ReadWith(1, 0x55));
        Assert.AreEqual((int)DropCause.UnknownSubType, (int)ReadWith(2, 1));
        Assert.AreEqual((int)DropCause.WrongFlags, (int)ReadWith(3, PacketFlags.Rst));
    }

    /// <summary>A heartbeat's times come back, negative ones too.</summary>
    [TestMethod]
    public void A_heartbeat_that_was_written_is_read_again()
    {
        byte[] payload = new byte[HeartbeatPayload.Size];
        var written = new HeartbeatPayload { Nonce = 0xcafe0001, IsEcho = true, ReceiveWindow = 999, T1 = -2, T2 = long.MaxValue, T3 = 3 };
        written.Write(payload, 0);
        var read = new HeartbeatPayload();
        Assert.AreEqual((int)DropCause.None, (int)read.Read(payload, 0));
        Assert.AreEqual(0xcafe0001u, read.Nonce);
        Assert.IsTrue(read.IsEcho);
        Assert.AreEqual(999, read.ReceiveWindow);
        Assert.AreEqual(-2L, read.T1);
        Assert.AreEqual(long.MaxValue, read.T2);
        Assert.AreEqual(3L, read.T3);
    }

    /// <summary>RFC 1982: numbers compare around the end of their range; exactly half of it apart counts as not newer.</summary>
    [TestMethod]
    public void Serial_numbers_compare_around_their_end()
    {
        Assert.IsTrue(SerialNumber.IsNewer(1, 0xffffffff));
        Assert.IsFalse(SerialNumber.IsNewer(0xffffffff, 1));
        Assert.IsFalse(SerialNumber.IsNewer(0x80000000, 0));
        Assert.IsFalse(SerialNumber.IsNewer(0, 0x80000000));
        Assert.AreEqual(2, SerialNumber.Distance(0xffffffff, 1));
        Assert.AreEqual(-2, SerialNumber.Distance(1, 0xffffffff));
    }

    private static DropCause ReadWith(int offset, byte value)
    {
        byte[] datagram = new byte[WireFormat.Overhead + HeartbeatPayload.Size];
        NewHeader().Write(datagram, 0);
        datagram[offset] = value;
        return Header.Read(datagram, 0, datagram.Length, new Header());
    }

    private static Header NewHeader()
    {
        return new Header
        {
            Type = PacketType.Heartbeat,
            Flags = PacketFlags.Ack | PacketFlags.KeyPhase,
            SessionId = 0xfedcba9876543210UL,
            Sequence = 0xfffffffe,
            Acknowledgment = 0x80000001,
            Timestamp = 0x7fffffff,
            PayloadLength = HeartbeatPayload.Size,
        };
    }
}
