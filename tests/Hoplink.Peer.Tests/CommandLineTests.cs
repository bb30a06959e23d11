using System.Net.Sockets;
using Hoplink.Host;
using Hoplink.Peer.Tests.Support;

namespace Hoplink.Peer.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("dance")]
    [InlineData("keygen")]
    [InlineData("keygen --out a b")]
    [InlineData("keygen --out a --unknown")]
    [InlineData("listen")]
    [InlineData("listen --psk")]
    [InlineData("listen --psk KEY --port 0")]
    [InlineData("listen --psk KEY --port 65536")]
    [InlineData("listen --psk KEY --port forty")]
    [InlineData("listen --psk KEY --hop 49152")]
    [InlineData("listen --psk KEY --hop 50000-49152")]
    [InlineData("listen --psk KEY --encryption on")]
    [InlineData("listen --psk KEY --encryption")]
    [InlineData("listen --psk KEY --bind everywhere")]
    [InlineData("listen --psk missing.psk")]
    [InlineData("listen --psk KEY KEY")]
    [InlineData("listen --psk KEY --psk COPY")]
    [InlineData("listen --psk KEY --bind 192.0.2.1")]
    [InlineData("listen --psk KEY --state KEY")]
    [InlineData("listen --psk KEY --state=")]
    [InlineData("chaos")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports ,")]
    [InlineData("chaos --listen 192.0.2.1 --forward 127.0.0.1 --ports 20199")]
    [InlineData("chaos --listen 127.0.0.1 --forward no.such.host.invalid --ports 20199")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports 20199 --loss 101")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports 20199 --loss -1")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports 20199 --loss 10%")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports 20199 --loss 1e1")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports 20199 --loss NaN")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports 20199 --delay -5")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports 20199 --blackout 5")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports 20199 --blackout 5+0")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports 20199 --seed x")]
    [InlineData("simulate 5")]
    [InlineData("simulate --preset storm")]
    [InlineData("simulate --seeds 5-1")]
    [InlineData("simulate --seeds -1")]
    [InlineData("simulate --seeds 1-2000000")]
    [InlineData("simulate --jobs 0")]
    [InlineData("simulate --jobs 257")]
    [InlineData("simulate --hours 0")]
    [InlineData("simulate --hours -1")]
    [InlineData("simulate --hours NaN")]
    [InlineData("simulate --hours 10001")]
    [InlineData("simulate --narrow episodes")]
    [InlineData("simulate --narrow without=sun")]
    public async Task Wrong_use_is_exit_code_2_with_a_message_and_no_output(string commandLine)
    {
        string key = await KeyAsync();
        File.Copy(key, _folder.PathOf("copy.psk"));
        string[] args = [.. commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part switch { "KEY" => key, "COPY" => _folder.PathOf("copy.psk"), _ => part })];

        (int exit, string output, string error) = await RunningCommand.RunAsync(args);

        Assert.Equal(ExitCode.WrongUse, exit);
        Assert.Empty(output);
        Assert.NotEmpty(error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo --seed -5", "--seed -5: give a whole number from 0 on")]
    [InlineData("demo --seed x", "--seed x: give a whole number from 0 on")]
    [InlineData("chaos --listen 127.0.0.2 --forward 127.0.0.1 --ports 20199 --seed x", "--seed x: give a whole number from 0 on")]
    [InlineData("chaos --listen 127.0.0.1 --forward 127.0.0.1 --ports 20199", "give them different addresses")]
    [InlineData("chaos --listen 0.0.0.0 --forward 127.0.0.1 --ports 20199", "give them different addresses")]
    [InlineData("chaos --listen :: --forward 127.0.0.1 --ports 20199", "give them different addresses")]
    [InlineData("chaos --listen 127.0.0.1 --forward ::ffff:127.0.0.1 --ports 20199", "give them different addresses")]
    [InlineData("chaos --listen 127.0.0.1 --forward EMPTY --ports 20199", "the peer's host is empty")]
    [InlineData("chaos --listen 127.0.0.1 --forward 0.0.0.0 --ports 20199", "0.0.0.0 is not the address of one computer")]
    [InlineData("chaos --listen 127.0.0.1 --forward :: --ports 20199", ":: is not the address of one computer")]
    [InlineData("chaos --listen 127.0.0.1 --forward 999 --ports 20199", "999 is not an address")]
    [InlineData("device --psk KEY --peer 0.0.0.0", "0.0.0.0 is not the address of one computer")]
    [InlineData("device --psk KEY --peer 255.255.255.255:40100", "255.255.255.255 is not the address of one computer")]
    [InlineData("device --psk KEY --peer 0x7f.1", "0x7f.1 is not an address")]
    [InlineData("device --psk KEY --peer [::1]:40100:5", "--peer [::1]:40100:5: give HOST or HOST:PORT")]
    [InlineData("device --psk EMPTY --peer 127.0.0.1", "\"\" is no key file")]
    [InlineData("device --psk FOLDER --peer 127.0.0.1", "is no key file")]
    [InlineData("simulate --preset storm", "\"storm\" is no preset: give one of clean, loss-2")]
    [InlineData("simulate --seeds 5-1", "\"5-1\" is no range of seeds: A-B is needed")]
    [InlineData("simulate --hours 0", "\"0\" is not a number of hours from 0.01 to 10000")]
    [InlineData("simulate --narrow without=sun", "\"sun\" is none of None, Loss")]
    [InlineData("listen --psk EMPTY", "\"\" is no key file")]
    [InlineData("listen --psk ZEROS", "a key of zeros is no secret")]
    [InlineData("listen --psk KEY --bind 999", "--bind 999: give an IP address")]
    [InlineData("listen --psk KEY --bind [::1]:80", "--bind [::1]:80: give an IP address")]
    [InlineData("listen --psk KEY --bind 010.0.0.1", "--bind 010.0.0.1: give an IP address")]
    public async Task Wrong_use_is_told_in_words_that_name_the_remedy(string commandLine, string said)
    {
        string key = await KeyAsync();
        File.WriteAllText(_folder.PathOf("zeros.psk"), new string('0', 64));
        string[] args = [.. commandLine.Split(' ').Select(part => part switch
        {
            "KEY" => key,
            "EMPTY" => string.Empty,
            "FOLDER" => _folder.PathOf("."),
            "ZEROS" => _folder.PathOf("zeros.psk"),
            _ => part,
        })];

        (int exit, string output, string error) = await RunningCommand.RunAsync(args);

        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.WrongUse, string.Empty), (exit, output));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("listen --help")]
    [InlineData("chaos -h")]
    public async Task Help_is_exit_code_0(string commandLine)
    {
        (int exit, string output, string error) = await RunningCommand.RunAsync(commandLine.Split(' '));

        Assert.Equal(ExitCode.Done, exit);
        Assert.NotEmpty(output);
        Assert.Empty(error);
    }

    [Fact]
    public async Task A_rendezvous_port_in_use_is_named_with_its_remedy()
    {
        string key = await KeyAsync();
        var address = LoopbackAddress.Next();
        using UdpSocket holder = UdpSocket.Bind(address, Support.Peer.Port, UdpSocket.SmallReceiveBuffer);

        (int exit, _, string error) = await RunningCommand.RunAsync(
            "listen", "--psk", key, "--bind", address.ToString(), "--port", $"{Support.Peer.Port}", "--hop", Support.Peer.Hop);

        Assert.Equal(ExitCode.WrongUse, exit);
        Assert.Contains($"port {Support.Peer.Port}", error, StringComparison.Ordinal);
        Assert.Contains("--port", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hop_port_in_use_is_skipped_and_counted()
    {
        string key = await KeyAsync();
        var address = LoopbackAddress.Next();
        using UdpSocket holder = UdpSocket.Bind(address, 20_105, UdpSocket.SmallReceiveBuffer);

        await using var command = new RunningCommand(
            "listen", "--json", "--psk", key, "--bind", address.ToString(), "--port", $"{Support.Peer.Port}", "--hop", Support.Peer.Hop);

        Assert.Equal(1, command.WaitFor("listening").GetProperty("portsSkipped").GetInt32());
        Assert.Equal(16, command.WaitFor("listening").GetProperty("portsOpen").GetInt32());
    }

    [Fact]
    public async Task The_rendezvous_port_may_be_one_of_the_hop_ports()
    {
        string key = await KeyAsync();

        await using var command = new RunningCommand(
            "listen", "--json", "--psk", key, "--bind", LoopbackAddress.Next().ToString(), "--port", "20105", "--hop", Support.Peer.Hop);

        Assert.Equal(16, command.WaitFor("listening").GetProperty("portsOpen").GetInt32());
        Assert.Equal(0, command.WaitFor("listening").GetProperty("portsSkipped").GetInt32());
    }

    [Fact]
    public async Task A_key_that_others_can_read_is_used_with_a_warning_on_standard_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix's");
        string key = await KeyAsync();
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        await using var command = new RunningCommand(
            "listen", "--json", "--psk", key, "--bind", LoopbackAddress.Next().ToString(), "--port", "20100", "--hop", Support.Peer.Hop);
        command.WaitFor("listening");

        Assert.Contains("chmod 600", command.Error.Text, StringComparison.Ordinal);
    }

    private async Task<string> KeyAsync()
    {
        string path = _folder.PathOf("device.psk");
        await RunningCommand.RunAsync("keygen", "--out", path);
        return path;
    }
}
