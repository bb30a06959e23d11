using System;
using Hoplink.Crypto;

namespace Hoplink.Native
{
    /// <summary>A key of <see cref="NativeCrypto"/> for AES-128 in counter mode.</summary>
    internal sealed class NativeAesCtrKey : AesCtrKey
    {
        private const int BlockSize = 16;

        private readonly byte[] _key = new byte[BlockSize];
        private readonly byte[] _counter = new byte[BlockSize];
        private bool _wiped;

        internal NativeAesCtrKey(byte[] key, int offset)
        {
            Array.Copy(key, offset, _key, 0, BlockSize);
        }

        /// <inheritdoc/>
        public override void AddKeystream(ulong nonce, uint number, uint block, byte[] buffer, int offset, int count)
        {
            if (_wiped)
            {
                // A keystream under what is left would be anybody's.
                throw new InvalidOperationException("AesCtrKey: it was wiped");
            }

            Write(0, (uint)(nonce >> 32));
            Write(4, (uint)nonce);
            Write(8, number);
            Write(12, block);
            MbedTls.AddKeystream(_key, _counter, buffer, offset, count);
        }

        /// <inheritdoc/>
        public override void Wipe()
        {
            Array.Clear(_key, 0, BlockSize);
            _wiped = true;
        }

        private void Write(int offset, uint value)
        {
            _counter[offset] = (byte)(value >> 24);
            _counter[offset + 1] = (byte)(value >> 16);
            _counter[offset + 2] = (byte)(value >> 8);
            _counter[offset + 3] = (byte)value;
        }
    }
}
