namespace Hoplink.Proof.Fuzzing;

/// <summary>What fuzzing has found: inputs, as small as they could be made, that broke something once.</summary>
internal static class Regressions
{
    /// <summary>What was wrong, the target, and the input in hex digits.</summary>
    public static IReadOnlyList<(string What, string Target, string Hex)> All { get; } =
    [
        ("a negative count was read as a size and not refused as wrong use", "wire", "020000f000"),
        ("the same, of an ACK", "wire", "010000ff00"),
        ("half of a surrogate pair as a fault's name ended listen and device", "text", "057b226661756c74223a225c7564383030227d"),
        ("half of a surrogate pair as a request ended the device", "text", "067b226661756c74223a225c7564383230227d"),
        ("half of a surrogate pair as a setting's name ended chaos", "text", "087b225c7564383030223a317d"),
        ("the same, in what a junk flood is to be", "text", "087b226a756e6b223a7b225c7564633030223a312c22636f756e74223a317d7d"),
        ("a share of minus infinity was taken", "text", "0c2d496e66696e697479"),
        ("a blackout from minus infinity on was taken", "text", "092d496e66696e6974792b31"),
        ("a blackout of less than a microsecond was taken", "text", "09302b2e30303030303031"),
        (
            "a FIN far beyond the last message kept the device closing for ever", "device",
            "000503002e010500110000000000000000000000000000000000000000000400ff000000000000000000000000000000000000"),
        (
            "the same, in a session without encryption", "device",
            "000d03002e010500110000000000000000000000000000000000000000000400ff000000000000000000000000000000000000"),
        (
            "a FIN far beyond the last message kept the peer closing for ever", "peer",
            "000503002e010500110000000000000000000000000000000000000000000400ff000000000000000000000000000000000000"),
        (
            "the same, in a session without encryption", "peer",
            "000d03002e010500110000000000000000000000000000000000000000000400ff000000000000000000000000000000000000"),
        (
            "a stateless reset after FIN left a dead session, whose datagrams were not counted", "device",
            "0700210005630004003607003a010400180000000000000000000000000000000000000000001000000000000000000000000000000000000000000000000000000000"
            + "000000000300aa010d02000000000000000000000000000000000000000000008005986bfc00000001000000000000000000000000000000000000000000000000"
            + "d4591fc2e4fd62784089b635caf5b791094268fef86f9b164445a2e03efe3f89c8a8e548e50983d52562ec263175385efe84b03204e289837d162e0762f59ac7"
            + "2326fd98c50b4cc0e5c5e0ce69351b6f525978f90d6e02c2b3edf38f7c3f38150000000000000000000000000000000007002e0105001100000000000000000000"
            + "000000000000000000000004000000000000000000000000000000000000000017002e0000000000000000000000000000000000000000000000000000000000000"
            + "0000000000000000000000000000000210005000000ab02"),
        (
            "the same, as the first datagram of a session, while messages go on arriving", "handshake",
            "010707002e01050011000000000000000000000000000000000000000000040001000000000000000000000000000000000000"),
    ];
}
