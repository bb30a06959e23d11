namespace Hoplink.Proof.Grid;

/// <summary>
/// L3: one end's session key is damaged, so that no tag verifies in either direction. One of the two sends three messages; the other sees
/// bad tags and rekeys. The rung's own part is from its start until the requester has switched to the new keys (protocol.md 12, step 3):
/// what it sends from then on can be read. The proof that the other end can be read as well takes one more exchange (12, step 4), which
/// counts in the whole time.
/// </summary>
internal sealed class SessionRekeyRun(Cell cell, ulong seed, Action<PairOptions>? configure) : HealingRun(cell, seed, configure)
{
    // As many as make AuthFailures (8).
    private const int Messages = 3;

    protected override void Break()
    {
        Do(SuffersAtDevice, (link, _) => link.Faults.DamageSessionKey());
        MessageStream stream = Random.Chance(0.5) ? Pair.Checker.Up : Pair.Checker.Down;
        stream.Send(Messages);
    }

    protected override long RungMicros() => SinceStart(e => e.Kind == LinkEventKind.Rekeyed);
}
