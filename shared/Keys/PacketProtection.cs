using System;
using Hoplink.Crypto;
using Hoplink.Delivery;
using Hoplink.Parameters;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Keys;

/// <summary>
/// Seals and opens the datagrams of one session (2): the key epochs, the recovery keys, the packet numbers and the limit on bad tags.
/// </summary>
public sealed class PacketProtection
{
    private const int RecoveryKeyOffset = 64;

    // A field and not a property: every datagram counts it.

    /// <summary>
    /// The next packet number, in 64 bits, so that one that is used again is told from one that comes 2^32 later.
    /// </summary>
    internal long NextNumber;

    private readonly CryptoProvider _crypto;
    private readonly HmacKey _recoveryOut;
    private readonly HmacKey _recoveryIn;
    private readonly byte[] _tag = new byte[WireFormat.TagSize];
    private readonly ulong _sessionId;
    private readonly EpochTable _epochs;
    private readonly RateLimit _badTags;
    private readonly RateLimit _likelyBadTags;

    /// <summary>Derives everything from the handshake's key block, which the caller then wipes.</summary>
    public PacketProtection(CryptoProvider crypto, SessionParameters session, byte[] block, int badTagsPerSecond)
    {
        _crypto = crypto;
        Session = session;
        _sessionId = session.SessionId;
        HmacKey root = crypto.CreateHmacKey(block, RecoveryKeyOffset, CryptoProvider.HashSize);
        HmacKey i2r = Derivation.DeriveKey(crypto, root, Labels.RecoveryInitiator);
        HmacKey r2i = Derivation.DeriveKey(crypto, root, Labels.RecoveryResponder);
        root.Wipe();
        _recoveryOut = session.IsInitiator ? i2r : r2i;
        _recoveryIn = session.IsInitiator ? r2i : i2r;
        NextNumber = BigEndian.ReadUInt32(block, session.IsInitiator ? 0 : 4);
        _epochs = new EpochTable(new Epoch(crypto, 0, block, session));
        if (badTagsPerSecond > 0)
        {
            _badTags = new RateLimit(badTagsPerSecond);
            _likelyBadTags = new RateLimit(badTagsPerSecond);
        }
    }

    /// <summary>The session's parameters.</summary>
    public SessionParameters Session { get; }

    /// <summary>The key epochs.</summary>
    public EpochTable Epochs => _epochs;

    /// <summary>The epoch under which the last datagram was opened; null for the recovery key.</summary>
    public Epoch OpenedUnder;

    /// <summary>What the replay window said of the last windowed datagram that was opened.</summary>
    public ReplayVerdict Verdict;

    /// <summary>
    /// Verifies a datagram whose header was read, and decrypts the payload in place where the session encrypts and the datagram is fresh
    /// (14): None, or BadTag, FarSequence or BadTagBudget. <paramref name="likely"/> if it comes from the peer's newest address with the
    /// next numbers (2).
    /// </summary>
    public DropCause Open(Header header, byte[] datagram, int offset, bool likely, long now)
    {
        OpenedUnder = null;
        RateLimit budget = _badTags;
        if (budget != null && !budget.HasRoom(now))
        {
            if (!likely || !_likelyBadTags.HasRoom(now))
            {
                return DropCause.BadTagBudget;
            }

            budget = _likelyBadTags;
        }

        DropCause cause;
        if (header.Type < PacketType.Reset || !header.UsesRecoveryKey)
        {
            cause = OpenUnderEpoch(header, datagram, offset, now);
        }
        else
        {
            cause = Verify(_recoveryIn, datagram, offset, WireFormat.HeaderSize + header.PayloadLength) ? DropCause.None : DropCause.BadTag;
        }

        if (cause == DropCause.BadTag && budget != null)
        {
            budget.TryTake(now);
        }

        return cause;
    }

    /// <summary>
    /// Fills in session id, packet number and tag, encrypts the payload in place where the session does (14), and returns the datagram's
    /// length. <paramref name="epoch"/> null: the recovery key. The header has everything else.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The keystream would repeat: <see cref="NextNumber"/> is below the epoch's <see cref="Epoch.KeystreamNext"/>.
    /// </exception>
    public int Seal(Header header, byte[] datagram, Epoch epoch, long sessionMs)
    {
        header.SessionId = _sessionId;
        header.Sequence = (uint)NextNumber++;
        HmacKey key = _recoveryOut;
        if (epoch != null)
        {
            header.Timestamp = HoldBack((uint)sessionMs, epoch);
            if ((epoch.Number & 1) != 0)
            {
                header.Flags |= PacketFlags.KeyPhase;
            }

            key = epoch.MacOut;
            epoch.Sealed++;
            AesCtrKey cipher = epoch.PayloadOut;
            if (cipher != null && header.IsWindowed)
            {
                Encrypt(header, datagram, epoch, cipher);
            }
        }
        else
        {
            header.Timestamp = HoldBack((uint)sessionMs, _epochs.Current);
        }

        header.Write(datagram, 0);
        int length = WireFormat.HeaderSize + header.PayloadLength;
        key.Compute(datagram, 0, length, datagram, length, WireFormat.TagSize);
        return length + WireFormat.TagSize;
    }

    /// <summary>
    /// 14: this end's counter has moved back, and the next packet number was used with this epoch's keystream. The keystream is given up,
    /// for good; the counter goes on above all numbers used, since the requests that are still sent must have numbers above those served
    /// before (9.4).
    /// </summary>
    internal void GiveUpKeystream(Epoch epoch)
    {
        NextNumber = epoch.KeystreamNext;
        epoch.KeystreamNext = Epoch.KeystreamGivenUp;
    }

    /// <summary>Overwrites every key.</summary>
    public void Wipe()
    {
        _epochs.WipeAll();
        _recoveryOut.Wipe();
        _recoveryIn.Wipe();
    }

    /// <summary>Fault injection: packet numbers go back by so many.</summary>
    internal void SetCountersBack(int numbers)
    {
        NextNumber -= numbers;
    }

    // 14. The packet number is the header's already, and the next one is one above it.
    private void Encrypt(Header header, byte[] datagram, Epoch epoch, AesCtrKey cipher)
    {
        long next = NextNumber;
        if (next <= epoch.KeystreamNext)
        {
            throw new InvalidOperationException("PacketProtection: the keystream would repeat");
        }

        epoch.KeystreamNext = next;
        cipher.AddKeystream(_sessionId, header.Sequence, 0, datagram, WireFormat.HeaderSize, header.PayloadLength);
    }

    // 5.1: timestamps sent never run backwards within an epoch.
    private static uint HoldBack(uint timestamp, Epoch epoch)
    {
        if (epoch.Sealed != 0 && (int)(timestamp - epoch.NewestTimestamp) <= 0)
        {
            return epoch.NewestTimestamp;
        }

        epoch.NewestTimestamp = timestamp;
        return timestamp;
    }

    // 12.1: KEY_PHASE says which epochs to try, the newer of two first.
    private DropCause OpenUnderEpoch(Header header, byte[] datagram, int offset, long now)
    {
        bool far = false;
        bool windowed = header.Type <= PacketType.Heartbeat;
        int length = WireFormat.HeaderSize + header.PayloadLength;
        bool phase = (header.Flags & PacketFlags.KeyPhase) != 0;
        for (int rank = 0; ; rank++)
        {
            Epoch epoch = _epochs.Candidate(phase, rank);
            if (epoch == null)
            {
                return far ? DropCause.FarSequence : DropCause.BadTag;
            }

            ReplayWindow window = epoch.Window;
            if (windowed && window.IsFar(header.Sequence))
            {
                far = true;
                continue;
            }

            if (Verify(epoch.MacIn, datagram, offset, length))
            {
                OpenedUnder = epoch;
                epoch.Opened++;
                if (windowed)
                {
                    ReplayVerdict verdict = window.Accept(header.Sequence, BitConverter.ToUInt16(_tag, 0), now);
                    Verdict = verdict;
                    AesCtrKey cipher = epoch.PayloadIn;
                    if (cipher != null && verdict == ReplayVerdict.Fresh)
                    {
                        cipher.AddKeystream(
                            _sessionId, header.Sequence, 0, datagram, offset + WireFormat.HeaderSize, header.PayloadLength);
                    }
                }

                return DropCause.None;
            }
        }
    }

    private bool Verify(HmacKey key, byte[] datagram, int offset, int length)
    {
        byte[] tag = _tag;
        key.Compute(datagram, offset, length, tag, 0, WireFormat.TagSize);
        return _crypto.FixedTimeEquals(tag, 0, datagram, offset + length, WireFormat.TagSize);
    }
}
