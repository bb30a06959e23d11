using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hoplink.Host;
using Hoplink.Peer.Tests.Support;

namespace Hoplink.Peer.Tests;

public sealed class OpenFileLimitTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly IPAddress _address = LoopbackAddress.Next();
    private readonly string _key;

    public OpenFileLimitTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such limit");
        _key = _folder.PathOf("psk");
        PskFile.Write(_key, [.. Enumerable.Range(1, PskFile.KeySize).Select(i => (byte)i)], replace: false);
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void A_peer_whose_ports_exceed_the_limit_says_which_limit_suffices_and_exits_with_2()
    {
        using ChildCommand peer = ChildCommand.Under("ulimit -n 1024", "listen", "--psk", _key, "--bind", $"{_address}");

        AssertRefused(peer, "1025 ports", "ulimit -n) to at least 1536");
    }

    [Theory]
    [InlineData(1024, "40100,49152-50175", "to at least 1536")]
    [InlineData(4000, "1024-17407", "to at least 16640")]
    public void A_chaos_whose_ports_exceed_the_limit_says_which_limit_suffices_and_exits_with_2(int limit, string ports, string remedy)
    {
        using ChildCommand chaos = ChildCommand.Under(
            $"ulimit -n {limit}", "chaos", "--listen", $"{_address}", "--forward", $"{LoopbackAddress.Next()}", "--ports", ports);

        AssertRefused(chaos, "open file limit", remedy);
    }

    [Fact]
    public void The_limit_that_is_named_suffices()
    {
        using ChildCommand peer = ChildCommand.Under(
            $"ulimit -n {OpenFileLimit.NeededFor(1025)}", "listen", "--json", "--psk", _key, "--bind", $"{_address}");

        Assert.Contains(
            "\"portsOpen\":1025",
            peer.Output.WaitForLine(line => line.Contains("\"listening\"", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        peer.Signal(ChildCommand.Interrupt);
        Assert.Equal(ExitCode.Done, peer.WaitForExit());
    }

    [Fact]
    public void A_chaos_without_a_descriptor_left_refuses_devices_and_goes_on()
    {
        // 400 ports leave room for some devices, and not for 300.
        using ChildCommand chaos = ChildCommand.Under(
            "ulimit -n 640", "chaos", "--json", "--listen", $"{_address}", "--forward", $"{LoopbackAddress.Next()}",
            "--ports", "20001-20400");
        chaos.Output.WaitForLine(line => line.Contains("\"listening\"", StringComparison.Ordinal));
        for (int i = 0; i < 300; i++)
        {
            using var device = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            device.Bind(new IPEndPoint(LoopbackAddress.Next(), 0));
            device.SendTo([1], new IPEndPoint(_address, 20_001));
        }

        chaos.Output.WaitForLine(line => Regex.IsMatch(line, "\"refusedFlows\":[1-9]"));
        chaos.Signal(ChildCommand.Interrupt);
        Assert.Equal(ExitCode.Done, chaos.WaitForExit());
    }

    private static void AssertRefused(ChildCommand command, params string[] said)
    {
        Assert.Equal(ExitCode.WrongUse, command.WaitForExit());
        Assert.DoesNotContain("   at ", command.Error.Text, StringComparison.Ordinal);
        Assert.All(said, text => Assert.Contains(text, command.Error.Text, StringComparison.Ordinal));
    }
}
