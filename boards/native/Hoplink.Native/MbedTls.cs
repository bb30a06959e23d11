using System.Runtime.CompilerServices;

namespace Hoplink.Native
{
    /// <summary>
    /// What the image does in C (boards/native/clr). An image finds these methods by their place in the assembly and a checksum over
    /// their names and types, so a change here goes with one there. Each throws ArgumentNullException for a null array,
    /// ArgumentOutOfRangeException for a range that its array does not hold, ArgumentException for an array or a count of another
    /// size than said, OutOfMemoryException if mbedTLS finds no memory and Exception if it fails otherwise; NotSupportedException
    /// in an image without them. Nothing is written then.
    /// </summary>
    internal static class MbedTls
    {
        /// <summary>Writes the 32 bytes of SHA-256 over the data.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern void Sha256(byte[] data, int offset, int count, byte[] output, int outputOffset);

        /// <summary>Prepares a secret as a key of 64 bytes for HMAC and PBKDF2. Its owner wipes it.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern void PrepareKey(byte[] secret, int offset, int count, byte[] key);

        /// <summary>
        /// Writes the first 1 to 32 bytes of HMAC-SHA256 under a prepared key over the prefix, all of it, and the data. The prefix
        /// may be null.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern void Hmac(
            byte[] key, byte[] prefix, byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount);

        /// <summary>Does some iterations of PBKDF2 on a block: chain, the last HMAC, and sum are 32 bytes each.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern void Iterate(byte[] password, byte[] chain, byte[] sum, int count);

        /// <summary>Compares in a time that depends on the count alone.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern bool FixedTimeEquals(byte[] left, int leftOffset, byte[] right, int rightOffset, int count);

        /// <summary>
        /// Writes the 64 bytes of the public key of a private key of 32 bytes; false unless that is from 1 to n-1.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern bool TryGetPublicKey(byte[] privateKey, byte[] publicKey);

        /// <summary>Writes the 32 bytes that two keys agree on; false unless both are valid.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern bool TryAgree(byte[] privateKey, byte[] peerPublic, int peerPublicOffset, byte[] secret, int secretOffset);

        /// <summary>
        /// Adds the keystream of AES-128 in counter mode, by a key and a first counter block of 16 bytes each. If the cipher fails,
        /// the range is wiped.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern void AddKeystream(byte[] key, byte[] counter, byte[] buffer, int offset, int count);
    }
}
