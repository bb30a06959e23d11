namespace Hoplink.Fuzz.Ends;

/// <summary>Where an end stands when the inputs come.</summary>
internal enum Situation : byte
{
    /// <summary>Nothing was sent yet; the device has not been told to connect.</summary>
    Untouched,

    /// <summary>A SYN is out; the SYN_ACK, and whatever else is for the victim, does not arrive.</summary>
    Connecting,

    /// <summary>The device has the SYN_ACK; its first datagrams do not arrive, so that the peer's session is half open.</summary>
    HalfOpen,

    /// <summary>Connected, and quiet.</summary>
    Idle,

    /// <summary>Messages are under way in both directions, and the victim holds some beyond a hole.</summary>
    Busy,

    /// <summary>L1 runs and hears no answer: at the device by itself, at the peer by notice.</summary>
    Resyncing,

    /// <summary>The victim runs L2 and hears no answer.</summary>
    Repairing,

    /// <summary>The victim runs L3 and hears no answer.</summary>
    Rekeying,

    /// <summary>The victim answered a rekey: an epoch is staged, and nothing under it arrives.</summary>
    Staged,

    /// <summary>The victim has been told to close, and hears no answer.</summary>
    Closing,

    /// <summary>The other end closes; its FIN does not arrive.</summary>
    PeerClosing,

    /// <summary>Both have closed; the session still answers.</summary>
    Closed,

    /// <summary>The victim ended the session by RST, and says so.</summary>
    Terminated,

    /// <summary>The victim has forgotten its session: the device waits to reconnect, the peer keeps the link.</summary>
    Forgotten,

    /// <summary>The victim has sent a HEARTBEAT, and hears no echo.</summary>
    Probing,
}
