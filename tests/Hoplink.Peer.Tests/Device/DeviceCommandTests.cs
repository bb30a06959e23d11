using Hoplink.Host;
using Hoplink.Peer.Tests.Support;
using Hoplink.VirtualBoard;

namespace Hoplink.Peer.Tests.Device;

public sealed class DeviceCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _key;

    public DeviceCommandTests()
    {
        _key = _folder.PathOf("device.psk");
        PskFile.Write(_key, System.Security.Cryptography.RandomNumberGenerator.GetBytes(PskFile.KeySize), replace: false);
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("--send-every", "-1", "0 to 3600000")]
    [InlineData("--send-every", "3600001", "0 to 3600000")]
    [InlineData("--size", "4", "5 to 1182")]
    [InlineData("--size", "351", "5 to 350")]
    [InlineData("--size", "1183", "5 to 1182")]
    [InlineData("--size", "many", "5 to 1182")]
    [InlineData("--count", "0", "1 to 2147483647")]
    [InlineData("--iterations", "0", "1 to 65535")]
    [InlineData("--iterations", "65536", "1 to 65535")]
    [InlineData("--telemetry", "99", "0 for none, or 100 to 3600000")]
    [InlineData("--telemetry", "3600001", "0 to 3600000")]
    [InlineData("--crypto", "quantum", "platform or managed")]
    [InlineData("--encryption", "on", "off or offered or required")]
    [InlineData("--encryption", "1", "off or offered or required")]
    [InlineData("--profile", "phone", "device or desktop")]
    public async Task An_option_out_of_range_ends_in_exit_code_2_and_says_what_it_takes(string option, string value, string hint)
    {
        (int exit, string error) = await RunAsync("--psk", _key, "--peer", "127.0.0.1", option, value);

        Assert.Equal(ExitCode.WrongUse, exit);
        Assert.Contains($"{option} {value}: give {hint}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_desktop_s_larger_messages_are_allowed_with_its_profile_alone()
    {
        string none = _folder.PathOf("none.psk");

        (_, string device) = await RunAsync("--psk", none, "--peer", "127.0.0.1", "--size", "1182");
        (_, string desktop) = await RunAsync("--psk", none, "--peer", "127.0.0.1", "--size", "1182", "--profile", "desktop");

        Assert.Contains("--size", device, StringComparison.Ordinal);
        Assert.DoesNotContain("--size", desktop, StringComparison.Ordinal);
        Assert.Contains(none, desktop, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":40100")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:+1")]
    [InlineData("host:1:2")]
    [InlineData("[::1]:x")]
    [InlineData("[]:1")]
    [InlineData("[::1]:40100:5")]
    [InlineData("[::1")]
    [InlineData("[host]:1")]
    [InlineData("a[::1]")]
    public async Task A_peer_that_is_none_ends_in_exit_code_2(string peer)
    {
        (int exit, string error) = await RunAsync("--psk", _key, "--peer", peer);

        Assert.Equal(ExitCode.WrongUse, exit);
        Assert.Contains("HOST:PORT", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--psk")]
    [InlineData("--peer")]
    public async Task A_missing_option_ends_in_exit_code_2(string missing)
    {
        string[] given = missing == "--psk" ? ["--peer", "127.0.0.1"] : ["--psk", _key];

        (int exit, string error) = await RunAsync(given);

        Assert.Equal(ExitCode.WrongUse, exit);
        Assert.Contains(missing, error, StringComparison.Ordinal);
        Assert.Contains("\"hoplink device --help\"", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_key_file_ends_in_exit_code_2_and_is_not_quoted()
    {
        string malformed = _folder.PathOf("malformed.psk");
        await File.WriteAllTextAsync(malformed, "5ec7e7\n");

        (int exit, string error) = await RunAsync("--psk", malformed, "--peer", "127.0.0.1");

        Assert.Equal(ExitCode.WrongUse, exit);
        Assert.Contains(malformed, error, StringComparison.Ordinal);
        Assert.DoesNotContain("5ec7e7", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("board.example", "board.example", 40100)]
    [InlineData("board.example:5000", "board.example", 5000)]
    [InlineData("10.0.0.1:65535", "10.0.0.1", 65535)]
    [InlineData("::1", "::1", 40100)]
    [InlineData("[::1]", "::1", 40100)]
    [InlineData("[fe80::1%eth0]:7", "fe80::1%eth0", 7)]
    public void A_peer_is_read_with_and_without_its_port(string text, string host, int port)
    {
        Assert.Equal(new PeerName(host, port), PeerName.Parse(text));
    }

    private static async Task<(int Exit, string Error)> RunAsync(params string[] args)
    {
        (int exit, _, string error) = await RunningCommand.RunAsync(["device", .. args]);
        return (exit, error);
    }
}
