namespace Hoplink.Proof.Fuzzing;

/// <summary>What fuzzing has found: inputs, as small as they could be made, that broke something once.</summary>
internal static class Regressions
{
    /// <summary>What was wrong, the target, and the input in hex digits.</summary>
    public static IReadOnlyList<(string What, string Target, string Hex)> All { get; } =
    [
        ("a negative count was read as a size and not refused as wrong use", "wire", "020000f000"),
        ("half of a surrogate pair as a fault's name ended listen and device", "text", "057b226661756c74223a225c7564383030227d"),
        ("half of a surrogate pair as a request ended the device", "text", "067b226661756c74223a225c7564383230227d"),
        (
            "a FIN far beyond the last message kept the device closing for ever", "device",
            "000503002e010500110000000000000000000000000000000000000000000400ff000000000000000000000000000000000000"),
        (
            "a FIN far beyond the last message kept the peer closing for ever", "peer",
            "000503002e010500110000000000000000000000000000000000000000000400ff000000000000000000000000000000000000"),
        (
            "the same, as the first datagram of a session, while messages go on arriving", "handshake",
            "010707002e01050011000000000000000000000000000000000000000000040001000000000000000000000000000000000000"),
    ];
}
