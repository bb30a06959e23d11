using System;
using Hoplink.Crypto;

namespace Hoplink.Native
{
    /// <summary>
    /// The primitives by the firmware's own mbedTLS, for an image that was built with boards/native. Wrong arguments throw
    /// ArgumentException, or one derived from it, which does not name the argument where it comes from the image.
    /// </summary>
    public sealed class NativeCrypto : CryptoProvider
    {
        /// <summary>
        /// Iterations of PBKDF2 that an image does in one go. Nothing else runs meanwhile, no other thread and no timer. By what software
        /// hashes on an ESP32 these take some 10 ms, half the time slice of a thread; it was not measured.
        /// </summary>
        private const int IterationsInOneGo = 128;

        private const int BlockNumberSize = 4;

        private readonly RandomSource _random;

        private NativeCrypto(RandomSource random)
        {
            _random = random;
        }

        /// <summary>
        /// The provider, or null if the image has no native part for this assembly, or one that fails or gives wrong hashes. Draws its
        /// randomness from <paramref name="random"/>.
        /// </summary>
        /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
        public static CryptoProvider TryCreate(RandomSource random)
        {
            if (random == null)
            {
                throw new ArgumentNullException("random");
            }

            byte[] message = new byte[3];
            message[0] = (byte)'a';
            message[1] = (byte)'b';
            message[2] = (byte)'c';
            byte[] hash = new byte[HashSize];
            try
            {
                MbedTls.Sha256(message, 0, message.Length, hash, 0);
            }
            catch (Exception)
            {
                // A NotSupportedException without a native part; a part that fails otherwise is as little use.
                return null;
            }

            // FIPS 180-4's example begins and ends like this.
            bool correct = hash[0] == 0xba && hash[1] == 0x78 && hash[30] == 0x15 && hash[31] == 0xad;
            return correct ? new NativeCrypto(random) : null;
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
            MbedTls.Sha256(data, offset, count, output, outputOffset);
        }

        /// <inheritdoc/>
        public override HmacKey CreateHmacKey(byte[] key, int offset, int count)
        {
            return new NativeHmacKey(key, offset, count);
        }

        /// <inheritdoc/>
        public override AesCtrKey CreateAesCtrKey(byte[] key, int offset)
        {
            ArgumentRange.Check(key, offset, AesKeySize, "key");
            return new NativeAesCtrKey(key, offset);
        }

        /// <inheritdoc/>
        public override void Pbkdf2(
            byte[] password, int passwordOffset, int passwordCount, byte[] salt, int saltOffset, int saltCount,
            int iterations, byte[] output, int outputOffset, int outputCount)
        {
            ArgumentRange.Check(salt, saltOffset, saltCount, "salt");
            ArgumentRange.Check(output, outputOffset, outputCount, "output");
            if (iterations < 1)
            {
                throw new ArgumentException("iterations: 1 or more");
            }

            byte[] key = new byte[NativeHmacKey.KeySize];
            byte[] chain = new byte[HashSize];
            byte[] sum = new byte[HashSize];
            byte[] message = new byte[saltCount + BlockNumberSize];
            Array.Copy(salt, saltOffset, message, 0, saltCount);
            try
            {
                MbedTls.PrepareKey(password, passwordOffset, passwordCount, key);
                for (int block = 1; outputCount > 0; block++)
                {
                    WriteNumber(message, saltCount, block);
                    MbedTls.Hmac(key, null, message, 0, message.Length, chain, 0, HashSize);
                    Array.Copy(chain, 0, sum, 0, HashSize);
                    Iterate(key, chain, sum, iterations - 1);
                    int taken = outputCount < HashSize ? outputCount : HashSize;
                    Array.Copy(sum, 0, output, outputOffset, taken);
                    outputOffset += taken;
                    outputCount -= taken;
                }
            }
            finally
            {
                Array.Clear(key, 0, key.Length);
                Array.Clear(chain, 0, chain.Length);
                Array.Clear(sum, 0, sum.Length);
            }
        }

        /// <inheritdoc/>
        public override KeyPair GenerateKeyPair()
        {
            byte[] privateKey = new byte[PrivateKeySize];
            byte[] publicKey = new byte[PublicKeySize];
            try
            {
                do
                {
                    _random.Fill(privateKey, 0, privateKey.Length);
                }
                while (!MbedTls.TryGetPublicKey(privateKey, publicKey));

                return new KeyPair(privateKey, publicKey);
            }
            finally
            {
                Array.Clear(privateKey, 0, privateKey.Length);
            }
        }

        /// <inheritdoc/>
        public override bool Agree(KeyPair own, byte[] peerPublic, int peerPublicOffset, byte[] secret, int secretOffset)
        {
            if (own == null)
            {
                throw new ArgumentNullException("own");
            }

            byte[] privateKey = new byte[PrivateKeySize];
            try
            {
                own.CopyPrivateKey(privateKey, 0);
                return MbedTls.TryAgree(privateKey, peerPublic, peerPublicOffset, secret, secretOffset);
            }
            finally
            {
                Array.Clear(privateKey, 0, privateKey.Length);
            }
        }

        /// <inheritdoc/>
        public override bool FixedTimeEquals(byte[] left, int leftOffset, byte[] right, int rightOffset, int count)
        {
            return MbedTls.FixedTimeEquals(left, leftOffset, right, rightOffset, count);
        }

        /// <summary>In slices, so that other threads get their turn in between.</summary>
        private static void Iterate(byte[] key, byte[] chain, byte[] sum, int count)
        {
            while (count > 0)
            {
                int slice = count < IterationsInOneGo ? count : IterationsInOneGo;
                MbedTls.Iterate(key, chain, sum, slice);
                count -= slice;
            }
        }

        private static void WriteNumber(byte[] buffer, int offset, int value)
        {
            buffer[offset] = (byte)(value >> 24);
            buffer[offset + 1] = (byte)(value >> 16);
            buffer[offset + 2] = (byte)(value >> 8);
            buffer[offset + 3] = (byte)value;
        }
    }
}
