using System.Net;
using Hoplink.Host;
using Hoplink.Parameters;
using Hoplink.Peer.Tests.Support;
using Hoplink.Routing;

namespace Hoplink.Peer.Tests;

/// <summary>Counts what the whole process allocates, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Port = 20_300;
    private const int WarmUp = 20_000;
    private const int Measured = 50_000;

    private readonly ITestOutputHelper _log;

    public AllocationTests(ITestOutputHelper log)
    {
        _log = log;
    }

    [Fact]
    public void A_message_there_and_back_allocates_nothing_at_either_end()
    {
        byte[] key = new byte[PskFile.KeySize];
        Random.Shared.NextBytes(key);
        IPAddress address = LoopbackAddress.Next();
        LinkOptions options = LinkOptions.Desktop();
        options.RendezvousPort = Port;
        var echo = new Echo();
        using var host = new ResponderHost(
            new ResponderHostOptions
            {
                Address = address,
                Responder = new ResponderOptions { Link = options, HopFirst = Port + 1, HopCount = 16 },
                Psks = [key],
                ResetSecret = new byte[ResetSecretFile.SecretSize],
                CreateCrypto = () => new PlatformCrypto(),
            },
            echo);
        host.Start();
        using var transport = new DeviceTransport(address);
        var device = new Device(new Link(options, new PlatformCrypto(), key), transport);

        device.RoundTrips(WarmUp);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        device.RoundTrips(Measured);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        _log.WriteLine($"{allocated} bytes for {Measured} messages there and back, {device.Datagrams} datagrams in all");

        // The smallest object, once a message, would be 24 bytes a message; the runtime's own threads allocate a little now and then.
        Assert.True(allocated < 10 * Measured, $"{allocated} bytes for {Measured} messages there and back");
        Assert.Equal(0, echo.Refused);
        Assert.False(host.Failure.IsCompleted);
    }

    private sealed class Echo : IResponderApplication
    {
        private readonly byte[] _message = new byte[2048];

        public int Refused { get; private set; }

        public void OnNewLink(Link link, long now)
        {
        }

        public void OnEvent(LinkEvent linkEvent, long now)
        {
        }

        public void OnReadable(Link link, long now)
        {
            int length;
            while ((length = link.Receive(_message, 0, now)) >= 0)
            {
                Refused += link.Send(_message, 0, length, now) == SendStatus.Accepted ? 0 : 1;
            }
        }

        public long Service(long now)
        {
            return long.MaxValue;
        }
    }

    private sealed class Device(Link link, DeviceTransport transport)
    {
        private const long Patience = 120_000_000;

        /// <summary>Fewer than the echo has room for, since it drops what it has no room for.</summary>
        private const int Outstanding = 32;

        private readonly PlatformCrypto _crypto = new();
        private readonly byte[] _buffer = new byte[UdpSocket.MaxDatagram];
        private readonly byte[] _message = new byte[1000];
        private readonly Datagram _datagram = new(UdpSocket.MaxDatagram);
        private readonly Arrival _arrival = new();
        private readonly LinkEvent _event = new();
        private bool _connected;

        public long Datagrams => link.Statistics.DatagramsSent + link.Statistics.DatagramsReceived;

        public void RoundTrips(int count)
        {
            long until = MonotonicClock.NowMicros + Patience;
            int sent = 0;
            int received = 0;
            while (received < count)
            {
                long now = MonotonicClock.NowMicros;
                if (now > until)
                {
                    throw new TimeoutException("the echoes stay away");
                }

                while (sent < count && sent - received < Outstanding && link.Send(_message, 0, 100, now) == SendStatus.Accepted)
                {
                    sent++;
                }

                Pump(now);
                while (link.Receive(_message, 0, now) >= 0)
                {
                    received++;
                }
            }
        }

        private void Pump(long now)
        {
            if (!_connected)
            {
                _connected = true;
                link.Connect(now);
            }

            while (link.PollJob() is { } job)
            {
                job.Run(_crypto);
                link.CompleteJob(job, now);
            }

            while (link.PollEvent(_event))
            {
            }

            while (link.PollTransmit(_datagram, now))
            {
                transport.Send(_datagram);
            }

            long wait = Math.Clamp(link.NextDeadline - now, 0, 100_000);
            int count = transport.Receive(_buffer, _arrival, wait);
            now = MonotonicClock.NowMicros;
            if (count >= 0)
            {
                link.HandleDatagram(_buffer, 0, count, _arrival, now);
            }
            else if (link.NextDeadline <= now)
            {
                link.HandleTimeout(now);
            }
        }
    }
}
