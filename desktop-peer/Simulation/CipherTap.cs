using Hoplink.Crypto;

namespace Hoplink.Simulation;

/// <summary>
/// Another provider's crypto, which remembers what the library had its cipher do last: what it sent is seen, not what it should have.
/// </summary>
internal sealed class CipherTap(CryptoProvider inner) : CryptoProvider
{
    // Two blocks: two keystreams that begin alike are one.
    private const int LeastKeystream = 32;

    private byte[]? _keystream;

    /// <summary>The keystream that was added last, two blocks at least; null if none was since this was asked.</summary>
    public byte[]? TakeKeystream()
    {
        byte[]? taken = _keystream;
        _keystream = null;
        return taken;
    }

    public override void FillRandom(byte[] buffer, int offset, int count) => inner.FillRandom(buffer, offset, count);

    public override void Sha256(byte[] data, int offset, int count, byte[] output, int outputOffset)
    {
        inner.Sha256(data, offset, count, output, outputOffset);
    }

    public override HmacKey CreateHmacKey(byte[] key, int offset, int count) => inner.CreateHmacKey(key, offset, count);

    public override AesCtrKey CreateAesCtrKey(byte[] key, int offset) => new Key(this, inner.CreateAesCtrKey(key, offset));

    public override void Pbkdf2(
        byte[] password, int passwordOffset, int passwordCount, byte[] salt, int saltOffset, int saltCount,
        int iterations, byte[] output, int outputOffset, int outputCount)
    {
        inner.Pbkdf2(password, passwordOffset, passwordCount, salt, saltOffset, saltCount, iterations, output, outputOffset, outputCount);
    }

    public override KeyPair GenerateKeyPair() => inner.GenerateKeyPair();

    public override bool Agree(KeyPair own, byte[] peerPublic, int peerPublicOffset, byte[] secret, int secretOffset)
    {
        return inner.Agree(own, peerPublic, peerPublicOffset, secret, secretOffset);
    }

    public override bool FixedTimeEquals(byte[] left, int leftOffset, byte[] right, int rightOffset, int count)
    {
        return inner.FixedTimeEquals(left, leftOffset, right, rightOffset, count);
    }

    private sealed class Key(CipherTap tap, AesCtrKey inner) : AesCtrKey
    {
        public override void AddKeystream(ulong nonce, uint number, uint block, byte[] buffer, int offset, int count)
        {
            byte[] keystream = new byte[Math.Max(count, LeastKeystream)];
            inner.AddKeystream(nonce, number, block, keystream, 0, keystream.Length);
            tap._keystream = keystream;
            inner.AddKeystream(nonce, number, block, buffer, offset, count);
        }

        public override void Wipe() => inner.Wipe();
    }
}
