using System;

namespace Hoplink.Parameters;

/// <summary>
/// The sizes and limits of one end. Start from <see cref="Device"/> or <see cref="Desktop"/>. Everything is allocated by these when a
/// link or responder is made; changing them later has no effect.
/// </summary>
public sealed class LinkOptions
{
    private LinkOptions()
    {
    }

    /// <summary>Largest datagram this end takes, bytes: 194 (a SYN_ACK, the largest of fixed size) to 1232 (2).</summary>
    public int MaxDatagram { get; set; }

    /// <summary>Messages kept until acknowledged: 1 to 1000 (6.1).</summary>
    public int SendCapacity { get; set; }

    /// <summary>Messages that the application may leave unread, and so the window offered: 1 to 1000 (6.1).</summary>
    public int ReceiveWindow { get; set; }

    /// <summary>Messages held beyond a hole, at most the receive window; less makes ReorderOverflow possible (8).</summary>
    public int ReorderLimit { get; set; }

    /// <summary>First congestion window: 1 to 1000 messages (6.3).</summary>
    public int InitialCongestionWindow { get; set; }

    /// <summary>Most PBKDF2 iterations this end does for a key: 1 to 65535 (3.2, D11).</summary>
    public int Iterations { get; set; }

    /// <summary>This end may need up to 30 s for one key agreement (4.1, feature bit 1).</summary>
    public bool SlowKeyAgreement { get; set; }

    /// <summary>Payload encryption (14): offered, required or not offered.</summary>
    public PayloadEncryption Encryption { get; set; } = PayloadEncryption.Offered;

    /// <summary>SYNs and reconnects back off by doubling, up to 60 s (4, 13.2).</summary>
    public bool BatteryProfile { get; set; }

    /// <summary>Bad tags verified in a second, 0 for no limit (2).</summary>
    public int BadTagsPerSecond { get; set; }

    /// <summary>Events kept for the application before some are dropped and counted: 4 or more.</summary>
    public int EventCapacity { get; set; }

    /// <summary>
    /// Recovery attempts kept for the analysis: 10 to 100. The document keeps 100, at 31 bytes each on a device; with fewer, rates and
    /// patterns rest on a shorter past.
    /// </summary>
    public int RecoveryRecords { get; set; }

    /// <summary>The peer's rendezvous port (5.2).</summary>
    public int RendezvousPort { get; set; }

    /// <summary>Lets <see cref="FaultInjection"/> act on a link: for demonstrations and tests only.</summary>
    public bool FaultInjection { get; set; }

    /// <summary>
    /// The profile of a constrained device: messages of up to 350 bytes, and 30 KB a link on a board's heap, 34 KB during a rekey.
    /// </summary>
    public static LinkOptions Device()
    {
        return new LinkOptions
        {
            MaxDatagram = 400,
            SendCapacity = 12,
            ReceiveWindow = 12,
            ReorderLimit = 12,
            InitialCongestionWindow = 4,
            Iterations = 4096,
            SlowKeyAgreement = true,
            BadTagsPerSecond = 50,
            EventCapacity = 24,
            RecoveryRecords = 32,
            RendezvousPort = SpecConstants.DefaultRendezvousPort,
        };
    }

    /// <summary>The profile of a desktop computer: 160 KB or so a link.</summary>
    public static LinkOptions Desktop()
    {
        return new LinkOptions
        {
            MaxDatagram = 1232,
            SendCapacity = 64,
            ReceiveWindow = 64,
            ReorderLimit = 64,
            InitialCongestionWindow = 10,
            Iterations = SpecConstants.DefaultIterations,
            EventCapacity = 128,
            RecoveryRecords = SpecConstants.ESCALATION_HISTORY_SIZE,
            RendezvousPort = SpecConstants.DefaultRendezvousPort,
        };
    }

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(MaxDatagram >= 194 && MaxDatagram <= 1232, "MaxDatagram must be 194 to 1232 bytes");
        Require(SendCapacity >= 1 && SendCapacity <= SpecConstants.MaxReceiveWindow, "SendCapacity must be 1 to 1000 messages");
        Require(ReceiveWindow >= 1 && ReceiveWindow <= SpecConstants.MaxReceiveWindow, "ReceiveWindow must be 1 to 1000 messages");
        Require(ReorderLimit >= 1 && ReorderLimit <= ReceiveWindow, "ReorderLimit must be 1 to ReceiveWindow messages");
        Require(
            InitialCongestionWindow >= 1 && InitialCongestionWindow <= SpecConstants.MaxReceiveWindow,
            "InitialCongestionWindow must be 1 to 1000 messages");
        Require(Iterations >= 1 && Iterations <= 65535, "Iterations must be 1 to 65535");
        Require(Encryption <= PayloadEncryption.Required, "Encryption must be Off, Offered or Required");
        Require(BadTagsPerSecond >= 0, "BadTagsPerSecond must not be negative");
        Require(EventCapacity >= 4, "EventCapacity must be 4 or more");
        Require(
            RecoveryRecords >= SpecConstants.MIN_ATTEMPTS_FOR_ANALYSIS && RecoveryRecords <= SpecConstants.ESCALATION_HISTORY_SIZE,
            "RecoveryRecords must be 10 to 100");
        Require(RendezvousPort >= 1 && RendezvousPort <= 65535, "RendezvousPort must be 1 to 65535");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
