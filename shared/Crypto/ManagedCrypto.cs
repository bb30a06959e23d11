using System;

namespace Hoplink.Crypto;

/// <summary>
/// The primitives in managed code, for a platform that offers none: constant in time and in the addresses it touches where secrets are
/// concerned, and leaving none of them behind.
/// </summary>
public sealed class ManagedCrypto : CryptoProvider
{
    private readonly RandomSource _random;
    private readonly Sha256 _hash = new Sha256();
    private readonly ulong[] _cipherState = new ulong[AesRounds.StateCount];

    /// <summary>Draws its randomness from <paramref name="random"/>.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    public ManagedCrypto(RandomSource random)
    {
        if (random == null)
        {
            throw new ArgumentNullException("random");
        }

        _random = random;
    }

    /// <inheritdoc/>
    public override void FillRandom(byte[] buffer, int offset, int count)
    {
        ArgumentRange.Check(buffer, offset, count, "buffer");
        _random.Fill(buffer, offset, count);
    }

    /// <inheritdoc/>
    public override void Sha256(byte[] data, int offset, int count, byte[] output, int outputOffset)
    {
        ArgumentRange.Check(data, offset, count, "data");
        ArgumentRange.Check(output, outputOffset, HashSize, "output");
        _hash.Begin();
        _hash.Update(data, offset, count);
        _hash.Finish();
        _hash.Write(output, outputOffset, HashSize);

        // Secrets are hashed as well, and hashes may be secrets.
        _hash.Wipe();
    }

    /// <inheritdoc/>
    public override HmacKey CreateHmacKey(byte[] key, int offset, int count)
    {
        ArgumentRange.Check(key, offset, count, "key");
        return new ManagedHmacKey(_hash, key, offset, count);
    }

    /// <inheritdoc/>
    public override AesCtrKey CreateAesCtrKey(byte[] key, int offset)
    {
        ArgumentRange.Check(key, offset, AesKeySize, "key");
        return new ManagedAesCtrKey(_cipherState, key, offset);
    }

    /// <inheritdoc/>
    public override void Pbkdf2(
        byte[] password, int passwordOffset, int passwordCount, byte[] salt, int saltOffset, int saltCount,
        int iterations, byte[] output, int outputOffset, int outputCount)
    {
        ArgumentRange.Check(password, passwordOffset, passwordCount, "password");
        ArgumentRange.Check(salt, saltOffset, saltCount, "salt");
        ArgumentRange.Check(output, outputOffset, outputCount, "output");
        if (iterations < 1)
        {
            throw new ArgumentException("iterations: 1 or more");
        }

        ManagedHmacKey key = new ManagedHmacKey(_hash, password, passwordOffset, passwordCount);
        Crypto.Pbkdf2.Derive(key, salt, saltOffset, saltCount, iterations, output, outputOffset, outputCount);
        key.Wipe();
    }

    /// <inheritdoc/>
    public override KeyPair GenerateKeyPair()
    {
        byte[] privateKey = new byte[PrivateKeySize];
        byte[] publicKey = new byte[PublicKeySize];
        P256Scalar scalar = new P256Scalar();
        do
        {
            _random.Fill(privateKey, 0, privateKey.Length);
        }
        while (!scalar.TryRead(privateKey, 0));

        P256Point point = new P256Point();
        point.MultiplyBase(scalar);
        point.WriteAffine(publicKey, 0, publicKey, PublicKeySize / 2, scalar.NegativeMask);
        KeyPair pair = new KeyPair(privateKey, publicKey);
        point.Wipe();
        scalar.Wipe();
        Array.Clear(privateKey, 0, privateKey.Length);
        return pair;
    }

    /// <inheritdoc/>
    public override bool Agree(KeyPair own, byte[] peerPublic, int peerPublicOffset, byte[] secret, int secretOffset)
    {
        if (own == null)
        {
            throw new ArgumentNullException("own");
        }

        ArgumentRange.Check(peerPublic, peerPublicOffset, PublicKeySize, "peerPublic");
        ArgumentRange.Check(secret, secretOffset, SharedSecretSize, "secret");
        P256OddMultiples multiples = new P256OddMultiples();
        if (!multiples.TryMake(peerPublic, peerPublicOffset))
        {
            return false;
        }

        // What the table was made in is 3 KB on a device, and the multiplication needs room.
        ulong[] table = multiples.Table;
        multiples = null;
        byte[] privateKey = new byte[PrivateKeySize];
        own.CopyPrivateKey(privateKey, 0);
        P256Scalar scalar = new P256Scalar();
        bool valid = scalar.TryRead(privateKey, 0);
        if (valid)
        {
            // The order of the curve is a prime: a point of it times 1..n-1 is never the identity.
            P256Point point = new P256Point();
            point.MultiplyTable(table, scalar);
            point.WriteAffine(secret, secretOffset, null, 0, 0);
            point.Wipe();
        }

        scalar.Wipe();
        Array.Clear(privateKey, 0, privateKey.Length);
        return valid;
    }
}
