using Hoplink.Benchmarks.Counting;
using Hoplink.Crypto;

namespace Hoplink.Benchmarks.Measures;

/// <summary>Instructions of the primitives. To be run in a <see cref="CountedLibrary"/>.</summary>
internal static class CryptoCounts
{
    private const int Seed = 1;

    /// <summary>One run of SHA-256's compression function.</summary>
    internal static long Compression(uint[] words)
    {
        uint[] state = new uint[Sha256Block.StateCount];
        return InstructionMeter.Count(() => Sha256Block.Compress(state, words));
    }

    /// <summary>One HMAC under a key whose state is cached, cut to the 16 bytes of a tag.</summary>
    internal static long Hmac(byte[] key, byte[] data)
    {
        HmacKey hmac = new ManagedCrypto(new SeededRandom(Seed)).CreateHmacKey(key, 0, key.Length);
        byte[] tag = new byte[16];
        return InstructionMeter.Count(() => hmac.Compute(data, 0, data.Length, tag, 0, tag.Length));
    }

    /// <summary>The schedule of a key for AES-128.</summary>
    internal static long AesKeySchedule(byte[] key)
    {
        var crypto = new ManagedCrypto(new SeededRandom(Seed));
        return InstructionMeter.Count(() => crypto.CreateAesCtrKey(key, 0));
    }

    /// <summary>AES-128 in counter mode over so much data, from block 0 on.</summary>
    internal static long AesCtr(byte[] key, ulong nonce, byte[] data)
    {
        AesCtrKey ctr = new ManagedCrypto(new SeededRandom(Seed)).CreateAesCtrKey(key, 0);
        return InstructionMeter.Count(() => ctr.AddKeystream(nonce, (uint)nonce, 0, data, 0, data.Length));
    }

    /// <summary>The preparation of a key for HMAC.</summary>
    internal static long HmacKeySetup(byte[] key)
    {
        var crypto = new ManagedCrypto(new SeededRandom(Seed));
        return InstructionMeter.Count(() => crypto.CreateHmacKey(key, 0, key.Length));
    }

    /// <summary>So many doublings of a point.</summary>
    internal static long Doublings(int times)
    {
        long[] x = MakeOne();
        long[] y = MakeOne();
        long[] z = MakeOne();
        return InstructionMeter.Count(() => P256Doubling.Run(x, y, z, times));
    }

    /// <summary>One inversion.</summary>
    internal static long Inversion()
    {
        long[] one = MakeOne();
        return InstructionMeter.Count(() => P256Inverse.Run(one, one));
    }

    /// <summary>The generation of a key pair with each of these private keys.</summary>
    internal static long[] KeyGenerations(byte[][] privateKeys)
    {
        return Array.ConvertAll(privateKeys, key =>
        {
            var crypto = new ManagedCrypto(new SeededRandom(Seed, key));
            return InstructionMeter.Count(() => crypto.GenerateKeyPair());
        });
    }

    /// <summary>The agreement of each of these private keys with one peer.</summary>
    internal static long[] Agreements(byte[][] privateKeys)
    {
        var crypto = new ManagedCrypto(new SeededRandom(Seed));
        byte[] peer = crypto.GenerateKeyPair().PublicKey;
        byte[] secret = new byte[CryptoProvider.SharedSecretSize];
        return Array.ConvertAll(privateKeys, key =>
        {
            var own = new KeyPair(key, new byte[CryptoProvider.PublicKeySize]);
            bool agreed = false;
            long count = InstructionMeter.Count(() => agreed = crypto.Agree(own, peer, 0, secret, 0));
            return agreed ? count : throw new InvalidOperationException("the keys do not agree");
        });
    }

    /// <summary>The comparison of a tag with itself, then with one that differs in each of its bytes.</summary>
    internal static long[] Comparisons(byte[] tag)
    {
        var crypto = new ManagedCrypto(new SeededRandom(Seed));
        long[] counts = new long[tag.Length + 1];
        for (int i = 0; i < counts.Length; i++)
        {
            byte[] other = [.. tag];
            if (i > 0)
            {
                other[i - 1] ^= 1;
            }

            bool equal = false;
            counts[i] = InstructionMeter.Count(() => equal = crypto.FixedTimeEquals(tag, 0, other, 0, tag.Length));
            if (equal != (i == 0))
            {
                throw new InvalidOperationException("FixedTimeEquals is wrong");
            }
        }

        return counts;
    }

    private static long[] MakeOne()
    {
        long[] limbs = new long[P256Field.LimbCount];
        limbs[0] = 1;
        return limbs;
    }
}
