using System.Text.Json;
using Hoplink.Host;
using Hoplink.Peer.Tests.Support;

namespace Hoplink.Peer.Tests.Device;

/// <summary>The command `device` against a listening peer, over this computer's sockets.</summary>
public sealed class DeviceRunTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task A_count_that_is_acknowledged_and_returned_ends_in_exit_code_0_with_totals()
    {
        await using var peer = new Support.Peer(1, "--echo");

        (int exit, string output, string error) =
            await RunningCommand.RunAsync(Arguments(peer, "--count", "50", "--send-every", "0", "--telemetry", "0"));

        Assert.Equal((ExitCode.Done, string.Empty), (exit, error));
        JsonElement[] lines = Lines(output);
        JsonElement totals = lines[^1];
        Assert.Equal("totals", Name(totals));
        Assert.Equal((50, 50, 50), (Number(totals, "sent"), Number(totals, "acknowledged"), Number(totals, "received")));
        string[] faults = ["lost", "duplicated", "outOfOrder", "damaged", "sendErrors", "receiveErrors"];
        Assert.All(faults, field => Assert.Equal(0, Number(totals, field)));
        Assert.Equal(Enumerable.Range(0, 50), IndexesOf(lines, "sent"));
        Assert.Equal(Enumerable.Range(0, 50), IndexesOf(lines, "received"));
        JsonElement connected = Assert.Single(lines, line => Name(line) == "connected");
        Assert.Equal(Hex(peer), connected.GetProperty("keyId").GetString());
        Assert.Equal("None", Assert.Single(lines, line => Name(line) == "closed").GetProperty("reason").GetString());
        Assert.All(lines, line => Assert.True(line.GetProperty("time").GetDouble() >= 0));
    }

    [Fact]
    public async Task A_peer_that_returns_nothing_still_ends_the_count()
    {
        await using var peer = new Support.Peer(1);

        string[] arguments = Arguments(peer, "--count", "5", "--send-every", "0", "--crypto", "managed");
        (int exit, string output, _) = await RunningCommand.RunAsync(arguments);

        Assert.Equal(ExitCode.Done, exit);
        JsonElement totals = Lines(output)[^1];
        Assert.Equal((5, 0), (Number(totals, "acknowledged"), Number(totals, "received")));
    }

    [Fact]
    public async Task A_signal_closes_the_link_gracefully()
    {
        await using var peer = new Support.Peer(1);
        await using var device = new RunningCommand(Arguments(peer, "--telemetry", "100"));
        device.WaitFor("sent", line => line.GetProperty("type").GetString() == "telemetry");

        int exit = await device.StopAsync();

        Assert.Equal(ExitCode.Done, exit);
        Assert.Equal("None", device.WaitFor("closed").GetProperty("reason").GetString());
        Assert.Equal("None", peer.Command.WaitFor("closed").GetProperty("reason").GetString());
        device.WaitFor("totals");
    }

    [Theory]
    [InlineData("offered", "required", true)]
    [InlineData("required", "offered", true)]
    [InlineData("off", "offered", false)]
    public async Task Both_commands_say_whether_the_session_is_encrypted(string ofPeer, string ofDevice, bool isEncrypted)
    {
        await using var peer = new Support.Peer(1, "--encryption", ofPeer);
        await using var device = new RunningCommand(Arguments(peer, "--encryption", ofDevice));

        Assert.Equal(ofDevice, device.WaitFor("connecting").GetProperty("encryption").GetString());
        Assert.Equal(isEncrypted, device.WaitFor("connected").GetProperty("encrypted").GetBoolean());
        Assert.Equal(ofPeer, peer.Command.WaitFor("listening").GetProperty("encryption").GetString());
        Assert.Equal(isEncrypted, peer.Command.WaitFor("connected").GetProperty("encrypted").GetBoolean());
        Assert.Equal(ExitCode.Done, await device.StopAsync());
    }

    [Fact]
    public async Task A_device_that_requires_encryption_says_that_the_peer_refuses_it()
    {
        await using var peer = new Support.Peer(1, "--encryption", "off");
        await using var device = new RunningCommand(Arguments(peer, "--encryption", "required"));

        device.WaitFor("encryptionRefused");
        device.WaitFor("reconnecting");
        await device.StopAsync();
    }

    [Fact]
    public async Task Faults_from_standard_input_are_injected_and_messages_survive_them()
    {
        await using var peer = new Support.Peer(1, "--echo");
        await using var device = new RunningCommand(Arguments(peer, "--send-every", "5", "--faults"));
        device.WaitFor("received", IsPattern(5));

        device.Type("{\"fault\":\"forgetSession\"}");
        Assert.Equal("forgetSession", device.WaitFor("faultApplied").GetProperty("fault").GetString());
        Assert.Equal("Forgotten", device.WaitFor("terminated").GetProperty("reason").GetString());
        device.WaitFor("connected", line => line.GetProperty("resumed").GetBoolean());
        device.Type("not JSON");
        device.WaitFor("faultRefused");
        device.Type("{\"query\":\"totals\"}");
        int sent = Number(device.WaitFor("totals"), "sent");
        device.WaitFor("received", IsPattern(sent + 5));
        device.Type("{\"fault\":\"quit\"}");

        JsonElement totals = device.WaitFor("totals", line => Number(line, "sent") > sent);
        Assert.Equal(Number(totals, "sent"), Number(totals, "acknowledged"));
        Assert.Equal(Number(totals, "sent"), Number(totals, "received"));
        Assert.Equal(2, Number(totals, "sessions"));
        Assert.All(["lost", "duplicated", "outOfOrder", "damaged"], field => Assert.Equal(0, Number(totals, field)));
        Assert.Equal(ExitCode.Done, await device.StopAsync());
    }

    [Fact]
    public async Task Without_the_option_standard_input_injects_nothing()
    {
        await using var peer = new Support.Peer(1);
        await using var device = new RunningCommand(Arguments(peer, "--telemetry", "100"));
        double typedAfter = device.WaitFor("connected").GetProperty("time").GetDouble();

        device.Type("{\"fault\":\"quit\"}");
        device.WaitFor("sent", line => line.GetProperty("time").GetDouble() > typedAfter + 0.3);

        Assert.DoesNotContain("closed", device.Output.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("fault", device.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_aborted_link_ends_in_exit_code_1()
    {
        await using var peer = new Support.Peer(1);
        await using var device = new RunningCommand(Arguments(peer, "--faults"));
        device.WaitFor("connected");

        device.Type("{\"fault\":\"abort\"}");
        device.WaitFor("totals");

        Assert.Equal(ExitCode.Failed, await device.StopAsync());
        Assert.Equal("ApplicationAbort", device.WaitFor("closed").GetProperty("reason").GetString());
        peer.Command.WaitFor("terminated");
    }

    [Fact]
    public async Task A_peer_that_closes_before_the_count_is_reached_ends_it_in_exit_code_1()
    {
        await using var peer = new Support.Peer(1);
        await using var device = new RunningCommand(Arguments(peer, "--count", "1000000", "--send-every", "100"));
        device.WaitFor("sent", IsPattern(2));

        await peer.Command.StopAsync();
        device.WaitFor("totals");

        Assert.Equal(ExitCode.Failed, await device.StopAsync());
        Assert.Contains(
            $"the peer {peer.Address} port {Support.Peer.Port} closed the link: start this device again", device.Error.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_are_told_why_a_session_ended_in_indented_lines()
    {
        await using var peer = new Support.Peer(1);
        await using var device = new RunningCommand([.. Arguments(peer, "--faults").Where(argument => argument != "--json")]);
        device.Output.WaitForLine(line => line.Contains("connected: session", StringComparison.Ordinal));

        device.Type("{\"fault\":\"terminate\"}");

        device.Output.WaitForLine(line => line.Contains("ended at", StringComparison.Ordinal));
        device.Output.WaitForLine(line => line.StartsWith("            Session ended: ", StringComparison.Ordinal));
        device.Output.WaitForLine(line => line.StartsWith("            Attempts: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task People_are_told_the_same_in_words()
    {
        await using var peer = new Support.Peer(1, "--echo");

        (int exit, string output, _) = await RunningCommand.RunAsync(
            [.. Arguments(peer, "--count", "3", "--send-every", "100", "--telemetry", "0").Where(argument => argument != "--json")]);

        Assert.Equal(ExitCode.Done, exit);
        Assert.Contains("connected: session", output, StringComparison.Ordinal);
        Assert.Contains("sent testPattern 2, 64 bytes", output, StringComparison.Ordinal);
        Assert.Contains("totals: test messages sent 3, acknowledged 3, received 3, lost 0, duplicated 0", output, StringComparison.Ordinal);
        Assert.Contains("send errors 0, receive errors 0", output, StringComparison.Ordinal);
    }

    private static Func<JsonElement, bool> IsPattern(int index)
    {
        return line => line.TryGetProperty("index", out JsonElement number) && number.GetInt32() == index;
    }

    private static JsonElement[] Lines(string output)
    {
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static IEnumerable<int> IndexesOf(JsonElement[] lines, string name)
    {
        return lines.Where(line => Name(line) == name && line.TryGetProperty("index", out _)).Select(line => Number(line, "index"));
    }

    private static string Name(JsonElement line) => line.GetProperty("event").GetString()!;

    private static int Number(JsonElement line, string field) => line.GetProperty(field).GetInt32();

    private static string Hex(Support.Peer peer) => LinkEventReport.Hex(PskFile.KeyId(peer.Keys[0]));

    private string[] Arguments(Support.Peer peer, params string[] more)
    {
        string key = _folder.PathOf("device.psk");
        PskFile.Write(key, peer.Keys[0], replace: true);
        return ["device", "--json", "--iterations", "1", "--psk", key, "--peer", $"{peer.Address}:{Support.Peer.Port}", .. more];
    }
}
