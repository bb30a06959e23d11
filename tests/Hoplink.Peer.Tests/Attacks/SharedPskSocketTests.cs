using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Hoplink.Host;
using Hoplink.Parameters;
using Hoplink.Peer.Tests.Support;

namespace Hoplink.Peer.Tests.Attacks;

/// <summary>Two devices have one pre-shared key, over real sockets (4.1, 13.4).</summary>
public sealed class SharedPskSocketTests : IResponderApplication, IDisposable
{
    private const int Turns = 4;

    private readonly Stopwatch _since = Stopwatch.StartNew();
    private readonly byte[] _message = new byte[UdpSocket.MaxDatagram];
    private readonly List<(int Sender, int Number)?> _read = [];
    private readonly TestDevice[] _devices = new TestDevice[2];
    private readonly int[] _next = new int[2];
    private readonly ResponderHost _host;
    private readonly byte[] _psk = RandomNumberGenerator.GetBytes(PskFile.KeySize);
    private readonly IPAddress _address = LoopbackAddress.Next();
    private int _connected;

    public SharedPskSocketTests()
    {
        LinkOptions options = LinkOptions.Desktop();
        options.RendezvousPort = AttackedHost.Port;
        _host = new ResponderHost(
            new ResponderHostOptions
            {
                Address = _address,
                Responder = new ResponderOptions { Link = options, HopFirst = AttackedHost.Port + 1, HopCount = AttackedHost.HopPorts },
                Psks = [_psk],
                ResetSecret = RandomNumberGenerator.GetBytes(ResetSecretFile.SecretSize),
                CreateCrypto = () => new PlatformCrypto(),
            },
            this);
        _host.Start();
    }

    [Fact]
    public void They_take_turns_at_a_bounded_rate_and_no_link_has_messages_of_both() // 4, 4.1, 13.2, 13.4
    {
        _devices[0] = new TestDevice(_address, AttackedHost.Port, _psk);
        _devices[1] = new TestDevice(_address, AttackedHost.Port, _psk);
        SendUntil(2, () => _connected >= Turns && Numbers(0).Any() && Numbers(1).Any(), "turns of both");

        // 4.1: one new handshake a second for the key id.
        int turns = _host.Call((_, _) => _connected);
        Assert.InRange(turns, Turns, 2 + (int)_since.Elapsed.TotalSeconds);
        RequireOneSenderInEachLink();

        // Once one of them is gone, the other has the link to itself, and gets through with all that it sent.
        _devices[1].Dispose();
        SendUntil(1, () => _read.Count > 0 && Numbers(0).Max() >= 100, "messages of the one that stayed");
        int sent = _next[0];
        AttackedHost.AwaitIdly(() => _host.Call((_, _) => Numbers(0).Distinct().Count() == sent), "all that it sent");
        turns = _host.Call((_, _) => _connected);
        SendUntil(1, () => Numbers(0).Max() >= sent + 100, "more of them");
        Assert.Equal(turns, _host.Call((_, _) => _connected));
        RequireOneSenderInEachLink();
        Assert.False(_host.Failure.IsCompleted);
    }

    void IResponderApplication.OnNewLink(Link link, long now) => _read.Add(null);

    void IResponderApplication.OnEvent(LinkEvent linkEvent, long now)
    {
        if (linkEvent.Kind == LinkEventKind.LinkRestarted || (linkEvent.Kind == LinkEventKind.Connected && !linkEvent.Resumed))
        {
            _read.Add(null);
        }

        _connected += linkEvent.Kind == LinkEventKind.Connected ? 1 : 0;
    }

    void IResponderApplication.OnReadable(Link link, long now)
    {
        int length;
        while ((length = link.Receive(_message, 0, now)) >= 0)
        {
            string[] words = Encoding.ASCII.GetString(_message, 0, length).Split(' ');
            _read.Add((int.Parse(words[0]), int.Parse(words[1])));
        }
    }

    long IResponderApplication.Service(long now) => long.MaxValue;

    public void Dispose()
    {
        foreach (TestDevice? device in _devices)
        {
            device?.Dispose();
        }

        _host.Dispose();
    }

    /// <summary>The first devices send numbered messages, as fast as their links take them, until the peer's side is so.</summary>
    private void SendUntil(int devices, Func<bool> condition, string what)
    {
        AttackedHost.AwaitIdly(
            () =>
            {
                for (int i = 0; i < devices; i++)
                {
                    _next[i] += _devices[i].TrySend($"{i} {_next[i]}") ? 1 : 0;
                }

                return _host.Call((_, _) => condition());
            },
            what);
    }

    private IEnumerable<int> Numbers(int device) => _read.Where(read => read?.Sender == device).Select(read => read!.Value.Number);

    /// <summary>Between two beginnings of the link the peer reads what one device sent, each message once and in order.</summary>
    private void RequireOneSenderInEachLink()
    {
        (int Sender, int Number)?[] all = _host.Call((_, _) => _read.ToArray());
        for (int i = 1; i < all.Length; i++)
        {
            if (all[i - 1] is { } before && all[i] is { } after)
            {
                Assert.Equal((before.Sender, before.Number + 1), after);
            }
        }
    }
}
