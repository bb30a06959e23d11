using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hoplink.Host;
using Hoplink.Peer.Chaos;
using Hoplink.Peer.Tests.Support;

namespace Hoplink.Peer.Tests;

public sealed class ChaosProxyTests : IAsyncDisposable
{
    private const int First = 20_200;
    private const int Second = 20_201;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly IPAddress _proxyAddress = LoopbackAddress.Next();
    private readonly IPAddress _peerAddress = LoopbackAddress.Next();
    private readonly List<IDisposable> _sockets = [];
    private RunningCommand? _command;

    public async ValueTask DisposeAsync()
    {
        if (_command is not null)
        {
            await _command.DisposeAsync();
        }

        _sockets.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task What_goes_to_a_port_arrives_at_the_same_port_and_the_answer_comes_back_from_it()
    {
        Start();
        Socket peer = Bind(_peerAddress, Second);
        Socket device = Bind(LoopbackAddress.Next(), 0);

        await SendAsync(device, "to", new IPEndPoint(_proxyAddress, Second));
        (string text, IPEndPoint from) = await ReceiveAsync(peer);
        await SendAsync(peer, "back", from);
        (string answer, IPEndPoint answeredFrom) = await ReceiveAsync(device);

        Assert.Equal("to", text);
        Assert.Equal("back", answer);
        Assert.Equal(new IPEndPoint(_proxyAddress, Second), answeredFrom);
    }

    [Fact]
    public async Task What_the_peer_sends_from_another_port_leaves_from_that_port()
    {
        Start();
        Socket peer = Bind(_peerAddress, First);
        Socket hop = Bind(_peerAddress, Second);
        Socket foreign = Bind(_peerAddress, Second + 1);
        Socket device = Bind(LoopbackAddress.Next(), 0);

        await SendAsync(device, "to", new IPEndPoint(_proxyAddress, First));
        IPEndPoint flow = (await ReceiveAsync(peer)).From;
        await SendAsync(hop, "hopped", flow);
        Assert.Equal(("hopped", new IPEndPoint(_proxyAddress, Second)), await ReceiveAsync(device));

        // A port that has no double here: from the one that the device used.
        await SendAsync(foreign, "unknown port", flow);
        Assert.Equal(("unknown port", new IPEndPoint(_proxyAddress, First)), await ReceiveAsync(device));
    }

    [Fact]
    public async Task Devices_are_told_apart_and_each_gets_its_own_answers()
    {
        Start();
        Socket peer = Bind(_peerAddress, First);
        Socket[] devices = [.. Enumerable.Range(0, 3).Select(_ => Bind(LoopbackAddress.Next(), 0))];
        var flows = new Dictionary<string, IPEndPoint>();
        for (int i = 0; i < devices.Length; i++)
        {
            await SendAsync(devices[i], $"device {i}", new IPEndPoint(_proxyAddress, First));
            (string text, IPEndPoint from) = await ReceiveAsync(peer);
            flows.Add(text, from);
        }

        Assert.Equal(3, flows.Values.Distinct().Count());
        foreach ((string text, IPEndPoint flow) in flows.Reverse())
        {
            await SendAsync(peer, $"answer to {text}", flow);
        }

        for (int i = 0; i < devices.Length; i++)
        {
            Assert.Equal($"answer to device {i}", (await ReceiveAsync(devices[i])).Text);
        }
    }

    [Fact]
    public async Task A_stranger_cannot_reach_a_device_through_the_proxy()
    {
        RunningCommand command = Start();
        Socket peer = Bind(_peerAddress, First);
        Socket device = Bind(LoopbackAddress.Next(), 0);
        Socket stranger = Bind(LoopbackAddress.Next(), First);
        await SendAsync(device, "to", new IPEndPoint(_proxyAddress, First));
        IPEndPoint flow = (await ReceiveAsync(peer)).From;

        await SendAsync(stranger, "from a stranger", flow);
        command.WaitFor("statistics", e => e.GetProperty("strays").GetInt32() == 1);
        await SendAsync(peer, "from the peer", flow);

        Assert.Equal("from the peer", (await ReceiveAsync(device)).Text);
    }

    [Fact]
    public async Task The_network_changes_while_it_runs()
    {
        RunningCommand command = Start("--control", "--loss", "100");
        Socket peer = Bind(_peerAddress, First);
        Socket device = Bind(LoopbackAddress.Next(), 0);
        await SendAsync(device, "lost", new IPEndPoint(_proxyAddress, First));
        command.WaitFor("statistics", e => ToPeer(e, "lost") == 1);

        command.Type("""{"loss":0}""");
        command.WaitFor("controlApplied", e => e.GetProperty("loss").GetDouble() == 0);
        await SendAsync(device, "passes", new IPEndPoint(_proxyAddress, First));
        Assert.Equal("passes", (await ReceiveAsync(peer)).Text);

        command.Type("""{"blackoutMs":3600000}""");
        command.WaitFor("controlApplied", e => e.GetProperty("line").GetString()!.Contains("blackout", StringComparison.Ordinal));
        await SendAsync(device, "in the dark", new IPEndPoint(_proxyAddress, First));
        command.WaitFor("statistics", e => ToPeer(e, "blackout") == 1);
    }

    [Fact]
    public async Task A_malformed_control_line_is_refused_and_nothing_changes()
    {
        RunningCommand command = Start("--control");
        Socket peer = Bind(_peerAddress, First);
        Socket device = Bind(LoopbackAddress.Next(), 0);

        command.Type("""{"loss":100,"delay":-1}""");
        Assert.NotEmpty(command.WaitFor("controlRefused").GetProperty("reason").GetString()!);
        await SendAsync(device, "passes", new IPEndPoint(_proxyAddress, First));

        Assert.Equal("passes", (await ReceiveAsync(peer)).Text);
    }

    [Fact]
    public async Task Delayed_datagrams_arrive_in_order_and_not_before_their_time()
    {
        Start("--delay", "200");
        Socket peer = Bind(_peerAddress, First);
        Socket device = Bind(LoopbackAddress.Next(), 0);
        long sent = MonotonicClock.NowMicros;
        for (int i = 0; i < 20; i++)
        {
            await SendAsync(device, $"{i}", new IPEndPoint(_proxyAddress, First));
        }

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal($"{i}", (await ReceiveAsync(peer)).Text);
            Assert.True(MonotonicClock.NowMicros - sent >= 200_000);
        }
    }

    [Fact]
    public async Task Junk_looks_like_the_session_but_for_number_and_tag_and_reaches_both_ends()
    {
        RunningCommand command = Start("--control");
        Socket peer = Bind(_peerAddress, First);
        Socket device = Bind(LoopbackAddress.Next(), 0);
        byte[] seen = SessionDatagram(sequence: 1000);
        await device.SendToAsync(seen, new IPEndPoint(_proxyAddress, First));
        IPEndPoint flow = (await ReceiveAsync(peer)).From;
        await peer.SendToAsync(seen, flow);
        await ReceiveAsync(device);

        command.Type("""{"junk":{"count":3,"ratePerSecond":1000}}""");

        foreach (Socket end in (Socket[])[peer, peer, peer, device, device, device])
        {
            byte[] junk = await ReceiveBytesAsync(end);
            Assert.Equal(seen[..12], junk[..12]);
            Assert.InRange(BinaryPrimitives.ReadUInt32BigEndian(junk.AsSpan(12)), 1001u, 1256u);
            Assert.Equal(seen[16..^16], junk[16..^16]);
            Assert.NotEqual(seen[^16..], junk[^16..]);
        }

        command.WaitFor("statistics", e => e.GetProperty("junkSent").GetInt32() == 6);
    }

    [Fact]
    public async Task A_device_reaches_its_peer_over_a_bad_network()
    {
        await using var peer = new Support.Peer(1, "--echo");
        await using var chaos = new RunningCommand(
            "chaos", "--json", "--listen", _proxyAddress.ToString(), "--forward", peer.Address.ToString(),
            "--ports", $"{Support.Peer.Port},{Support.Peer.Hop}", "--seed", "7",
            "--loss", "5", "--delay", "5", "--jitter", "10", "--duplicate", "5", "--reorder", "5", "--corrupt", "2");
        chaos.WaitFor("listening");
        using var device = new TestDevice(_proxyAddress, Support.Peer.Port, peer.Keys[0]);
        string[] messages = [.. Enumerable.Range(0, 300).Select(i => $"message {i}")];

        Task sending = Task.Run(() => Array.ForEach(messages, device.Send));
        string[] echoes = [.. messages.Select(_ => device.Receive())];

        await sending;
        Assert.Equal(messages, echoes);
    }

    [Fact]
    public async Task What_the_system_does_not_take_is_not_counted_as_forwarded()
    {
        using var proxy = new ChaosProxy(new ChaosOptions
        {
            // To broadcast is denied to a socket that did not ask for it.
            Forward = IPAddress.Broadcast,
            Listen = _proxyAddress,
            Ports = [First],
            Seed = 1,
            Settings = new ImpairmentSettings(),
        });
        proxy.Start();
        Socket device = Bind(LoopbackAddress.Next(), 0);

        await SendAsync(device, "to nobody", new IPEndPoint(_proxyAddress, First));
        await WaitUntil(() => proxy.Statistics().ToPeer.Received == 1);

        Assert.Equal((0, 1), (proxy.Statistics().ToPeer.Forwarded, proxy.Statistics().ToPeer.SendErrors));
    }

    [Fact]
    public async Task Both_forms_of_the_totals_tell_every_counter()
    {
        await using var readable = new RunningCommand(
            "chaos", "--listen", $"{_proxyAddress}", "--forward", $"{_peerAddress}", "--ports", $"{First}");
        readable.Output.WaitForLine(line => line.Contains("seed", StringComparison.Ordinal));
        await readable.StopAsync();
        RunningCommand json = Start();
        await json.StopAsync();

        Assert.Contains("not taken by the system", readable.Output.Text, StringComparison.Ordinal);
        Assert.Contains("0 of strangers, 0 of devices too many, 0 receive errors", readable.Output.Text, StringComparison.Ordinal);
        JsonElement totals = json.WaitFor("totals");
        Assert.Equal(0, totals.GetProperty("receiveErrors").GetInt32());
        Assert.Equal(0, ToPeer(totals, "sendErrors"));
    }

    private static async Task WaitUntil(Func<bool> condition)
    {
        for (long until = MonotonicClock.NowMicros + 60_000_000; !condition();)
        {
            Assert.True(MonotonicClock.NowMicros < until, "it does not come to pass");
            await Task.Delay(10);
        }
    }

    private static int ToPeer(JsonElement statistics, string counter)
    {
        return statistics.GetProperty("toPeer").GetProperty(counter).GetInt32();
    }

    /// <summary>A HEARTBEAT as protocol.md 2 and 7 lay it out, with a tag that nobody checks here.</summary>
    private static byte[] SessionDatagram(uint sequence)
    {
        var datagram = new byte[26 + 32 + 16];
        new Random(1).NextBytes(datagram);
        datagram[0] = 1;
        datagram[1] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(12), sequence);
        return datagram;
    }

    private static async Task SendAsync(Socket socket, string text, IPEndPoint to)
    {
        await socket.SendToAsync(Encoding.ASCII.GetBytes(text), to);
    }

    private static async Task<(string Text, IPEndPoint From)> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[2048];
        SocketReceiveFromResult result = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(_patience);
        return (Encoding.ASCII.GetString(buffer, 0, result.ReceivedBytes), (IPEndPoint)result.RemoteEndPoint);
    }

    private static async Task<byte[]> ReceiveBytesAsync(Socket socket)
    {
        var buffer = new byte[2048];
        SocketReceiveFromResult result = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(_patience);
        return buffer[..result.ReceivedBytes];
    }

    private RunningCommand Start(params string[] more)
    {
        _command = new RunningCommand(
        [
            "chaos", "--json", "--listen", _proxyAddress.ToString(), "--forward", _peerAddress.ToString(), "--ports", $"{First}-{Second}",
            .. more,
        ]);
        _command.WaitFor("listening");
        return _command;
    }

    private Socket Bind(IPAddress address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, port));
        _sockets.Add(socket);
        return socket;
    }
}
