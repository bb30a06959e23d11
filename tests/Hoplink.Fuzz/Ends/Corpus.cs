namespace Hoplink.Fuzz.Ends;

/// <summary>
/// Genuine datagrams of every kind, as the ends send them in all situations, before they are encrypted and without what only one session
/// knows.
/// </summary>
internal static class Corpus
{
    private const int MostOfKind = 12;

    private static readonly Lazy<List<byte[]>> _templates = new(Harvest);

    public static IReadOnlyList<byte[]> Templates => _templates.Value;

    private static List<byte[]> Harvest()
    {
        var templates = new List<byte[]>();
        var counts = new Dictionary<DatagramKind, int>();
        foreach (Situation situation in Enum.GetValues<Situation>())
        {
            foreach ((bool peerIsVictim, bool isEncrypted) in ((bool, bool)[])[(false, true), (false, false), (true, true), (true, false)])
            {
                Stage stage = Stage.Set(situation, peerIsVictim, hasBudget: true, isEncrypted, watch => watch.World.Network.Sent += Take);
                stage.HoldsBack = _ => false;
                // Long enough for an answer without state (13.3).
                stage.Send(false, new byte[60]);
                stage.Send(true, new byte[60]);
                stage.World.RunFor(10 * World.Second);
            }
        }

        return templates;

        void Take(Packet packet)
        {
            // A reset without state is a kind of its own.
            DatagramKind kind = packet.Info.IsStatelessReset ? DatagramKind.Malformed : packet.Kind;
            byte[] template = Forge.Displace(Forge.PlainOf(packet));
            bool isNew = !templates.Exists(known => known.AsSpan(0, 26).SequenceEqual(template.AsSpan(0, 26)));
            if (counts.GetValueOrDefault(kind) < (isNew ? MostOfKind : 2))
            {
                counts[kind] = counts.GetValueOrDefault(kind) + 1;
                templates.Add(template);
            }
        }
    }
}
