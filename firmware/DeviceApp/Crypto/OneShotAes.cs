namespace Hoplink.Device.Crypto;

/// <summary>AES-128 as a board's native library has it: whole arrays in, a new array out, no key kept from one call to the next.</summary>
public abstract class OneShotAes
{
    /// <summary>
    /// Each block of 16 bytes encrypted by itself (ECB), in a new array, which is the caller's; neither argument is kept or changed.
    /// </summary>
    public abstract byte[] Encrypt(byte[] key, byte[] blocks);
}
