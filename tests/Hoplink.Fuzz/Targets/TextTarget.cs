using System.Text;
using Hoplink.Host;
using Hoplink.Peer;
using Hoplink.Peer.Commands;
using Hoplink.VirtualBoard;

namespace Hoplink.Fuzz.Targets;

/// <summary>What people write on command lines and standard input: a clear error, and never another exception.</summary>
internal sealed class TextTarget() : FuzzTarget("text")
{
    private static readonly string[] _faults =
    [
        "{\"fault\":\"damageKey\"}", "{\"fault\":\"deaf\",\"ms\":5000,\"keyId\":\"0011223344556677\"}", "{\"fault\":\"jumpClock\",\"ms\":-1e3}",
        "{\"fault\":\"\\ud800\"}", "{\"f\\u0061ult\":\"mute\",\"ms\":9223372036854775808}", "[{\"fault\":null}]",
    ];

    private static readonly (Action<string> Parse, string[] Samples)[] _parsers =
    [
        (text => PortList.ParsePort(text), ["40100", "1", "65535"]),
        (text => PortList.ParseRange(text), ["49152-50175", "1-1"]),
        (text => PortList.ParseList(text), ["40100,49152-50175", "1,2,3"]),
        (text => SeedRange.Parse(text), ["1-100", "0-18446744073709551615", "7"]),
        (text => PeerName.Parse(text), ["192.0.2.1:40100", "[::1]:40100", "fe80::1%2", "peer.example"]),
        (text => FaultCommand.Parse(text), _faults),
        (text => BoardRequest.Parse(text), [.. _faults, "{\"query\":\"totals\"}", "{\"fault\":\"quit\"}"]),
    ];

    public override int Run(byte[] file)
    {
        if (file.Length == 0)
        {
            return 1;
        }

        try
        {
            _parsers[file[0] % _parsers.Length].Parse(Encoding.UTF8.GetString(file, 1, file.Length - 1));
        }
        catch (Exception e) when (e is FormatException or UsageException)
        {
            CheckMessage(e.Message);
        }

        return 1;
    }

    public override byte[] Generate(SimRandom random, int most)
    {
        int parser = (int)random.Below(_parsers.Length);
        string[] samples = _parsers[parser].Samples;
        byte[] text = Encoding.UTF8.GetBytes(samples[random.Below(samples.Length)]);
        byte[] other = Encoding.UTF8.GetBytes(samples[random.Below(samples.Length)]);
        return [(byte)parser, .. random.Chance(0.9) ? new Mutator(random).Change(text, other) : text];
    }

    private static void CheckMessage(string message)
    {
        if (message.Length == 0 || message.StartsWith("Exception of type", StringComparison.Ordinal))
        {
            throw new FuzzFailure("an error without words");
        }
    }
}
