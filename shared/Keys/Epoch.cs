using System;
using Hoplink.Crypto;
using Hoplink.Delivery;
using Hoplink.Hopping;
using Hoplink.Parameters;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Keys;

/// <summary>One key epoch: its working keys, its hop schedule and its replay window (2, 3.2, 12.5).</summary>
public sealed class Epoch
{
    /// <summary>Above all packet numbers.</summary>
    internal const long KeystreamGivenUp = long.MaxValue;

    private const int SessionKeyOffset = 12;
    private const int HopSeedOffset = 44;
    private const int HopPhaseOffset = 48;
    private const int HopPhaseModulus = 500;

    // Fields and not properties: every datagram counts them.

    /// <summary>Datagrams sealed under it.</summary>
    internal long Sealed;

    /// <summary>Datagrams verified under it.</summary>
    internal long Opened;

    /// <summary>The newest timestamp sent under it, ms: timestamps do not run backwards within an epoch (5.1).</summary>
    internal uint NewestTimestamp;

    /// <summary>
    /// Encryption (14): no packet number below this may be used with the keystream any more. Below all numbers before the first use, and
    /// without encryption; <see cref="KeystreamGivenUp"/> once this end encrypts nothing more under it.
    /// </summary>
    internal long KeystreamNext = long.MinValue;

    /// <summary>Encrypts what is sent and decrypts what arrives; null in a session without encryption (14).</summary>
    internal readonly AesCtrKey PayloadOut;

    /// <summary>See <see cref="PayloadOut"/>.</summary>
    internal readonly AesCtrKey PayloadIn;

    private readonly HmacKey _sessionKey;

    /// <summary>Derives the working keys from a key block, which the caller then wipes.</summary>
    public Epoch(CryptoProvider crypto, uint number, byte[] block, SessionParameters session)
    {
        bool initiator = session.IsInitiator;
        Number = number;
        _sessionKey = crypto.CreateHmacKey(block, SessionKeyOffset, CryptoProvider.HashSize);
        HmacKey i2r = Derivation.DeriveKey(crypto, _sessionKey, Labels.MacInitiator);
        HmacKey r2i = Derivation.DeriveKey(crypto, _sessionKey, Labels.MacResponder);
        MacOut = initiator ? i2r : r2i;
        MacIn = initiator ? r2i : i2r;

        if (session.IsEncrypted)
        {
            AesCtrKey payloadI2r = Derivation.DeriveCipherKey(crypto, _sessionKey, Labels.PayloadInitiator);
            AesCtrKey payloadR2i = Derivation.DeriveCipherKey(crypto, _sessionKey, Labels.PayloadResponder);
            PayloadOut = initiator ? payloadI2r : payloadR2i;
            PayloadIn = initiator ? payloadR2i : payloadI2r;
        }

        byte[] label = new byte[Labels.Hop.Length + 4];
        Array.Copy(Labels.Hop, 0, label, 0, Labels.Hop.Length);
        Array.Copy(block, HopSeedOffset, label, Labels.Hop.Length, 4);
        HmacKey hopKey = Derivation.DeriveKey(crypto, _sessionKey, label);
        Array.Clear(label, 0, label.Length);
        int phase = BigEndian.ReadUInt16(block, HopPhaseOffset) % HopPhaseModulus;
        Hops = new HopSchedule(hopKey, phase, session.HopFirst, session.HopCount);
        Window = new ReplayWindow();
    }

    /// <summary>Counted from 0 (12).</summary>
    public readonly uint Number;

    /// <summary>Its replay window; it starts at the first valid datagram.</summary>
    public readonly ReplayWindow Window;

    /// <summary>Its ports (12.5).</summary>
    public readonly HopSchedule Hops;

    /// <summary>Until when it is accepted, us; <see cref="TimerTable.Never"/> unless it is retiring.</summary>
    public long RetiresAt { get; internal set; } = TimerTable.Never;

    /// <summary>Verifies what arrives.</summary>
    internal HmacKey MacIn;

    /// <summary>Seals what is sent.</summary>
    internal HmacKey MacOut;

    /// <summary>A repair's confirmation (11): 8 bytes.</summary>
    public void ConfirmRepair(uint nonce, uint current, ulong sessionId, byte[] output, int outputOffset)
    {
        byte[] input = new byte[16 + Labels.RepairConfirmation.Length];
        BigEndian.WriteUInt32(input, 0, nonce);
        BigEndian.WriteUInt32(input, 4, current);
        BigEndian.WriteUInt64(input, 8, sessionId);
        Array.Copy(Labels.RepairConfirmation, 0, input, 16, Labels.RepairConfirmation.Length);
        _sessionKey.Compute(input, 0, input.Length, output, outputOffset, 8);
    }

    /// <summary>Overwrites every key.</summary>
    public void Wipe()
    {
        _sessionKey.Wipe();
        MacIn.Wipe();
        MacOut.Wipe();
        Hops.Wipe();
        if (PayloadOut != null)
        {
            PayloadOut.Wipe();
            PayloadIn.Wipe();
        }
    }

    /// <summary>Fault injection: both directions' keys become others, as if the ends had derived different ones.</summary>
    internal void Damage(CryptoProvider crypto)
    {
        byte[] noise = new byte[CryptoProvider.HashSize];
        crypto.FillRandom(noise, 0, noise.Length);
        MacIn.Wipe();
        MacIn = crypto.CreateHmacKey(noise, 0, noise.Length);
        crypto.FillRandom(noise, 0, noise.Length);
        MacOut.Wipe();
        MacOut = crypto.CreateHmacKey(noise, 0, noise.Length);
    }
}
