using System.Buffers.Binary;
using System.Diagnostics;
using Hoplink.Parameters;
using Hoplink.Peer.Tests.Support;
using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Peer.Tests.Attacks;

/// <summary>
/// Somebody drops what keeps the ports together and then delays what measures time, to pull the device's clock, over real sockets (5.1, 10,
/// 12.4). Both ends are on one computer and its one clock, so the error is known to the microsecond at any moment, and so is each round
/// trip: half of the longest bounds it, whatever the speed.
/// </summary>
public sealed class ClockPullSocketTests
{
    private const int TimesOffset = WireFormat.HeaderSize + 8;

    /// <summary>Half of the longest round trip that a measurement may have, us.</summary>
    private const long MostPull = OwnConstants.MaxSampleRoundTripMs * SpecConstants.MicrosPerMs / 2;

    /// <summary>Whole microseconds in each of the times.</summary>
    private const long Slack = 5;

    private readonly Stopwatch _since = Stopwatch.StartNew();
    private readonly Dictionary<long, long> _sentAt = [];
    private long _zero;
    private long _longest;
    private long _bound;
    private long _error;
    private long _most;
    private int _measured;
    private string? _beyond;

    [Theory]
    [InlineData(false, 300)]
    [InlineData(false, 1200)]
    [InlineData(true, 300)]
    public void Time_sync_that_is_held_up_pulls_the_clock_by_at_most_half_its_round_trip(bool up, int delayMs) // 5.1, 10, 12.4
    {
        // In clear, or the test could not read the heartbeats' times either.
        LinkOptions options = LinkOptions.Desktop();
        options.Encryption = PayloadEncryption.Off;
        using var s = new AttackedHost(options);
        Watch(s);

        // What is dropped until the device asks for the time makes it ask.
        bool asked = false;
        s.Proxy.Meddle = packet =>
        {
            asked |= packet.ToPeer && packet.Type == (byte)PacketType.Control;
            return asked || packet.ToPeer ? packet.Bytes : null;
        };
        s.Proxy.HoldUp = packet => TimeSpan.FromMilliseconds(packet.ToPeer == up && HasTimes(packet) ? delayMs : 0);
        s.RoundTrips(1);
        s.Await(() => Volatile.Read(ref _measured) > 0, "a measurement of level 1");

        // Rekeys measure too, and the probes that follow each.
        for (int i = 1; i <= 3; i++)
        {
            int rekeys = i;
            s.Await(() => HasRekeyed(s, rekeys), "a rekey");
        }

        s.Device.Call((_, _) =>
        {
            Assert.True(_longest >= delayMs * SpecConstants.MicrosPerMs, $"measured {_longest} us at most");
            return true;
        });

        // Once nothing is held up, the next measurements set it right.
        s.Proxy.Meddle = packet => packet.Bytes;
        s.Proxy.HoldUp = _ => TimeSpan.Zero;
        s.Await(() => IsRight(s), "a clock that is right");
        s.RequireUnharmed(_since.Elapsed, rekeysAskedFor: s.Device.Count(LinkEventKind.Rekeyed));
        s.Device.Call((_, _) =>
        {
            Assert.Null(_beyond);
            Assert.InRange(_most, 0, MostPull + Slack);
            return true;
        });
    }

    /// <summary>Whether the device has rekeyed so often; if not, and no rung runs, it shall.</summary>
    private static bool HasRekeyed(AttackedHost s, int times)
    {
        bool hasRekeyed = s.Device.Count(LinkEventKind.Rekeyed) >= times;
        return s.Device.Call((link, now) =>
        {
            if (!hasRekeyed && link.Level == RecoveryLevel.None)
            {
                link.ReportKeyCompromise(now);
            }

            return hasRekeyed;
        });
    }

    private static bool HasTimes(Sighting packet) => HasTimes(packet.Bytes);

    private static bool HasTimes(byte[] bytes)
    {
        return (PacketType)bytes[1] switch
        {
            PacketType.Heartbeat => true,
            PacketType.Control => bytes[2] is SubType.TimeSyncRequest or SubType.TimeSyncResponse,
            PacketType.Management => bytes[2] is SubType.RekeyRequest or SubType.RekeyResponse,
            _ => false,
        };
    }

    private static long TimeAt(byte[] bytes, int index) => BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(TimesOffset + (8 * index)));

    /// <summary>The clock's error and each round trip from now on; the clock is the peer's, but for what the handshake could not tell.</summary>
    private void Watch(AttackedHost s)
    {
        _zero = s.CallPeer((link, now) => Inside.ReadClock(link, now) - now);
        s.Device.Call((link, now) =>
        {
            _error = Error(link, now);
            _bound = Math.Abs(_error);
            s.Device.Sending = (bytes, at) =>
            {
                if (HasTimes(bytes))
                {
                    _sentAt[TimeAt(bytes, 0)] = at;
                }
            };
            s.Device.Handled = (bytes, at) => Look(link, bytes, at);
            return true;
        });
    }

    private void Look(Link link, byte[] bytes, long now)
    {
        if (HasTimes(bytes) && _sentAt.TryGetValue(TimeAt(bytes, 0), out long sentAt))
        {
            _measured++;
            long roundTrip = now - sentAt - (TimeAt(bytes, 2) - TimeAt(bytes, 1));
            _longest = Math.Max(_longest, roundTrip);
            _bound = Math.Max(_bound, Math.Min(roundTrip / 2, MostPull));
        }

        _error = Error(link, now);
        _most = Math.Max(_most, Math.Abs(_error));
        if (Math.Abs(_error) > _bound + Slack)
        {
            _beyond ??= $"{_error} us off, where {_bound} us is the most";
        }
    }

    private long Error(Link link, long now) => Inside.ReadClock(link, now) - (now + _zero);

    /// <summary>Whether the clock is right to a tenth of a second; if not, the device rekeys again, and so measures again.</summary>
    private bool IsRight(AttackedHost s)
    {
        bool isRight = s.Device.Call((link, now) => Math.Abs(Error(link, now)) < 100 * SpecConstants.MicrosPerMs);
        return isRight || HasRekeyed(s, int.MaxValue);
    }
}
