using Hoplink.Simulation.Campaigns;

namespace Hoplink.Fuzz.Ends;

/// <summary>What an input without a valid tag leaves as it is, and the count of drops, which it raises by one.</summary>
internal readonly record struct VictimState(int Drops, (EndState Link, object? HalfOpen, bool IsAgreed, int Sessions, long Due) Ends)
{
    public static VictimState Of(Stage stage)
    {
        Link? link = stage.VictimLink;
        EndState state = link == null ? default : EndState.Of(link, stage.Victim.Clock.Now);
        int drops = link?.Statistics.Drops.Total ?? 0;
        if (!stage.PeerIsVictim)
        {
            // A handshake's times are among the deadlines, which bad tags may bring forward in a session.
            return new VictimState(drops, (state, null, false, 0, link!.Session == null ? link.NextDeadline : 0));
        }

        Responder responder = stage.Peer.Responder;
        HalfOpen? half = Forge.EntryOf(responder, stage.Psk.KeyId).HalfOpen;
        return new VictimState(
            drops + responder.Drops.Total, (state, half, half?.Protection != null, responder.SessionCount, half?.ExpiresAt ?? 0));
    }
}
