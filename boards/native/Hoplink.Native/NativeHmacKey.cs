using System;
using Hoplink.Crypto;

namespace Hoplink.Native
{
    /// <summary>A key of <see cref="NativeCrypto"/>: one block of SHA-256, as HMAC takes it.</summary>
    internal sealed class NativeHmacKey : HmacKey
    {
        internal const int KeySize = 64;

        private readonly byte[] _key = new byte[KeySize];
        private bool _wiped;

        internal NativeHmacKey(byte[] secret, int offset, int count)
        {
            MbedTls.PrepareKey(secret, offset, count, _key);
        }

        /// <inheritdoc/>
        public override void Compute(byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
        {
            CheckNotWiped();
            MbedTls.Hmac(_key, null, data, offset, count, output, outputOffset, outputCount);
        }

        /// <inheritdoc/>
        public override void Compute(
            byte[] prefix, byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
        {
            CheckNotWiped();
            if (prefix == null)
            {
                throw new ArgumentNullException("prefix");
            }

            MbedTls.Hmac(_key, prefix, data, offset, count, output, outputOffset, outputCount);
        }

        /// <inheritdoc/>
        public override void Wipe()
        {
            Array.Clear(_key, 0, _key.Length);
            _wiped = true;
        }

        private void CheckNotWiped()
        {
            if (_wiped)
            {
                // Tags under what is left would be anybody's.
                throw new InvalidOperationException("HmacKey: it was wiped");
            }
        }
    }
}
