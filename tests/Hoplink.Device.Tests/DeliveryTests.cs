using Hoplink.Delivery;
using nanoFramework.TestFramework;

namespace Hoplink.Device.Tests;

/// <summary>Replay window, send window and reorder buffer (protocol.md 2, 6, 11).</summary>
[TestClass]
public class DeliveryTests
{
    /// <summary>Each number passes once, around the end of the range and in any order within the window.</summary>
    [TestMethod]
    public void The_replay_window_lets_each_number_pass_once()
    {
        var window = new ReplayWindow();
        uint first = 0xfffffff0;
        for (uint i = 0; i < 64; i += 2)
        {
            Assert.AreEqual((int)ReplayVerdict.Fresh, (int)window.Accept(first + i, 7, 0));
        }

        for (uint i = 1; i < 64; i += 2)
        {
            Assert.AreEqual((int)ReplayVerdict.Fresh, (int)window.Accept(first + i, 7, 0));
        }

        for (uint i = 0; i < 64; i++)
        {
            Assert.AreEqual((int)ReplayVerdict.Repeated, (int)window.Accept(first + i, 7, 0));
        }

        Assert.AreEqual((int)ReplayVerdict.Conflict, (int)window.Accept(first, 8, 0));
        Assert.AreEqual((int)ReplayVerdict.TooOld, (int)window.Accept(first - ReplayWindow.Size, 7, 0));
    }

    /// <summary>Messages come out in order and once, however they came.</summary>
    [TestMethod]
    public void The_reorder_buffer_delivers_in_order()
    {
        var buffer = new ReceiveBuffer(4, 8, 4);
        byte[] message = new byte[8];
        Assert.AreEqual((int)ReceiveVerdict.Held, (int)Receive(buffer, 2));
        Assert.AreEqual((int)ReceiveVerdict.Held, (int)Receive(buffer, 1));
        Assert.AreEqual(-1, buffer.Read(message, 0));
        Assert.AreEqual(3u, buffer.SackMap());
        Assert.AreEqual((int)ReceiveVerdict.InOrder, (int)Receive(buffer, 0));
        Assert.AreEqual((int)ReceiveVerdict.Duplicate, (int)Receive(buffer, 1));
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual(8, buffer.Read(message, 0));
            Assert.AreEqual(i, (int)message[0]);
            Assert.AreEqual(i, (int)message[7]);
        }

        Assert.AreEqual(-1, buffer.Read(message, 0));
        Assert.AreEqual(3u, buffer.NextExpected);
    }

    /// <summary>A repair gives up what is gone, and what was held behind it can be read (11).</summary>
    [TestMethod]
    public void A_skip_delivers_what_was_held_behind_the_hole()
    {
        var buffer = new ReceiveBuffer(4, 8, 4);
        byte[] message = new byte[8];
        Receive(buffer, 2);
        Receive(buffer, 3);
        Assert.AreEqual(2, buffer.SkipTo(2));
        Assert.AreEqual(8, buffer.Read(message, 0));
        Assert.AreEqual(2, (int)message[0]);
        Assert.AreEqual(8, buffer.Read(message, 0));
        Assert.AreEqual(3, (int)message[0]);
        Assert.AreEqual(4u, buffer.NextExpected);
    }

    /// <summary>A message stays until it is acknowledged, and a full window takes no more.</summary>
    [TestMethod]
    public void The_send_window_keeps_messages_until_they_are_acknowledged()
    {
        var window = new SendWindow(2, 8);
        byte[] message = new byte[8];
        Assert.IsTrue(window.TryAdd(message, 0, 8));
        Assert.IsTrue(window.TryAdd(message, 0, 4));
        Assert.IsFalse(window.TryAdd(message, 0, 8));
        var sender = new DataSender(window, new RttEstimator(), 4);
        sender.OnWindow(4);
        uint number;
        Assert.IsTrue(sender.TryPeek(0, out number));
        Assert.AreEqual(0u, number);
        sender.MarkSent(number, 0);
        Assert.IsTrue(sender.TryPeek(0, out number));
        sender.MarkSent(number, 0);
        Assert.IsFalse(sender.TryPeek(0, out number));
        sender.OnAcknowledgment(1, 4, false, 0, 20000);
        Assert.AreEqual(1, window.Count);
        Assert.AreEqual(4, window.LengthOf(1));
        Assert.IsTrue(window.TryAdd(message, 0, 8));
        Assert.AreEqual(2u, window.Next - 1);
    }

    /// <summary>RFC 6298: the first sample, and the doubling.</summary>
    [TestMethod]
    public void The_RTO_follows_the_round_trip_and_doubles()
    {
        var rtt = new RttEstimator();
        Assert.AreEqual(1000000L, rtt.Rto);
        rtt.Sample(100000);
        Assert.AreEqual(300000L, rtt.Rto);
        rtt.Backoff();
        Assert.AreEqual(600000L, rtt.Rto);
        rtt.UndoBackoff();
        Assert.AreEqual(300000L, rtt.Rto);
    }

    private static ReceiveVerdict Receive(ReceiveBuffer buffer, byte number)
    {
        byte[] message = new byte[8];
        for (int i = 0; i < message.Length; i++)
        {
            message[i] = number;
        }

        return buffer.Accept(number, message, 0, message.Length);
    }
}
