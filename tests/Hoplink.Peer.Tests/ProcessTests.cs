using System.Net;
using System.Security.Cryptography;
using Hoplink.Host;
using Hoplink.Peer.Tests.Support;

namespace Hoplink.Peer.Tests;

public sealed class ProcessTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly IPAddress _address = LoopbackAddress.Next();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(PskFile.KeySize);

    public ProcessTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers of signals are Linux's");
        PskFile.Write(_folder.PathOf("psk"), _key, replace: false);
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ChildCommand.Interrupt)]
    [InlineData(ChildCommand.Terminate)]
    public void A_first_signal_closes_sessions_prints_totals_and_exits_with_0(int signal)
    {
        using ChildCommand peer = Listen();
        using var device = new TestDevice(_address, Support.Peer.Port, _key);
        device.Send("hello");
        device.Receive();

        peer.Signal(signal);

        Assert.Equal(ExitCode.Done, peer.WaitForExit());
        device.WaitFor(LinkEventKind.Closed);
        Assert.Contains("\"totals\"", peer.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_signal_ends_it_at_once()
    {
        using ChildCommand peer = Listen();
        using var device = new TestDevice(_address, Support.Peer.Port, _key);
        device.Send("hello");
        device.Receive();

        // The peer now waits for a FIN that does not come, and would print its totals after that.
        device.Vanish();
        peer.Signal(ChildCommand.Interrupt);
        peer.Output.WaitForLine(line => line.Contains("\"stopping\"", StringComparison.Ordinal));
        peer.Signal(ChildCommand.Interrupt);

        Assert.Equal(128 + ChildCommand.Interrupt, peer.WaitForExit());
        Assert.DoesNotContain("\"totals\"", peer.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_notices_a_crashed_and_restarted_peer_by_its_reset()
    {
        using ChildCommand first = Listen();
        using var device = new TestDevice(_address, Support.Peer.Port, _key);
        device.Send("before");
        device.Receive();

        first.Signal(ChildCommand.Kill);
        first.WaitForExit();
        using ChildCommand second = Listen();
        device.Send("after");

        // Without the reset it would take the silence of 90 s, longer than the test has patience.
        Assert.Equal("after", device.Receive());
        device.WaitFor(LinkEventKind.Terminated);
        device.WaitFor(LinkEventKind.LinkRestarted);
    }

    [Fact]
    public void A_peer_that_stood_still_goes_on_with_the_same_session()
    {
        using ChildCommand peer = Listen();
        using var device = new TestDevice(_address, Support.Peer.Port, _key);
        device.Send("before");
        device.Receive();

        peer.Signal(ChildCommand.Stop);
        device.Send("meanwhile");
        device.WaitForDatagrams(4);
        peer.Signal(ChildCommand.Continue);

        Assert.Equal("meanwhile", device.Receive());
        peer.Signal(ChildCommand.Interrupt);
        Assert.Equal(ExitCode.Done, peer.WaitForExit());
        Assert.DoesNotContain("\"terminated\"", peer.Output.Text, StringComparison.Ordinal);
        Assert.Single(peer.Output.Lines, line => line.Contains("\"connected\"", StringComparison.Ordinal));
    }

    private ChildCommand Listen()
    {
        var peer = new ChildCommand(
            "listen", "--json", "--echo", "--bind", _address.ToString(), "--port", $"{Support.Peer.Port}", "--hop", Support.Peer.Hop,
            "--state", _folder.PathOf("state"), "--psk", _folder.PathOf("psk"));
        peer.Output.WaitForLine(line => line.Contains("\"listening\"", StringComparison.Ordinal));
        return peer;
    }
}
