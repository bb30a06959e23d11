using Hoplink.Fuzz.Ends;
using Hoplink.Fuzz.Targets;

namespace Hoplink.Fuzz;

/// <summary>All targets.</summary>
public static class FuzzTargets
{
    public const string Handshake = "handshake";
    public const string Device = "device";
    public const string Peer = "peer";

    private static readonly Situation[] _handshakes = [Situation.Connecting, Situation.HalfOpen, Situation.Untouched];
    private static readonly Situation[] _sessions = Enum.GetValues<Situation>().Except(_handshakes).ToArray();

    public static IReadOnlyList<string> Names { get; } = ["wire", Handshake, Device, Peer, "messages", "board", "text", "key-files"];

    /// <summary>A target of that name, for one thread.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static FuzzTarget Create(string name) => name switch
    {
        "wire" => new WireTarget(),
        Handshake => new EndTarget(name, null, _handshakes),
        Device => new EndTarget(name, false, _sessions),
        Peer => new EndTarget(name, true, _sessions),
        "messages" => new MessageTarget(),
        "board" => new BoardTarget(),
        "text" => new TextTarget(),
        "key-files" => new KeyFileTarget(),
        _ => throw new ArgumentException($"there is no target \"{name}\", but: {string.Join(", ", Names)}", nameof(name)),
    };
}
