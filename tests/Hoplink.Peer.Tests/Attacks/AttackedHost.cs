using System.Net;
using System.Security.Cryptography;
using System.Text;
using Hoplink.Host;
using Hoplink.Parameters;
using Hoplink.Peer.Tests.Support;
using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Peer.Tests.Attacks;

/// <summary>
/// A peer on real sockets that echoes each message, an attacker in front of it, and a device behind the attacker that sends numbered
/// messages. It keeps what the peer's application was told.
/// </summary>
internal sealed class AttackedHost : IDisposable, IResponderApplication
{
    public const int Port = 20_100;
    public const int HopPorts = 16;

    private readonly byte[] _message = new byte[UdpSocket.MaxDatagram];
    private readonly List<string> _read = [];
    private readonly List<LinkEventKind> _events = [];
    private readonly ResponderHost _host;
    private readonly byte[] _psk = RandomNumberGenerator.GetBytes(PskFile.KeySize);
    private readonly IPAddress _proxyAddress = LoopbackAddress.Next();
    private int _sent;
    private Link? _link;

    /// <summary>Connects a device of these options, or of the desktop's, through the attacker.</summary>
    public AttackedHost(LinkOptions? device = null)
    {
        IPAddress address = LoopbackAddress.Next();
        LinkOptions options = LinkOptions.Desktop();
        options.RendezvousPort = Port;
        _host = new ResponderHost(
            new ResponderHostOptions
            {
                Address = address,
                Responder = new ResponderOptions { Link = options, HopFirst = Port + 1, HopCount = HopPorts },
                Psks = [_psk],
                ResetSecret = RandomNumberGenerator.GetBytes(ResetSecretFile.SecretSize),
                CreateCrypto = () => new PlatformCrypto(),
            },
            this);
        _host.Start();
        Proxy = new HostileProxy(_proxyAddress, address, Port, HopPorts + 1);
        Device = new TestDevice(_proxyAddress, Port, _psk, device);
        Device.WaitFor(LinkEventKind.Connected);
        RoundTrips(10);
        Session = Device.Link.SessionId;
    }

    public HostileProxy Proxy { get; }

    public TestDevice Device { get; private set; }

    /// <summary>The session that began at first.</summary>
    public ulong Session { get; private set; }

    /// <summary>Messages that the device has sent so far: "message 0" and so on.</summary>
    public int Sent => _sent;

    /// <summary>Sends so many messages, each when the one before is back; every echo is the one that is due.</summary>
    public void RoundTrips(int count)
    {
        for (int i = 0; i < count; i++)
        {
            string message = $"message {_sent++}";
            Device.Send(message);
            Assert.Equal(message, Device.Receive());
        }
    }

    /// <summary>Another device in the first one's place, with the same key.</summary>
    public void ReplaceDevice()
    {
        // Or the peer would send the last echo again to the one that takes its place.
        AwaitIdly(() => CallPeer((link, _) => link.Unacknowledged == 0), "the last acknowledgment");
        Device.Vanish();
        Device.Dispose();
        Device = new TestDevice(_proxyAddress, Port, _psk);
        Device.WaitFor(LinkEventKind.Connected);
        RoundTrips(1);
        Session = Device.Link.SessionId;
    }

    /// <summary>What the peer dropped for one of these causes, with no link to put it to and in its link.</summary>
    public long Drops(params DropCause[] causes)
    {
        return _host.Call((responder, _) => causes.Sum(cause => (long)responder.Drops.Of(cause) + (_link?.Statistics.Drops.Of(cause) ?? 0)));
    }

    /// <summary>What the peer dropped for any cause.</summary>
    public long AllDrops() => _host.Call((responder, _) => (long)responder.Drops.Total + (_link?.Statistics.Drops.Total ?? 0));

    /// <summary>What the device dropped for any cause.</summary>
    public long DropsAtDevice() => Device.Call((link, _) => (long)link.Statistics.Drops.Total);

    /// <summary>Rekeys that the peer has seen through.</summary>
    public long Rekeys() => CallPeer((link, _) => (long)link.Statistics.Rekeys);

    /// <summary>Events that the peer's application was told.</summary>
    public int Events() => _host.Call((_, _) => _events.Count);

    /// <summary>How often the peer's application was told of one.</summary>
    public int Events(LinkEventKind kind) => _host.Call((_, _) => _events.Count(told => told == kind));

    /// <summary>Calls the peer's end of the link under the peer's lock, with the time, us.</summary>
    public T CallPeer<T>(Func<Link, long, T> action) => _host.Call((_, now) => action(_link!, now));

    /// <summary>Both ends rest on one and the same key epoch: no other is accepted any more.</summary>
    public bool IsAtRest(uint epoch)
    {
        bool Rests(Link link, long now) => Inside.Epochs(link).Count == 1 && Inside.Epochs(link).Current.Number == epoch;
        return Device.Call(Rests) && CallPeer(Rests);
    }

    /// <summary>
    /// Both ends send under this epoch and heal nothing. One may still keep an epoch that nobody will confirm: it lives until it is replaced
    /// (12.3).
    /// </summary>
    public bool AgreesOn(uint epoch)
    {
        bool Agrees(Link link, long now) => link.Level == RecoveryLevel.None && Inside.Epochs(link).Current.Number == epoch;
        return Device.Call(Agrees) && CallPeer(Agrees);
    }

    /// <summary>Waits until something that the peer counts is so, and exchanges messages meanwhile.</summary>
    public void Await(Func<bool> condition, string what) => Await(condition, what, () => RoundTrips(1));

    /// <summary>The same, and no message is exchanged meanwhile.</summary>
    public static void AwaitIdly(Func<bool> condition, string what) => Await(condition, what, () => Thread.Yield());

    private static void Await(Func<bool> condition, string what, Action meanwhile)
    {
        DateTime until = DateTime.UtcNow + TimeSpan.FromSeconds(60);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < until, "waited in vain for " + what);
            meanwhile();
        }
    }

    /// <summary>
    /// The session has lasted, every message was read once and in order, and at most the rekeys of D9 have taken place, and those that were
    /// asked for.
    /// </summary>
    public void RequireUnharmed(TimeSpan since, int rekeysAskedFor = 0)
    {
        RoundTrips(20);
        Assert.Equal(Session, Device.Link.SessionId);
        _host.Call((_, _) =>
        {
            Assert.Equal(Enumerable.Range(0, _sent).Select(i => $"message {i}"), _read);
            Assert.DoesNotContain(LinkEventKind.MessagesLost, _events);
            return true;
        });
        Assert.InRange(Rekeys(), rekeysAskedFor == 0 ? 0 : 1, rekeysAskedFor + (2 * (1 + (long)(since.TotalSeconds / 59))));
        Assert.True(Proxy.BytesToStrangers <= 3 * Proxy.BytesFromStrangers, $"{Proxy.BytesToStrangers} bytes to strangers");
        Assert.False(_host.Failure.IsCompleted);
    }

    public void OnNewLink(Link link, long now) => _link = link;

    public void OnEvent(LinkEvent linkEvent, long now) => _events.Add(linkEvent.Kind);

    public void OnReadable(Link link, long now)
    {
        int length;
        while ((length = link.Receive(_message, 0, now)) >= 0)
        {
            _read.Add(Encoding.ASCII.GetString(_message, 0, length));
            link.Send(_message, 0, length, now);
        }
    }

    public long Service(long now) => long.MaxValue;

    public void Dispose()
    {
        Device.Dispose();
        Proxy.Dispose();
        _host.Dispose();
    }
}
