using System;
using Hoplink.Crypto;
using Hoplink.Wire;

namespace Hoplink.Keys;

/// <summary>What a <see cref="KeyJob"/> came to.</summary>
public enum KeyJobOutcome : byte
{
    /// <summary>Not run yet.</summary>
    Pending,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>The peer's point is not valid (3.2).</summary>
    InvalidPoint,

    /// <summary>The peer's verification hash is another: nothing was derived (D10).</summary>
    HashMismatch,
}

/// <summary>
/// Work on P-256 that may take seconds on a device. The library hands it out and goes on; the host runs it on any thread and hands
/// it back. It touches nothing but itself.
/// </summary>
public sealed class KeyJob
{
    /// <summary>Bytes of a handshake's key block (3.2).</summary>
    public const int HandshakeBlockSize = 96;

    /// <summary>Bytes of a rekey's key block (3.2).</summary>
    public const int RekeyBlockSize = 64;

    private readonly byte[] _peerPublic;
    private readonly bool _ownIsRequester;
    private readonly byte[] _context;
    private readonly byte[] _mix;
    private readonly byte[] _expectedHash;
    private readonly int _iterations;
    private readonly byte[] _verificationLabel;

    private KeyJob(KeyPair own, byte[] peerPublic, bool ownIsRequester, byte[] context, byte[] mix, byte[] expectedHash, int iterations)
    {
        Own = own;
        _peerPublic = peerPublic;
        _ownIsRequester = ownIsRequester;
        _context = context;
        _mix = mix;
        _expectedHash = expectedHash;
        _iterations = iterations;
        _verificationLabel = mix != null ? Labels.HandshakeVerification : Labels.RekeyVerification;
    }

    /// <summary>What came of it.</summary>
    public KeyJobOutcome Outcome { get; private set; }

    /// <summary>Who asked for it; the library's own affair.</summary>
    internal object Owner { get; set; }

    /// <summary>R: the link whose session asked for it.</summary>
    internal object Context { get; set; }

    /// <summary>The own key pair: given, or made by <see cref="Run"/>.</summary>
    internal KeyPair Own { get; private set; }

    /// <summary>The key block, once done; null for a job that only makes a key pair.</summary>
    internal byte[] Block { get; private set; }

    /// <summary>The verification hash of the shared secret, once done (3.2).</summary>
    internal byte[] VerificationHash { get; private set; }

    /// <summary>True for a job that only makes a key pair.</summary>
    internal bool IsGeneration
    {
        get { return _peerPublic == null; }
    }

    /// <summary>Runs it. May take seconds on a device; <paramref name="crypto"/> must serve no other thread meanwhile.</summary>
    public void Run(CryptoProvider crypto)
    {
        if (Own == null)
        {
            Own = crypto.GenerateKeyPair();
        }

        if (IsGeneration)
        {
            Outcome = KeyJobOutcome.Done;
            return;
        }

        int mixSize = _mix == null ? 0 : _mix.Length;
        byte[] password = new byte[CryptoProvider.SharedSecretSize + mixSize];
        Outcome = Agree(crypto, password);
        Array.Clear(password, 0, password.Length);
    }

    /// <summary>A job that makes a key pair.</summary>
    internal static KeyJob Generate()
    {
        return new KeyJob(null, null, false, null, null, null, 0);
    }

    /// <summary>
    /// The handshake's agreement (3.2). <paramref name="own"/> may be null: then a pair is made first. A requester gives the hash
    /// that it expects.
    /// </summary>
    internal static KeyJob Handshake(
        KeyPair own, byte[] peerPublic, bool ownIsRequester, int keyExchangeId, ulong sessionId, PskKeys psk, byte[] expectedHash, int iterations)
    {
        byte[] context = new byte[10];
        BigEndian.WriteUInt16(context, 0, (ushort)keyExchangeId);
        BigEndian.WriteUInt64(context, 2, sessionId);
        byte[] mix = new byte[CryptoProvider.HashSize];
        psk.CopyMix(mix, 0);
        return new KeyJob(own, Copy(peerPublic), ownIsRequester, context, mix, Copy(expectedHash), iterations);
    }

    /// <summary>A rekey's agreement (3.2, 12).</summary>
    internal static KeyJob Rekey(
        KeyPair own, byte[] peerPublic, bool ownIsRequester, ulong sessionId, byte[] expectedHash, int iterations)
    {
        byte[] context = new byte[8 + Labels.RekeyContext.Length];
        BigEndian.WriteUInt64(context, 0, sessionId);
        Array.Copy(Labels.RekeyContext, 0, context, 8, Labels.RekeyContext.Length);
        return new KeyJob(own, Copy(peerPublic), ownIsRequester, context, null, Copy(expectedHash), iterations);
    }

    /// <summary>Hands out the own key pair, which the caller then owns.</summary>
    internal KeyPair TakeKeyPair()
    {
        KeyPair pair = Own;
        Own = null;
        return pair;
    }

    /// <summary>Overwrites every secret it holds.</summary>
    internal void Wipe()
    {
        if (Own != null)
        {
            Own.Wipe();
        }

        Clear(Block);
        Clear(_mix);
    }

    private static byte[] Copy(byte[] source)
    {
        if (source == null)
        {
            return null;
        }

        byte[] copy = new byte[source.Length];
        Array.Copy(source, copy, copy.Length);
        return copy;
    }

    private static void Clear(byte[] secret)
    {
        if (secret != null)
        {
            Array.Clear(secret, 0, secret.Length);
        }
    }

    private KeyJobOutcome Agree(CryptoProvider crypto, byte[] password)
    {
        if (!crypto.Agree(Own, _peerPublic, 0, password, 0))
        {
            return KeyJobOutcome.InvalidPoint;
        }

        VerificationHash = new byte[CryptoProvider.HashSize];
        Derivation.HashWithLabel(crypto, password, CryptoProvider.SharedSecretSize, _verificationLabel, VerificationHash, 0);
        if (_expectedHash != null && !crypto.FixedTimeEquals(_expectedHash, 0, VerificationHash, 0, VerificationHash.Length))
        {
            // D10: verified before anything is derived.
            return KeyJobOutcome.HashMismatch;
        }

        int size = RekeyBlockSize;
        if (_mix != null)
        {
            size = HandshakeBlockSize;
            Array.Copy(_mix, 0, password, CryptoProvider.SharedSecretSize, _mix.Length);
        }

        byte[] salt = MakeSalt(crypto);
        Block = new byte[size];
        crypto.Pbkdf2(password, 0, password.Length, salt, 0, salt.Length, _iterations, Block, 0, size);
        return KeyJobOutcome.Done;
    }

    // 3.2: salt = SHA-256(requester_public || answerer_public || context || "ecdh_salt_v1")
    private byte[] MakeSalt(CryptoProvider crypto)
    {
        const int KeySize = CryptoProvider.PublicKeySize;
        byte[] requester = _ownIsRequester ? Own.PublicKey : _peerPublic;
        byte[] answerer = _ownIsRequester ? _peerPublic : Own.PublicKey;
        byte[] joined = new byte[(2 * KeySize) + _context.Length];
        Array.Copy(requester, 0, joined, 0, KeySize);
        Array.Copy(answerer, 0, joined, KeySize, KeySize);
        Array.Copy(_context, 0, joined, 2 * KeySize, _context.Length);
        byte[] salt = new byte[CryptoProvider.HashSize];
        Derivation.HashWithLabel(crypto, joined, joined.Length, Labels.EcdhSalt, salt, 0);
        return salt;
    }
}
