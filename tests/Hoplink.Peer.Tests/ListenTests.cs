using System.Text.Json;
using Hoplink.Host;
using Hoplink.Parameters;
using Hoplink.Peer.Commands;
using Hoplink.Peer.Tests.Support;

namespace Hoplink.Peer.Tests;

public sealed class ListenTests
{
    [Fact]
    public async Task Every_message_comes_back_once_and_in_order()
    {
        await using var peer = new Support.Peer(1, "--echo");
        using TestDevice device = peer.Connect();
        string[] messages = [.. Enumerable.Range(0, 2000).Select(i => $"message {i}")];

        Task sending = Task.Run(() => Array.ForEach(messages, device.Send));
        string[] echoes = [.. messages.Select(_ => device.Receive())];

        await sending;
        Assert.Equal(messages, echoes);
    }

    [Fact]
    public async Task Many_devices_are_served_at_once_and_told_apart()
    {
        const int Devices = 25;
        await using var peer = new Support.Peer(Devices, "--echo");
        TestDevice[] devices = [.. Enumerable.Range(0, Devices).Select(peer.Connect)];

        for (int i = 0; i < Devices; i++)
        {
            devices[i].Send($"from {i}");
        }

        for (int i = 0; i < Devices; i++)
        {
            Assert.Equal($"from {i}", devices[i].Receive());
        }

        Array.ForEach(devices, device => device.Dispose());
    }

    [Fact]
    public async Task What_finds_no_room_to_be_sent_back_waits_and_nothing_is_lost()
    {
        await using var peer = new Support.Peer(1, "--echo");
        using TestDevice device = peer.Connect();
        device.WaitFor(LinkEventKind.Connected);
        device.Reads = false;

        // Both directions fill up: the device's outbox, the peer's inbox, one message kept, the peer's outbox, the device's inbox.
        LinkOptions options = LinkOptions.Desktop();
        int room = (2 * options.SendCapacity) + (2 * options.ReceiveWindow) + 1;
        for (int i = 0; i < room; i++)
        {
            device.Send($"message {i}");
        }

        Assert.False(device.TrySend("one too many"));
        Assert.Equal(0, device.ReceivedAhead);
        device.Reads = true;
        for (int i = 0; i < room; i++)
        {
            Assert.Equal($"message {i}", device.Receive());
        }
    }

    [Fact]
    public async Task Ctrl_C_closes_every_session_by_fin_and_prints_totals()
    {
        await using var peer = new Support.Peer(2, "--echo");
        using TestDevice first = peer.Connect(0);
        using TestDevice second = peer.Connect(1);
        first.Send("hello");
        first.Receive();
        second.WaitFor(LinkEventKind.Connected);
        peer.Command.WaitFor("connected", e => e.GetProperty("keyId").GetString() == KeyIdOf(peer, 0));
        peer.Command.WaitFor("connected", e => e.GetProperty("keyId").GetString() == KeyIdOf(peer, 1));

        int exit = await peer.Command.StopAsync();

        Assert.Equal(ExitCode.Done, exit);
        first.WaitFor(LinkEventKind.Closed);
        second.WaitFor(LinkEventKind.Closed);
        JsonElement totals = peer.Command.WaitFor("totals");
        Assert.True(totals.GetProperty("allClosed").GetBoolean());
        Assert.Equal(2, totals.GetProperty("sessions").GetInt32());
        Assert.All(["portsSkipped", "sendErrors", "receiveErrors"], field => Assert.Equal(0, totals.GetProperty(field).GetInt32()));
        Assert.Equal(1, totals.GetProperty("messagesSent").GetInt32());
        Assert.Equal(1, totals.GetProperty("messagesDelivered").GetInt32());
        JsonElement session = peer.Command.WaitFor("sessionTotals", e => e.GetProperty("keyId").GetString() == KeyIdOf(peer, 0));
        Assert.Equal(1, session.GetProperty("messagesDelivered").GetInt32());
        Assert.True(session.GetProperty("rttMs").GetDouble() > 0);
    }

    [Fact]
    public async Task People_are_told_of_errors_and_skipped_ports_in_the_totals()
    {
        await using var peer = new Support.Peer(1);
        string key = peer.Command.WaitFor("listening").GetProperty("keyIds")[0].GetString()!;
        await peer.Command.StopAsync();
        using var folder = new TestFolder();
        PskFile.Write(folder.PathOf("psk"), peer.Keys[0], replace: false);
        await using var readable = new RunningCommand(
            "listen", "--psk", folder.PathOf("psk"), "--bind", $"{peer.Address}", "--port", $"{Support.Peer.Port}",
            "--hop", Support.Peer.Hop);
        readable.Output.WaitForLine(line => line.Contains(key, StringComparison.Ordinal));

        await readable.StopAsync();

        Assert.Contains(
            "not echoed 0; ports skipped 0, send errors 0, receive errors 0; drops: none", readable.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_cannot_close_does_not_hold_up_the_end_beyond_its_bound()
    {
        await using var peer = new Support.Peer(1);
        using TestDevice device = peer.Connect();
        peer.Command.WaitFor("connected");
        device.Vanish();

        int exit = await peer.Command.StopAsync();

        Assert.Equal(ExitCode.Done, exit);
        Assert.False(peer.Command.WaitFor("totals").GetProperty("allClosed").GetBoolean());
    }

    [Fact]
    public async Task A_fault_from_standard_input_is_applied_and_repaired()
    {
        await using var peer = new Support.Peer(1, "--echo", "--faults");
        using TestDevice device = peer.Connect();
        device.Send("before");
        device.Receive();

        peer.Command.Type($$"""{"fault":"damageKey","keyId":"{{KeyIdOf(peer, 0)}}"}""");
        JsonElement applied = peer.Command.WaitFor("faultApplied");
        device.Send("after");

        Assert.Equal(1, applied.GetProperty("links").GetInt32());
        Assert.Equal("after", device.Receive());
        JsonElement rekeyed = peer.Command.WaitFor("rekeyed");
        Assert.Equal(KeyIdOf(peer, 0), rekeyed.GetProperty("keyId").GetString());
    }

    [Theory]
    [InlineData("nonsense", "a fault is a line like")]
    [InlineData("""{"fault":"explode"}""", "there is no fault \"explode\"")]
    [InlineData("""{"fault":"deaf"}""", "\"ms\" must be a whole number from 1 to 3600000")]
    [InlineData("""{"fault":"deaf","ms":-1}""", "\"ms\" must be a whole number from 1 to 3600000")]
    [InlineData("""{"fault":"deaf","ms":1.5}""", "\"ms\" must be a whole number from 1 to 3600000")]
    [InlineData("""{"fault":"deaf","ms":"5"}""", "\"ms\" must be a whole number from 1 to 3600000")]
    [InlineData("""{"fault":"damageKey","keyId":"xyz"}""", "\"keyId\" must be a key's id in hex digits")]
    [InlineData("""{"fault":"damageKey","keyId":7}""", "\"keyId\" must be a key's id in hex digits")]
    [InlineData("[]", "a fault is a line like")]
    public async Task A_malformed_fault_is_refused_with_a_reason_and_nothing_ends(string line, string reason)
    {
        await using var peer = new Support.Peer(1, "--faults");

        peer.Command.Type(line);

        Assert.Contains(reason, peer.Command.WaitFor("faultRefused").GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await peer.Command.StopAsync());
    }

    [Fact]
    public async Task A_wide_hop_range_is_bound_window_by_window()
    {
        await using var peer = new Support.Peer(1, "21000-29000", ["--echo"]);
        Assert.Equal(1, peer.Command.WaitFor("listening").GetProperty("portsOpen").GetInt32());
        using TestDevice device = peer.Connect();

        // Three windows and more, so that ports are opened and closed on the way.
        DateTime until = DateTime.UtcNow.AddSeconds(2);
        for (int i = 0; DateTime.UtcNow < until; i++)
        {
            device.Send($"message {i}");
            Assert.Equal($"message {i}", device.Receive());
        }
    }

    [Fact]
    public async Task Messages_are_reported_with_verbose_only()
    {
        await using var quiet = new Support.Peer(1, "--echo");
        await using var verbose = new Support.Peer(1, "--echo", "--verbose");
        foreach (Support.Peer peer in (Support.Peer[])[quiet, verbose])
        {
            using TestDevice device = peer.Connect();
            device.Send("12345");
            device.Receive();
        }

        JsonElement message = verbose.Command.WaitFor("message");
        Assert.Equal(5, message.GetProperty("length").GetInt32());
        Assert.Equal(0, message.GetProperty("index").GetInt32());
        await quiet.Command.StopAsync();
        Assert.DoesNotContain("\"message\"", quiet.Command.Output.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1024)]
    [InlineData(5000, 5000)]
    public void A_link_is_kept_for_every_key_while_its_device_is_away(int keys, int dormant)
    {
        ResponderOptions options = ListenCommand.ResponderOptionsFor(keys, LinkOptions.Desktop(), 49_152, 50_175);

        Assert.Equal((dormant, keys, 1024), (options.MaxDormantLinks, options.MaxKeys, options.HopCount));
        options.Validate();
    }

    private static string KeyIdOf(Support.Peer peer, int index)
    {
        return PskFile.KeyId(peer.Keys[index]).ToString("x16");
    }
}
