using Hoplink.Benchmarks.Counting;
using Hoplink.Crypto;
using Hoplink.Delivery;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Benchmarks.Measures;

/// <summary>
/// Instructions of datagrams, without those of their HMACs and of the cipher. To be run in a <see cref="CountedLibrary"/>.
/// </summary>
internal static class DatagramCounts
{
    private const int MessageSize = 100;
    // The device remembers of 64 datagrams whether their tags were good; before that it notes each.
    private const int WarmUp = 70;

    /// <summary>What a device runs to seal a DATA datagram, and what it runs to check the header of one and to open it.</summary>
    internal static long[] SealAndOpen(bool isEncrypted)
    {
        byte[] block = new byte[96];
        PacketProtection device = Protection(block, isInitiator: true, isEncrypted);
        PacketProtection peer = Protection(block, isInitiator: false, isEncrypted);
        var header = new Header();
        byte[] datagram = new byte[WireFormat.Overhead + DataPayload.HeaderSize + MessageSize];
        long[] counts = [];
        for (int i = 0; i < WarmUp; i++)
        {
            header.Type = PacketType.Data;
            header.SubType = 0;
            header.Flags = PacketFlags.Ack | PacketFlags.Psh;
            header.PayloadLength = DataPayload.HeaderSize + MessageSize;
            long start = InstructionMeter.WithoutPrimitives;
            int length = device.Seal(header, datagram, device.Epochs.Current, i);
            long halfway = InstructionMeter.WithoutPrimitives;
            DropCause cause = Header.Read(datagram, 0, length, header);
            if (cause == DropCause.None)
            {
                cause = peer.Open(header, datagram, 0, true, i);
            }

            counts = [halfway - start, InstructionMeter.WithoutPrimitives - halfway];
            if (cause != DropCause.None || peer.Verdict != ReplayVerdict.Fresh)
            {
                throw new InvalidOperationException("the datagram was not opened: " + cause);
            }
        }

        return counts;
    }

    /// <summary>
    /// What a device runs for messages that it sends, or that it receives, so many at once: all calls of its host's loop, the
    /// acknowledgments and the turns included; of that the calls that find nothing to do; and how many turns these were.
    /// </summary>
    internal static long[] Messages(bool fromDevice, int messages, int atOnce, bool isEncrypted)
    {
        var meter = new CostMeter(() => InstructionMeter.WithoutPrimitives);
        LinkPair pair = MakeSteadyPair(fromDevice, atOnce, meter, isEncrypted ? PayloadEncryption.Offered : PayloadEncryption.Off);
        long carrying = pair.CarryingCost;
        long idle = pair.IdleCost;
        int turns = pair.DeviceTurns;
        Exchange(pair, fromDevice, messages, atOnce);
        idle = pair.IdleCost - idle;
        return [pair.CarryingCost - carrying + idle, idle, pair.DeviceTurns - turns];
    }

    /// <summary>The same by method.</summary>
    internal static Dictionary<string, long> MessagesByMethod(bool fromDevice, int messages, int atOnce)
    {
        var meter = new MethodMeter();
        LinkPair pair = MakeSteadyPair(fromDevice, atOnce, meter, PayloadEncryption.Off);
        meter.Total.Clear();
        Exchange(pair, fromDevice, messages, atOnce);
        return meter.Total;
    }

    private static LinkPair MakeSteadyPair(bool fromDevice, int atOnce, CostMeter meter, PayloadEncryption encryption)
    {
        var pair = new LinkPair(meter, encryption);
        pair.Connect();
        Exchange(pair, fromDevice, WarmUp * atOnce, atOnce);
        return pair;
    }

    private static void Exchange(LinkPair pair, bool fromDevice, int messages, int atOnce)
    {
        byte[] message = new byte[MessageSize];
        for (int i = 0; i < messages; i += atOnce)
        {
            pair.Exchange(fromDevice, message, atOnce);
        }
    }

    private static PacketProtection Protection(byte[] block, bool isInitiator, bool isEncrypted)
    {
        var session = new SessionParameters
        {
            SessionId = 1,
            IsInitiator = isInitiator,
            IsEncrypted = isEncrypted,
            MaxDatagram = WireFormat.MaxDatagram,
            HopFirst = SpecConstants.DefaultHopFirst,
            HopCount = SpecConstants.DefaultHopCount,
        };
        LinkOptions options = LinkOptions.Device();
        return new PacketProtection(new ManagedCrypto(new SeededRandom(1)), session, block, options.BadTagsPerSecond);
    }
}
