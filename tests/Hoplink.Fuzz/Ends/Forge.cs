using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Hoplink.Collections;
using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Fuzz.Ends;

/// <summary>A datagram for the victim, what it is before it is sealed, and whether it is: then its tag verifies.</summary>
internal readonly record struct Made(byte[] Wire, byte[] Plain, bool IsSealed);

/// <summary>
/// Makes the datagram of a step: at the place where the victim stands, as the answer to what it asked, and sealed with the keys that it will
/// verify it with, as far as it has any.
/// </summary>
internal sealed class Forge(Stage stage)
{
    private const int Nonce = WireFormat.HeaderSize;
    private const int FirstTime = WireFormat.HeaderSize + 8;

    /// <summary>Makes the datagram; it is sealed as far as there are keys.</summary>
    public Made Make(Step step)
    {
        bool isSealing = step.Options.HasFlag(StepOptions.Seal);
        bool isEdit = step.Options.HasFlag(StepOptions.Edit);
        byte[] datagram = isEdit ? Edit(step.Bytes, isSealing) : (byte[])step.Bytes.Clone();
        if (datagram.Length < WireFormat.Overhead)
        {
            return new Made(datagram, datagram, false);
        }

        if (step.Options.HasFlag(StepOptions.Place))
        {
            Place(datagram, isEdit);
        }

        if (step.Options.HasFlag(StepOptions.Answer))
        {
            Answer(datagram);
        }

        byte[] plain = (byte[])datagram.Clone();
        bool isSealed = isSealing && TrySeal(datagram);
        return new Made(datagram, plain, isSealed);
    }

    /// <summary>A SYN or SYN_ACK whose tag verifies: the pre-shared key is the same on all stages.</summary>
    public bool IsHandshake(byte[] datagram)
    {
        if (datagram.Length < WireFormat.Overhead || (PacketType)datagram[WireFormat.TypeOffset] is not (PacketType.Syn or PacketType.SynAck))
        {
            return false;
        }

        byte[] again = (byte[])datagram.Clone();
        return TrySeal(again) && again.AsSpan().SequenceEqual(datagram);
    }

    /// <summary>A datagram before it was encrypted; one that is not encrypted as it is.</summary>
    public static byte[] PlainOf(Packet packet)
    {
        byte[] bytes = packet.Bytes;
        return bytes.Length < WireFormat.Overhead
            ? bytes
            : [.. bytes[..WireFormat.HeaderSize], .. packet.Payload, .. bytes[^WireFormat.TagSize..]];
    }

    /// <summary>The opposite of placing: leaves nothing of a datagram, in plain, that only one session knows.</summary>
    public static byte[] Displace(byte[] datagram)
    {
        byte[] template = (byte[])datagram.Clone();
        var type = (PacketType)template[WireFormat.TypeOffset];
        if (type is PacketType.Syn or PacketType.SynAck)
        {
            return template;
        }

        template.AsSpan(WireFormat.SessionIdOffset, 20).Clear();
        // Tags and tokens too: another stage may have the very same keys.
        int secret = IsStatelessReset(template) ? 2 * WireFormat.TagSize : WireFormat.TagSize;
        template.AsSpan(template.Length - secret).Clear();
        if (type is PacketType.Data or PacketType.Fin)
        {
            template.AsSpan(WireFormat.HeaderSize, 4).Clear();
        }

        return template;
    }

    /// <summary>Whether a HEARTBEAT, in plain, answers one.</summary>
    public static bool IsEcho(byte[] plain)
    {
        var payload = new HeartbeatPayload();
        return payload.Read(plain, WireFormat.HeaderSize) == DropCause.None && payload.IsEcho;
    }

    /// <summary>The protection of the session that the victim would find by its id; null: it has none.</summary>
    public PacketProtection? Protection()
    {
        Link? link = stage.VictimLink;
        Session? session = link?.Session ?? (link == null ? null : LingeringOf(link));
        if (session is { HasEnded: false })
        {
            return ProtectionOf(session);
        }

        return stage.PeerIsVictim ? EntryOf(stage.Peer.Responder, stage.Psk.KeyId).HalfOpen?.Protection : null;
    }

    public static KeyEntry EntryOf(Responder responder, ulong keyId) => (KeyEntry)KeysOf(responder).Find(keyId);

    // Whoever can seal can decrypt as well: only then a change hits what the victim reads, and does not become noise.
    private byte[] Edit(byte[] edits, bool isSealing)
    {
        if (stage.Captured.Count == 0 || edits.Length < 2)
        {
            return edits;
        }

        Captured captured = stage.Captured[^(1 + (edits[0] % stage.Captured.Count))];
        byte[] datagram = (byte[])(isSealing ? captured.Plain : captured.Wire).Clone();
        Array.Resize(ref datagram, Math.Max(0, datagram.Length + (sbyte)edits[1]));
        for (int i = 2; i + 3 <= edits.Length; i += 3)
        {
            int at = BinaryPrimitives.ReadUInt16BigEndian(edits.AsSpan(i));
            if (datagram.Length > 0)
            {
                datagram[at % datagram.Length] ^= edits[i + 2];
            }
        }

        return datagram;
    }

    // What was captured stands where it stood, and gets a new packet number only.
    private void Place(byte[] datagram, bool isCaptured)
    {
        var type = (PacketType)datagram[WireFormat.TypeOffset];
        if (type is PacketType.Syn or PacketType.SynAck || Protection() is not { } protection)
        {
            return;
        }

        BinaryPrimitives.WriteUInt64BigEndian(datagram.AsSpan(WireFormat.SessionIdOffset), protection.Session.SessionId);
        if (IsStatelessReset(datagram))
        {
            // Whose numbers are all 0 (13.3).
            return;
        }

        if (isCaptured)
        {
            BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(WireFormat.SequenceOffset), stage.NextSequence++);
            return;
        }

        Add(datagram, WireFormat.SequenceOffset, stage.NextSequence);
        stage.NextSequence++;
        bool hasAck = (datagram[3] & PacketFlags.Ack) != 0;
        if (hasAck && (protection.Epochs.Current.Number & 1) != 0)
        {
            datagram[3] ^= PacketFlags.KeyPhase;
        }

        if (stage.VictimLink is not { } link)
        {
            return;
        }

        if (hasAck)
        {
            Add(datagram, 16, link.Outbox.Oldest);
        }

        Add(datagram, 20, (uint)((link.Session?.ReadClock(stage.Victim.Clock.Now) ?? 0) / 1000));
        if (type is PacketType.Data or PacketType.Fin)
        {
            Add(datagram, WireFormat.HeaderSize, link.Inbox.NextExpected);
        }
    }

    private void Answer(byte[] datagram)
    {
        var kind = (DatagramKind)((datagram[1] << 8) | datagram[2]);
        DatagramKind question = kind switch
        {
            DatagramKind.Heartbeat => DatagramKind.Heartbeat,
            DatagramKind.TimeSyncResponse => DatagramKind.TimeSyncRequest,
            DatagramKind.RekeyResponse => DatagramKind.RekeyRequest,
            DatagramKind.RepairResponse => DatagramKind.RepairRequest,
            _ => DatagramKind.Malformed,
        };
        if (stage.Asked(question) is not { } asked || datagram.Length < FirstTime + 8)
        {
            return;
        }

        asked.AsSpan(Nonce, 4).CopyTo(datagram.AsSpan(Nonce));
        if (kind != DatagramKind.RepairResponse)
        {
            asked.AsSpan(FirstTime, 8).CopyTo(datagram.AsSpan(FirstTime));
            return;
        }

        asked.AsSpan(FirstTime, 4).CopyTo(datagram.AsSpan(FirstTime));
        if (Protection() is { } protection && datagram.Length >= Nonce + 24)
        {
            uint nonce = BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(Nonce));
            uint current = BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(Nonce + 4));
            protection.Epochs.Current.ConfirmRepair(nonce, current, protection.Session.SessionId, datagram, Nonce + 16);
        }
    }

    private bool TrySeal(byte[] datagram)
    {
        int length = datagram.Length - WireFormat.TagSize;
        var type = (PacketType)datagram[WireFormat.TypeOffset];
        if (type == PacketType.Syn)
        {
            stage.Psk.Authentication.Compute(datagram, 0, length, datagram, length, WireFormat.TagSize);
            return true;
        }

        if (type == PacketType.SynAck)
        {
            byte[] hash = SHA256.HashData(stage.Syn ?? []);
            stage.Psk.Authentication.Compute(hash, datagram, 0, length, datagram, length, WireFormat.TagSize);
            return stage.Syn != null;
        }

        if (IsStatelessReset(datagram))
        {
            return TrySetToken(datagram);
        }

        if (Protection() is not { } protection)
        {
            return false;
        }

        bool isRecovery = type == PacketType.Reset || (type == PacketType.Control && datagram[2] == SubType.Recovery)
            || (type == PacketType.Management && datagram[2] is SubType.RekeyRequest or SubType.RekeyResponse);
        bool phase = (datagram[3] & PacketFlags.KeyPhase) != 0;
        Epoch epoch = protection.Epochs.Candidate(phase, 0) ?? protection.Epochs.Current;
        if (IsWindowed(type) && epoch.PayloadIn != null)
        {
            Encrypt(datagram, epoch.PayloadIn, protection.Session.SessionId);
        }

        HmacKey key = isRecovery ? RecoveryKeyOf(protection) : epoch.MacIn;
        key.Compute(datagram, 0, length, datagram, length, WireFormat.TagSize);
        return true;
    }

    // 13.3: I alone holds a token to compare with, for as long as it has the session.
    private bool TrySetToken(byte[] datagram)
    {
        byte[]? token = stage.PeerIsVictim || stage.VictimLink?.Session is not { HasEnded: false } session ? null : TokenOf(session);
        token?.CopyTo(datagram, WireFormat.HeaderSize);
        return token != null;
    }

    private static bool IsStatelessReset(byte[] datagram)
    {
        return datagram.Length == WireFormat.StatelessResetSize && (PacketType)datagram[WireFormat.TypeOffset] == PacketType.Reset;
    }

    private static bool IsWindowed(PacketType type) => type is >= PacketType.Ack and <= PacketType.Heartbeat;

    // 14: before the tag, as the session does it; the same again would decrypt.
    private static void Encrypt(byte[] datagram, AesCtrKey key, ulong sessionId)
    {
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(WireFormat.SequenceOffset));
        key.AddKeystream(sessionId, sequence, 0, datagram, WireFormat.HeaderSize, datagram.Length - WireFormat.Overhead);
    }

    private static void Add(byte[] datagram, int offset, uint value)
    {
        uint own = BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(offset));
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(offset), own + value);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lingering")]
    private static extern ref Session? LingeringOf(Link link);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_protection")]
    private static extern ref PacketProtection ProtectionOf(Session session);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_peerResetToken")]
    private static extern ref byte[]? TokenOf(Session session);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_recoveryIn")]
    private static extern ref HmacKey RecoveryKeyOf(PacketProtection protection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_keys")]
    private static extern ref IdTable KeysOf(Responder responder);
}
