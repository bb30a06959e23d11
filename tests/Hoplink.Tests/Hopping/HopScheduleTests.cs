using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using Hoplink.Crypto;
using Hoplink.Hopping;

namespace Hoplink.Tests.Hopping;

/// <summary>Windows and ports (5.2).</summary>
public sealed class HopScheduleTests
{
    private const long Window = 500_000;

    private static readonly byte[] _key = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];

    // w = floor((session ms + hop phase) / 500), of a clock that reads us.
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 499_999, 0)]
    [InlineData(0, 500_000, 1)]
    [InlineData(323, 176_999, 0)]
    [InlineData(323, 177_000, 1)]
    [InlineData(499, 0, 0)]
    [InlineData(499, 1_000, 1)]
    [InlineData(0, -1, -1)]
    [InlineData(0, -500_000, -1)]
    [InlineData(0, -500_001, -2)]
    [InlineData(323, -323_000, 0)]
    [InlineData(323, -323_001, -1)]
    public void A_window_begins_at_each_multiple_of_500_ms_less_the_phase(int phaseMs, long sessionMicros, long window)
    {
        Assert.Equal(window, Make(phaseMs).WindowAt(sessionMicros));
    }

    [Fact]
    public void A_window_ends_where_the_next_begins()
    {
        Gen.Select(Gen.Int[0, 499], Gen.Long[-(1L << 52), 1L << 52]).Sample((phase, time) =>
        {
            HopSchedule hops = Make(phase);
            long window = hops.WindowAt(time);
            long end = hops.EndOf(window);
            return time < end && end - time <= Window && hops.WindowAt(end) == window + 1 && hops.WindowAt(end - 1) == window;
        });
    }

    // port(w) = first + (big-endian 32-bit HMAC-SHA256(hop_key, w as 8 bytes)[0..4]) mod count
    [Fact]
    public void The_port_of_a_window_is_its_hmac_modulo_the_range_whatever_was_asked_before()
    {
        Gen.Select(Gen.Int[1, 60000], Gen.OneOf(Gen.Long[-20, 20], Gen.Long[long.MinValue + 1, long.MaxValue]).Array[1, 20]).Sample((count, windows) =>
        {
            HopSchedule hops = Make(0, 1024, count);
            return windows.Concat(windows).All(w => hops.PortOf(w) == Expected(w, 1024, count));
        });
    }

    // 5.2: port(w-1), port(w), port(w+1).
    [Fact]
    public void The_ports_of_a_window_and_of_its_neighbours_are_open_and_no_others()
    {
        Gen.Select(Gen.Int[0, 499], Gen.Long[-100 * Window, 1L << 45]).Sample((phase, time) =>
        {
            HopSchedule hops = Make(phase);
            long window = hops.WindowAt(time);
            int[] open = [hops.PortOf(window - 1), hops.PortOf(window), hops.PortOf(window + 1)];
            return open.All(port => hops.IsOpen(port, time))
                && Enumerable.Range(-6, 13).Select(k => hops.PortOf(window + k)).All(port => hops.IsOpen(port, time) == open.Contains(port));
        });
    }

    private static HopSchedule Make(int phaseMs, int first = 20000, int count = 40000)
    {
        CryptoProvider crypto = new ScriptedRandom().Crypto("platform");
        return new HopSchedule(crypto.CreateHmacKey(_key, 0, _key.Length), phaseMs, first, count);
    }

    private static int Expected(long window, int first, int count)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, window);
        return first + (int)(BinaryPrimitives.ReadUInt32BigEndian(HMACSHA256.HashData(_key, bytes)) % (uint)count);
    }
}
