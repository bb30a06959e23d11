using System.Net;
using Hoplink.Host;

namespace Hoplink.Peer.Tests.Support;

/// <summary>A running `listen` with keys of its own, on a loopback address of its own.</summary>
internal sealed class Peer : IAsyncDisposable
{
    public const int Port = 20_100;
    public const string Hop = "20101-20116";

    private readonly TestFolder _folder = new();

    public Peer(int devices, params string[] more)
        : this(devices, Hop, more)
    {
    }

    public Peer(int devices, string hop, string[] more)
    {
        List<string> arguments = ["listen", "--json", "--bind", Address.ToString(), "--port", $"{Port}", "--hop", hop];
        for (int i = 0; i < devices; i++)
        {
            string path = _folder.PathOf($"{i}.psk");
            byte[] key = System.Security.Cryptography.RandomNumberGenerator.GetBytes(PskFile.KeySize);
            PskFile.Write(path, key, replace: false);
            Keys.Add(key);
            arguments.AddRange(["--psk", path]);
        }

        arguments.AddRange(more);
        Command = new RunningCommand([.. arguments]);
        Command.WaitFor("listening");
    }

    public IPAddress Address { get; } = LoopbackAddress.Next();

    public List<byte[]> Keys { get; } = [];

    public RunningCommand Command { get; }

    public TestDevice Connect(int index = 0)
    {
        return new TestDevice(Address, Port, Keys[index]);
    }

    public async ValueTask DisposeAsync()
    {
        await Command.DisposeAsync();
        _folder.Dispose();
    }
}
