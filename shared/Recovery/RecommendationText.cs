namespace Hoplink.Recovery;

/// <summary>The words of a <see cref="Recommendation"/>: what is going on, and what to do about it.</summary>
internal static class RecommendationText
{
    internal static string Of(Recommendation recommendation)
    {
        if (recommendation >= Recommendation.FirstResult)
        {
            return RecoveryText.Advice((RecoveryResult)((int)recommendation - (int)Recommendation.FirstResult));
        }

        switch (recommendation)
        {
            case Recommendation.StateCorrupt:
                return "An internal check failed, or the peer acknowledges messages that were never sent. Run the same release at both "
                    + "ends, check the board's supply voltage and free memory, and if it comes back report it as a defect.";
            case Recommendation.Partition:
                return "Nothing valid arrived for 90 s: the network or the peer is down. Check that the peer runs and still has its "
                    + "address, that the board is joined to its access point, and the route between them.";
            case Recommendation.KeyCompromise:
                return "Two different datagrams carried one number under a valid key, or the application reported the key as exposed. Make "
                    + "sure that no second device or restored snapshot runs with this key, then provision a new pre-shared key at both "
                    + "ends.";
            case Recommendation.BadTags:
                return "Datagrams with wrong tags arrive: somebody sends junk to these ports, or the two ends' keys differ. Limit in the "
                    + "firewall who may reach the rendezvous port and the hop range; if it goes on after a rekey, compare the pre-shared "
                    + "keys of both ends and provision them anew.";
            case Recommendation.Replay:
                return "Old datagrams come again: somebody replays recorded traffic, or the network duplicates it. Look for a bridging "
                    + "loop or a Wi-Fi repeater, and limit in the firewall who may send to these ports.";
            case Recommendation.KeyWornOut:
                return "A key has served for 2^30 datagrams, or this end's packet numbers went back and would repeat its keystream, and the "
                    + "rekey did not complete; this end stops sending at 2^31, or has already. Find out why rekeys fail, or reconnect.";
            case Recommendation.PowerSaveAndPorts:
                return "Time sync is overdue and the ends do not meet on the hop ports. Switch off Wi-Fi power save on the board, which "
                    + "delays datagrams by up to a whole hop window, and open the peer's rendezvous port and its whole hop port range for "
                    + "UDP in every firewall and NAT on the way.";
            case Recommendation.HopSyncLost:
                return "The peer answers on its rendezvous port only, so the port does not hop. Open the peer's whole hop port range for "
                    + "UDP in every firewall and NAT on the way.";
            case Recommendation.PortMismatch:
                return "The ends do not meet on the hop ports. Open the peer's whole hop port range for UDP in every firewall and NAT on "
                    + "the way, and check that no other program on the peer holds ports of that range.";
            case Recommendation.SyncOverdue:
                return "The last time sample is older than 60 s: heartbeats or their echoes are lost or come too late. Switch off Wi-Fi "
                    + "power save on the board, and check its signal and the load of the peer.";
            default:
                return OfMore(recommendation);
        }
    }

    /// <summary>What on record the recommendation rests on, with a blank before it; empty where nothing on record does.</summary>
    internal static string Evidence(Recommendation recommendation, AttemptHistory history, TunedParameters tuned)
    {
        switch (recommendation)
        {
            case Recommendation.TimeSyncRate:
                return Rate(history, RecoveryLevel.TimeSync)
                    + "; an attempt may now take " + tuned.TimeResyncTimeoutMs.ToString() + " ms.)";
            case Recommendation.SequenceRepairRate:
                return Rate(history, RecoveryLevel.SequenceRepair)
                    + "; an attempt may now take " + tuned.SequenceRepairTimeoutMs.ToString() + " ms.)";
            case Recommendation.RekeyRate:
                return Rate(history, RecoveryLevel.SessionRekey) + ".)";
            default:
                int count = Count(recommendation, history);
                return count == 0 ? "" : " (In " + count.ToString() + " of " + history.Count.ToString() + " attempts on record.)";
        }
    }

    private static string Rate(AttemptHistory history, RecoveryLevel level)
    {
        return " (" + history.SuccessesAt((int)level).ToString() + " of " + history.AttemptsAt((int)level).ToString()
            + " attempts on record succeeded";
    }

    private static int Count(Recommendation recommendation, AttemptHistory history)
    {
        int count = 0;
        for (int i = 0; i < history.Count; i++)
        {
            bool ended = (int)history.ResultAt(i) + (int)Recommendation.FirstResult == (int)recommendation;
            if (ended || RecommendationList.Concerns(recommendation, history.ConditionsAt(i)))
            {
                count++;
            }
        }

        return count;
    }

    private static string OfMore(Recommendation recommendation)
    {
        switch (recommendation)
        {
            case Recommendation.ClockOffset:
                return "The session clock drifts by more than 50 ms, or the delay differs between the two directions. Keep the board out "
                    + "of sleep modes that stop its clock, switch off Wi-Fi power save, and look for a congested link on the way.";
            case Recommendation.TimestampInvalid:
                return "Valid datagrams carry timestamps more than 5 s off: an end's clock stood still or jumped, or the network holds "
                    + "datagrams for seconds. Look for sleep, a suspended virtual machine or a debugger halt at either end.";
            case Recommendation.LossBursts:
                return "The network loses or delays messages in bursts. Check the board's radio signal and the load of its channel, move "
                    + "the board or the access point, and send less at a time.";
            case Recommendation.Stalled:
                return "A message stays unacknowledged after 8 retransmissions though the peer has room for it. Check that datagrams of "
                    + "full size pass the way to the peer (tunnel, VPN or firewall limits; Hoplink needs at most 1232 bytes), or lower the "
                    + "largest datagram in the options.";
            case Recommendation.Overrun:
                return "More messages run ahead of a missing one than this end can hold. Read received messages sooner, raise the reorder "
                    + "limit in the options, or let the sender send less at a time.";
            case Recommendation.Duplicates:
                return "The peer keeps sending messages that arrived already: acknowledgments from this end do not reach it. Check the way "
                    + "from this end to the peer: firewall state, NAT timeouts, radio signal.";
            case Recommendation.PeerAsks:
                return "The peer asked for recovery, so it sees a fault that this end does not. Read the peer's own log and failure "
                    + "analysis for the time of these attempts.";
            case Recommendation.TimeSyncRate:
                return "Time resync often fails. Check that UDP passes to the peer's rendezvous port, switch off Wi-Fi power save on the "
                    + "board, and look for loss on the way.";
            case Recommendation.SequenceRepairRate:
                return "Sequence repair often fails. Look for loss on the way, and for an end that restarts or is too busy to answer.";
            case Recommendation.RekeyRate:
                return "Session rekeying often fails. Check that a slow board declares slow key agreement in its options, which allows 30 "
                    + "s instead of 10 s, and look for loss on the way.";
            default:
                return "Nothing to do.";
        }
    }
}
