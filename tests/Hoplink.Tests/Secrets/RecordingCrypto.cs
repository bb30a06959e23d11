using Hoplink.Crypto;

namespace Hoplink.Tests.Secrets;

/// <summary>A provider that puts every secret which passes through it into a log.</summary>
internal sealed class RecordingCrypto(CryptoProvider inner, SecretLog log) : CryptoProvider
{
    internal CryptoProvider Inner => inner;

    public override void FillRandom(byte[] buffer, int offset, int count) => inner.FillRandom(buffer, offset, count);

    public override void Sha256(byte[] data, int offset, int count, byte[] output, int outputOffset)
    {
        inner.Sha256(data, offset, count, output, outputOffset);
    }

    public override HmacKey CreateHmacKey(byte[] key, int offset, int count)
    {
        HmacKey made = inner.CreateHmacKey(key, offset, count);
        log.OnHmacKey(key.AsSpan(offset, count), made);
        return made;
    }

    public override AesCtrKey CreateAesCtrKey(byte[] key, int offset)
    {
        AesCtrKey made = inner.CreateAesCtrKey(key, offset);
        log.OnCipherKey(key.AsSpan(offset, AesKeySize), made);
        return made;
    }

    public override void Pbkdf2(
        byte[] password, int passwordOffset, int passwordCount, byte[] salt, int saltOffset, int saltCount,
        int iterations, byte[] output, int outputOffset, int outputCount)
    {
        inner.Pbkdf2(
            password, passwordOffset, passwordCount, salt, saltOffset, saltCount, iterations, output, outputOffset, outputCount);
        log.OnKeyBlock(password.AsSpan(passwordOffset, SharedSecretSize), output.AsSpan(outputOffset, outputCount));
    }

    public override KeyPair GenerateKeyPair()
    {
        KeyPair pair = inner.GenerateKeyPair();
        byte[] privateKey = new byte[PrivateKeySize];
        pair.CopyPrivateKey(privateKey, 0);
        log.PrivateKeys.Add(new Secret("private key", privateKey));
        return pair;
    }

    public override bool Agree(KeyPair own, byte[] peerPublic, int peerPublicOffset, byte[] secret, int secretOffset)
    {
        bool agreed = inner.Agree(own, peerPublic, peerPublicOffset, secret, secretOffset);
        byte[] privateKey = new byte[PrivateKeySize];
        own.CopyPrivateKey(privateKey, 0);
        log.OnAgreement(privateKey, secret.AsSpan(secretOffset, SharedSecretSize));
        return agreed;
    }
}
