using Hoplink.Benchmarks.Counting;
using Hoplink.Crypto;
using Hoplink.Delivery;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Benchmarks.Measures;

/// <summary>Instructions of datagrams, without those of their HMACs. To be run in a <see cref="CountedLibrary"/>.</summary>
internal static class DatagramCounts
{
    private const int MessageSize = 100;
    private const int WarmUp = 20;

    /// <summary>What a device runs to seal a DATA datagram, and what it runs to open one.</summary>
    internal static long[] SealAndOpen()
    {
        byte[] block = new byte[96];
        PacketProtection device = Protection(block, isInitiator: true);
        PacketProtection peer = Protection(block, isInitiator: false);
        var header = new Header();
        byte[] datagram = new byte[WireFormat.Overhead + DataPayload.HeaderSize + MessageSize];
        long[] counts = new long[2];
        for (int i = 0; i < WarmUp; i++)
        {
            header.Type = PacketType.Data;
            header.SubType = 0;
            header.Flags = PacketFlags.Ack | PacketFlags.Psh;
            header.PayloadLength = DataPayload.HeaderSize + MessageSize;
            long start = InstructionMeter.WithoutHashing;
            var a0 = InstructionMeter.ByMethod(); start = InstructionMeter.WithoutHashing;
            int length = device.Seal(header, datagram, device.Epochs.Current, i);
            long isSealed = InstructionMeter.WithoutHashing;
            if (i == WarmUp - 1) foreach (var e in InstructionMeter.ByMethod()) if (e.Value != a0[e.Key]) Console.WriteLine($" S {e.Value - a0[e.Key]} {e.Key}");
            var b0 = InstructionMeter.ByMethod();
            DropCause cause = Header.Read(datagram, 0, length, header);
            if (cause == DropCause.None)
            {
                cause = peer.Open(header, datagram, 0, true, i);
            }

            if (i == WarmUp - 1) foreach (var e in InstructionMeter.ByMethod()) if (e.Value != b0[e.Key]) Console.WriteLine($"  {e.Value - b0[e.Key]} {e.Key}");
            counts = [isSealed - start, InstructionMeter.WithoutHashing - isSealed];
            if (cause != DropCause.None || peer.Verdict != ReplayVerdict.Fresh)
            {
                throw new InvalidOperationException("the datagram was not opened: " + cause);
            }
        }

        return counts;
    }

    /// <summary>What a device's host runs for messages that it sends, or that it receives, all in all.</summary>
    internal static long Messages(bool fromDevice, int messages, int atOnce)
    {
        var pair = new LinkPair(() => InstructionMeter.WithoutHashing);
        return Run(pair, fromDevice, messages, atOnce);
    }

    /// <summary>The same by method.</summary>
    internal static Dictionary<string, long> MessagesByMethod(bool fromDevice, int messages, int atOnce)
    {
        var sums = new Dictionary<string, long>();
        Dictionary<string, long>? last = null;
        var pair = new LinkPair(() => 0);
        LinkPair.Probe = (() =>
        {
            // Read in pairs: before a turn of the device and after it.
            Dictionary<string, long> now = InstructionMeter.ByMethod();
            foreach ((string method, long count) in now)
            {
                sums[method] = sums.GetValueOrDefault(method) + (last == null ? 0 : count - last[method]);
            }

            last = last == null ? now : null;
            return 0;
        });
        Dictionary<string, long> before = [];
        Run(pair, fromDevice, messages, atOnce, () => before = new(sums));
        return sums.ToDictionary(sum => sum.Key, sum => sum.Value - before.GetValueOrDefault(sum.Key));
    }

    private static long Run(LinkPair pair, bool fromDevice, int messages, int atOnce, Action? begin = null)
    {
        byte[] message = new byte[MessageSize];
        pair.Connect();
        for (int i = 0; i < WarmUp; i++)
        {
            pair.Exchange(fromDevice, message, atOnce);
        }

        begin?.Invoke();
        long before = pair.CarryingCost; long idle = pair.IdleCost; long turns = pair.DeviceTurns;
        for (int i = 0; i < messages; i += atOnce)
        {
            pair.Exchange(fromDevice, message, atOnce);
        }

        Console.WriteLine($"carry {(pair.CarryingCost - before) / 40.0} idle {(pair.IdleCost - idle) / 40.0} turns {pair.DeviceTurns - turns}, a turn {(pair.IdleCost - idle) / (pair.DeviceTurns - turns)}");
        return pair.CarryingCost - before;
    }

    private static PacketProtection Protection(byte[] block, bool isInitiator)
    {
        var session = new SessionParameters
        {
            SessionId = 1,
            IsInitiator = isInitiator,
            MaxDatagram = WireFormat.MaxDatagram,
            HopFirst = SpecConstants.DefaultHopFirst,
            HopCount = SpecConstants.DefaultHopCount,
        };
        LinkOptions options = LinkOptions.Device();
        return new PacketProtection(new ManagedCrypto(new SeededRandom(1)), session, block, options.BadTagsPerSecond);
    }
}
