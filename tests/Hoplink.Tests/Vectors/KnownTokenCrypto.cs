using Hoplink.Crypto;

namespace Hoplink.Tests.Vectors;

/// <summary>
/// The primitives of another implementation, but that HMAC under one key always gives the same bytes: the vectors name a reset token, not
/// the secret that it comes from.
/// </summary>
internal sealed class KnownTokenCrypto(CryptoProvider inner, byte[] secret, byte[] token) : CryptoProvider
{
    public override void FillRandom(byte[] buffer, int offset, int count) => inner.FillRandom(buffer, offset, count);

    public override void Sha256(byte[] data, int offset, int count, byte[] output, int outputOffset)
    {
        inner.Sha256(data, offset, count, output, outputOffset);
    }

    public override HmacKey CreateHmacKey(byte[] key, int offset, int count)
    {
        return key.AsSpan(offset, count).SequenceEqual(secret) ? new KnownKey(token) : inner.CreateHmacKey(key, offset, count);
    }

    public override AesCtrKey CreateAesCtrKey(byte[] key, int offset) => inner.CreateAesCtrKey(key, offset);

    public override void Pbkdf2(
        byte[] password, int passwordOffset, int passwordCount, byte[] salt, int saltOffset, int saltCount,
        int iterations, byte[] output, int outputOffset, int outputCount)
    {
        inner.Pbkdf2(
            password, passwordOffset, passwordCount, salt, saltOffset, saltCount, iterations, output, outputOffset, outputCount);
    }

    public override KeyPair GenerateKeyPair() => inner.GenerateKeyPair();

    public override bool Agree(KeyPair own, byte[] peerPublic, int peerPublicOffset, byte[] secret, int secretOffset)
    {
        return inner.Agree(own, peerPublic, peerPublicOffset, secret, secretOffset);
    }

    private sealed class KnownKey(byte[] token) : HmacKey
    {
        public override void Compute(byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
        {
            Array.Copy(token, 0, output, outputOffset, outputCount);
        }

        public override void Compute(
            byte[] prefix, byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
        {
            Array.Copy(token, 0, output, outputOffset, outputCount);
        }

        public override void Wipe()
        {
        }
    }
}
