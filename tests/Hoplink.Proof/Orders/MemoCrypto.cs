using Hoplink.Crypto;
using Hoplink.Host;

namespace Hoplink.Proof.Orders;

/// <summary>
/// The platform's crypto, but for what is costly and comes again in run after run: key pairs, agreements and derivations are computed once
/// for each input and remembered, and keys are prepared once. Tags and hashes are computed each time.
/// </summary>
internal sealed class MemoCrypto : CryptoProvider
{
    private readonly Memory _memory;
    private readonly SimRandom _random;
    private readonly PlatformCrypto _platform;

    private MemoCrypto(Memory memory, SimRandom random)
    {
        _memory = memory;
        _random = random;
        _platform = new PlatformCrypto(new Source(random));
    }

    public override void FillRandom(byte[] buffer, int offset, int count) => _random.Fill(buffer.AsSpan(offset, count));

    public override void Sha256(byte[] data, int offset, int count, byte[] output, int outputOffset)
    {
        _platform.Sha256(data, offset, count, output, outputOffset);
    }

    public override HmacKey CreateHmacKey(byte[] key, int offset, int count)
    {
        byte[] input = key.AsSpan(offset, count).ToArray();
        return new Key(_memory.Recall(_memory.Keys, input, () => _platform.CreateHmacKey(key, offset, count)));
    }

    public override AesCtrKey CreateAesCtrKey(byte[] key, int offset)
    {
        byte[] input = key.AsSpan(offset, AesKeySize).ToArray();
        return new CipherKey(_memory.Recall(_memory.CipherKeys, input, () => _platform.CreateAesCtrKey(key, offset)));
    }

    public override void Pbkdf2(
        byte[] password, int passwordOffset, int passwordCount, byte[] salt, int saltOffset, int saltCount,
        int iterations, byte[] output, int outputOffset, int outputCount)
    {
        byte[] input =
        [
            .. password.AsSpan(passwordOffset, passwordCount), .. salt.AsSpan(saltOffset, saltCount),
            (byte)(iterations >> 8), (byte)iterations, (byte)outputCount,
        ];
        byte[] result = _memory.Recall(_memory.Derivations, input, () =>
        {
            byte[] made = new byte[outputCount];
            _platform.Pbkdf2(password, passwordOffset, passwordCount, salt, saltOffset, saltCount, iterations, made, 0, outputCount);
            return made;
        });
        result.CopyTo(output, outputOffset);
    }

    public override KeyPair GenerateKeyPair()
    {
        // The platform would draw again if the candidate were above the order, which one in 2^32 is: here that ends the run.
        byte[] privateKey = _random.Bytes(PrivateKeySize);
        byte[] publicKey = _memory.Recall(
            _memory.KeyPairs, privateKey, () => new PlatformCrypto(new Script(privateKey)).GenerateKeyPair().PublicKey);
        return new KeyPair(privateKey, publicKey);
    }

    public override bool Agree(KeyPair own, byte[] peerPublic, int peerPublicOffset, byte[] secret, int secretOffset)
    {
        byte[] input = new byte[PrivateKeySize + PublicKeySize];
        own.CopyPrivateKey(input, 0);
        peerPublic.AsSpan(peerPublicOffset, PublicKeySize).CopyTo(input.AsSpan(PrivateKeySize));
        byte[] result = _memory.Recall(_memory.Agreements, input, () =>
        {
            byte[] made = new byte[SharedSecretSize];
            return _platform.Agree(own, peerPublic, peerPublicOffset, made, 0) ? made : [];
        });
        result.CopyTo(secret, secretOffset);
        return result.Length > 0;
    }

    /// <summary>What was computed so far. Serves one thread.</summary>
    internal sealed class Memory
    {
        /// <summary>Entries of each kind; it begins anew beyond.</summary>
        private const int Limit = 10_000;

        internal Dictionary<byte[], HmacKey> Keys { get; } = new(ByteComparer.Instance);

        internal Dictionary<byte[], AesCtrKey> CipherKeys { get; } = new(ByteComparer.Instance);

        internal Dictionary<byte[], byte[]> KeyPairs { get; } = new(ByteComparer.Instance);

        internal Dictionary<byte[], byte[]> Agreements { get; } = new(ByteComparer.Instance);

        internal Dictionary<byte[], byte[]> Derivations { get; } = new(ByteComparer.Instance);

        /// <summary>A provider that draws its randomness from a generator.</summary>
        public CryptoProvider Create(SimRandom random) => new MemoCrypto(this, random);

        internal T Recall<T>(Dictionary<byte[], T> results, byte[] input, Func<T> compute)
        {
            if (!results.TryGetValue(input, out T? result))
            {
                result = compute();
                if (results.Count == Limit)
                {
                    results.Clear();
                }

                results.Add(input, result);
            }

            return result;
        }
    }

    /// <summary>A key of one run over the remembered one, which the next run uses again: only this one is wiped.</summary>
    private sealed class Key(HmacKey key) : HmacKey
    {
        private bool _wiped;

        public override void Compute(byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
        {
            ObjectDisposedException.ThrowIf(_wiped, this);
            key.Compute(data, offset, count, output, outputOffset, outputCount);
        }

        public override void Compute(byte[] prefix, byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
        {
            ObjectDisposedException.ThrowIf(_wiped, this);
            key.Compute(prefix, data, offset, count, output, outputOffset, outputCount);
        }

        public override void Wipe() => _wiped = true;
    }

    /// <summary>The same of the cipher.</summary>
    private sealed class CipherKey(AesCtrKey key) : AesCtrKey
    {
        private bool _wiped;

        public override void AddKeystream(ulong nonce, uint number, uint block, byte[] buffer, int offset, int count)
        {
            ObjectDisposedException.ThrowIf(_wiped, this);
            key.AddKeystream(nonce, number, block, buffer, offset, count);
        }

        public override void Wipe() => _wiped = true;
    }

    private sealed class ByteComparer : IEqualityComparer<byte[]>
    {
        public static readonly ByteComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }

    private sealed class Source(SimRandom random) : RandomSource
    {
        public override void Fill(byte[] buffer, int offset, int count) => random.Fill(buffer.AsSpan(offset, count));
    }

    private sealed class Script(byte[] bytes) : RandomSource
    {
        private bool _used;

        public override void Fill(byte[] buffer, int offset, int count)
        {
            if (_used)
            {
                throw new InvalidOperationException("no private key");
            }

            _used = true;
            bytes.AsSpan(0, count).CopyTo(buffer.AsSpan(offset));
        }
    }
}
