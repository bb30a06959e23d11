namespace Hoplink.Recovery;

/// <summary>The sentences behind <see cref="RecoveryText"/>'s advice.</summary>
internal static class RecoveryAdvice
{
    private const string Unknown = "This release does not know this number: run the same release at both ends.";

    internal static string Of(RecoveryResult result)
    {
        switch (result)
        {
            case RecoveryResult.Success:
                return "Nothing to do.";
            case RecoveryResult.TimeResyncTimeout:
                return "No answer to the time request came in time: check that the peer runs, that UDP passes to its rendezvous port and "
                    + "hop range, and that Wi-Fi power save is off on the board.";
            case RecoveryResult.TimeResyncInvalidChallenge:
                return "An answer to the time request carried a nonce that is not open: if it comes back, look for something on the way "
                    + "that delays or repeats datagrams by seconds.";
            case RecoveryResult.TimeResyncOffsetTooLarge:
                return "The clocks are more than 5 s apart, which only a rekey may correct: look for an end that sleeps, is suspended or "
                    + "halts in a debugger during the session.";
            case RecoveryResult.TimeResyncVerificationFailed:
                return "The clock was adjusted and still does not agree: the delay varies or differs between the directions, so switch off "
                    + "Wi-Fi power save on the board and look for a congested link.";
            case RecoveryResult.TimeSyncRequestFailed:
                return "The peer's time request was refused because its nonce was 0: run a release on the peer that follows the protocol.";
            case RecoveryResult.SequenceRepairTimeout:
                return "No answer to the repair request came in time: check that the peer runs, and look for loss on the way.";
            case RecoveryResult.SequenceRepairInvalidNonce:
                return "A repair answer carried a nonce that is not open: if it comes back, look for something on the way that delays or "
                    + "repeats datagrams by seconds.";
            case RecoveryResult.SequenceRepairInvalidConfirmation:
                return "A repair answer's confirmation did not verify, so the peer computes it otherwise: run the same release at both "
                    + "ends.";
            case RecoveryResult.SequenceRepairWindowTooLarge:
                return "More than 1000 messages are missing or would be skipped, so the session is rekeyed first: look for an end that "
                    + "lost its messages, by a restart or a long interruption.";
            case RecoveryResult.RepairRequestFailed:
                return "The peer's repair request was refused because its nonce was 0 or its window above 1000: run a release that follows "
                    + "the protocol on the peer.";
            default:
                return OfMore(result);
        }
    }

    internal static string Of(TerminationReason reason)
    {
        switch (reason)
        {
            case TerminationReason.None:
                return "No reason was given: read the log of the other end.";
            case TerminationReason.RecoveryExhausted:
                return "Every level of recovery failed: the link reconnects by itself, and if this comes back follow the recommendations.";
            case TerminationReason.PartitionAndFailure:
                return "Nothing arrived for 90 s while something else failed too: check the network and that the peer runs.";
            case TerminationReason.StateCorrupt:
                return "The session's state contradicts itself: run the same release at both ends, check the board's supply and memory, "
                    + "and report it as a defect if it comes back.";
            case TerminationReason.ApplicationAbort:
                return "The application ended the session: nothing to do.";
            case TerminationReason.Replaced:
                return "A newer session of the same key took its place: nothing to do, unless two devices carry the same pre-shared key.";
            case TerminationReason.PeerReset:
                return "The peer ended the session: its own log and failure analysis say why.";
            case TerminationReason.StatelessReset:
                return "The peer does not know the session any more, most likely because it restarted: the link reconnects by itself.";
            case TerminationReason.Silence:
                return "Nothing valid arrived for 10 minutes: check that the other end runs and is connected.";
            case TerminationReason.FinUnanswered:
                return "The peer did not answer the closing of the session: nothing to do, for everything sent had been acknowledged.";
            case TerminationReason.Forgotten:
                return "Fault injection threw the session away: nothing to do, switch fault injection off where it is not wanted.";
            case TerminationReason.Expired:
                return "The device did not come back within an hour, or more links slept than may be kept, and what it had not acknowledged "
                    + "is gone: check the device, or raise the number of links kept.";
            default:
                return Unknown;
        }
    }

    private static string OfMore(RecoveryResult result)
    {
        switch (result)
        {
            case RecoveryResult.RekeyTimeout:
                return "No answer to the rekey request came in time: check that the peer runs, look for loss on the way, and let a slow "
                    + "board declare slow key agreement, which allows 30 s.";
            case RecoveryResult.RekeyInvalidNonce:
                return "A rekey answer carried a nonce that is not open: if it comes back, look for something on the way that delays or "
                    + "repeats datagrams by seconds.";
            case RecoveryResult.RekeyInvalidKey:
                return "The peer's public key is not a valid point: run the same release at both ends and the board's self-test, for one "
                    + "end computes wrongly.";
            case RecoveryResult.RekeySharedSecretMismatch:
                return "The two ends computed different shared secrets: run the same release at both ends and the board's self-test, for "
                    + "one end computes wrongly.";
            case RecoveryResult.RekeyRequestFailed:
                return "The peer's rekey request was refused because its nonce was 0: run a release on the peer that follows the protocol.";
            case RecoveryResult.RecoveryAlreadyInProgress:
                return "A recovery is under way already: wait for it to end.";
            case RecoveryResult.RecoveryRetryScheduled:
                return "The attempt is repeated after a pause: nothing to do yet.";
            case RecoveryResult.SessionUnrecoverable:
                return "Every level of recovery failed and the session has ended: if the link does not reconnect by itself, check that the "
                    + "peer runs and can be reached.";
            case RecoveryResult.InvalidRecoveryLevel:
                return "There is no recovery level of this number: report it as a defect of the program that asked for it.";
            case RecoveryResult.ConnectionTerminate:
                return "The session was ended so that a fresh one can begin: if the link does not reconnect by itself, check that the peer "
                    + "runs and can be reached.";
            default:
                return Unknown;
        }
    }
}
