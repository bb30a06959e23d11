namespace Hoplink.Crypto;

/// <summary>A key prepared for HMAC-SHA256. Made by <see cref="CryptoProvider.CreateHmacKey"/>.</summary>
public abstract class HmacKey
{
    /// <summary>
    /// Writes the first <paramref name="outputCount"/> bytes (1 to 32) of HMAC-SHA256 over <paramref name="count"/> bytes.
    /// <paramref name="output"/> may be <paramref name="data"/> itself, outside the hashed range. Allocates nothing.
    /// </summary>
    public abstract void Compute(byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount);

    /// <summary>The same over <paramref name="prefix"/> (all of it) followed by the data.</summary>
    public abstract void Compute(
        byte[] prefix, byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount);

    /// <summary>Overwrites the key. The object is of no use afterwards.</summary>
    public abstract void Wipe();
}
