namespace Hoplink.Device.Crypto;

/// <summary>
/// HMAC-SHA256 as a board's native library has it: whole arrays in, a new array out, no key kept from one call to the next.
/// </summary>
public abstract class OneShotHmac
{
    /// <summary>The 32 bytes of HMAC-SHA256 in a new array, which is the caller's; neither argument is kept or changed.</summary>
    public abstract byte[] Compute(byte[] key, byte[] data);
}
