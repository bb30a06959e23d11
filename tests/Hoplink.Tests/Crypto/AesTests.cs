using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using Hoplink.Crypto;

namespace Hoplink.Tests.Crypto;

/// <summary>AES-128 in counter mode, of every provider.</summary>
public class AesTests
{
    private const string KeyOfSp800 = "2b7e151628aed2a6abf7158809cf4f3c";

    public static TheoryData<string> Names => Providers.Names;

    // SP 800-38A, F.5.1 and F.5.2, CTR-AES128: whole, and from each block on, cut within one.
    [Theory]
    [MemberData(nameof(Names))]
    public void Counter_mode_gives_the_published_ciphertext_and_plaintext(string name)
    {
        const ulong Nonce = 0xf0f1f2f3f4f5f6f7;
        const uint Number = 0xf8f9fafb;
        const uint Block = 0xfcfdfeff;
        byte[] plain = Convert.FromHexString(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
            + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
        byte[] cipher = Convert.FromHexString(
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
            + "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee");
        AesCtrKey key = Providers.Create(name).CreateAesCtrKey(Convert.FromHexString(KeyOfSp800), 0);
        for (int block = 0; block < 4; block++)
        {
            for (int count = 0; count <= 64 - (16 * block); count++)
            {
                byte[] expected = [.. plain];
                Array.Copy(cipher, 16 * block, expected, 16 * block, count);
                byte[] buffer = [.. plain];
                key.AddKeystream(Nonce, Number, Block + (uint)block, buffer, 16 * block, count);
                Assert.Equal(expected, buffer);
                key.AddKeystream(Nonce, Number, Block + (uint)block, buffer, 16 * block, count);
                Assert.Equal(plain, buffer);
            }
        }
    }

    // FIPS 197, appendix B and C.1, and SP 800-38A, F.1.1: a counter block over zeros is the cipher itself.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_block_gives_the_published_ciphertext(string name)
    {
        (string Key, string Plain, string Cipher)[] vectors =
        [
            (KeyOfSp800, "3243f6a8885a308d313198a2e0370734", "3925841d02dc09fbdc118597196a0b32"),
            ("000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "69c4e0d86a7b0430d8cdb78070b4c55a"),
            (KeyOfSp800, "6bc1bee22e409f96e93d7e117393172a", "3ad77bb40d7a3660a89ecaf32466ef97"),
            (KeyOfSp800, "ae2d8a571e03ac9c9eb76fac45af8e51", "f5d3d58503b9699de785895a96fdbaaf"),
            (KeyOfSp800, "30c81c46a35ce411e5fbc1191a0a52ef", "43b1cd7f598ece23881b00e3ed030688"),
            (KeyOfSp800, "f69f2445df4f9b17ad2b417be66c3710", "7b0c785e27e8ad3f8223207104725dd4"),
        ];
        foreach ((string key, string plain, string cipher) in vectors)
        {
            ReadOnlySpan<byte> block = Convert.FromHexString(plain);
            byte[] buffer = new byte[16];
            Providers.Create(name).CreateAesCtrKey(Convert.FromHexString(key), 0).AddKeystream(
                BinaryPrimitives.ReadUInt64BigEndian(block), BinaryPrimitives.ReadUInt32BigEndian(block[8..]),
                BinaryPrimitives.ReadUInt32BigEndian(block[12..]), buffer, 0, 16);
            Assert.Equal(cipher, Convert.ToHexStringLower(buffer));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Counter_mode_agrees_with_the_library_and_leaves_all_but_its_range_alone(string name)
    {
        Gen<(byte[] Key, ulong Nonce, uint Number)> keys = Gen.Select(Gen.Byte.Array[16], Gen.ULong, Gen.UInt);
        Gen<(int Count, int Offset)> ranges = Gen.Select(Gen.Int[0, 1300], Gen.Int[0, 20]);
        Gen.Select(keys, ranges, Gen.UInt[0, uint.MaxValue - 100]).Sample(
            (key, range, block) =>
            {
                byte[] buffer = new byte[range.Offset + range.Count + 5];
                new Random(range.Count).NextBytes(buffer);
                byte[] expected = [.. buffer];
                AddByLibrary(key.Key, key.Nonce, key.Number, block, expected.AsSpan(range.Offset, range.Count));
                Providers.Create(name).CreateAesCtrKey([1, .. key.Key], 1).AddKeystream(
                    key.Nonce, key.Number, block, buffer, range.Offset, range.Count);
                return buffer.AsSpan().SequenceEqual(expected);
            },
            iter: 1000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_counter_that_would_begin_again_is_refused_and_nothing_written(string name)
    {
        AesCtrKey key = Providers.Create(name).CreateAesCtrKey(new byte[16], 0);
        byte[] buffer = new byte[64];
        Assert.Throws<ArgumentException>(() => key.AddKeystream(0, 0, uint.MaxValue, buffer, 0, 17));
        Assert.Throws<ArgumentException>(() => key.AddKeystream(0, 0, uint.MaxValue - 2, buffer, 0, 49));
        Assert.Equal(new byte[64], buffer);

        byte[] expected = new byte[64];
        AddByLibrary(new byte[16], 0, 0, uint.MaxValue - 2, expected.AsSpan(0, 48));
        key.AddKeystream(0, 0, uint.MaxValue - 2, buffer, 0, 48);
        Assert.Equal(expected, buffer);
        key.AddKeystream(0, 0, uint.MaxValue, buffer, 0, 0);
        Assert.Equal(expected, buffer);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Ranges_that_their_buffers_do_not_hold_are_refused(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        Assert.ThrowsAny<ArgumentException>(() => provider.CreateAesCtrKey(new byte[16], 1));
        Assert.ThrowsAny<ArgumentException>(() => provider.CreateAesCtrKey(new byte[15], 0));
        Assert.ThrowsAny<ArgumentException>(() => provider.CreateAesCtrKey(new byte[17], -1));
        Assert.Throws<ArgumentNullException>(() => provider.CreateAesCtrKey(null!, 0));
        AesCtrKey key = provider.CreateAesCtrKey(new byte[17], 1);
        Assert.Throws<ArgumentNullException>(() => key.AddKeystream(0, 0, 0, null!, 0, 0));
        Assert.ThrowsAny<ArgumentException>(() => key.AddKeystream(0, 0, 0, new byte[8], 1, 8));
        Assert.ThrowsAny<ArgumentException>(() => key.AddKeystream(0, 0, 0, new byte[8], -1, 2));
        Assert.ThrowsAny<ArgumentException>(() => key.AddKeystream(0, 0, 0, new byte[8], 1, -1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wiped_key_encrypts_no_more(string name)
    {
        AesCtrKey key = Providers.Create(name).CreateAesCtrKey(new byte[16], 0);
        byte[] buffer = new byte[16];
        key.Wipe();
        Assert.ThrowsAny<InvalidOperationException>(() => key.AddKeystream(0, 0, 0, buffer, 0, 16));
        Assert.Equal(new byte[16], buffer);
    }

    [Fact]
    public void Keys_of_one_provider_do_not_disturb_each_other()
    {
        foreach (string name in new[] { Providers.Managed, Providers.Platform, Providers.Esp32 })
        {
            CryptoProvider provider = Providers.Create(name);
            AesCtrKey first = provider.CreateAesCtrKey(new byte[16], 0);
            byte[] expected = new byte[100];
            first.AddKeystream(1, 2, 0, expected, 0, 100);

            AesCtrKey second = provider.CreateAesCtrKey([.. Enumerable.Repeat((byte)1, 16)], 0);
            byte[] other = new byte[100];
            second.AddKeystream(1, 2, 0, other, 0, 100);
            second.Wipe();
            byte[] again = new byte[100];
            first.AddKeystream(1, 2, 0, again, 0, 100);

            Assert.Equal(expected, again);
            Assert.NotEqual(expected, other);
        }
    }

    /// <summary>Counter mode over this computer's own library, block by block.</summary>
    internal static void AddByLibrary(byte[] key, ulong nonce, uint number, uint block, Span<byte> data)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        byte[] counter = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(counter, nonce);
        BinaryPrimitives.WriteUInt32BigEndian(counter.AsSpan(8), number);
        for (int at = 0; at < data.Length; at += 16)
        {
            BinaryPrimitives.WriteUInt32BigEndian(counter.AsSpan(12), block + (uint)(at / 16));
            byte[] keystream = aes.EncryptEcb(counter, PaddingMode.None);
            for (int i = 0; i < 16 && at + i < data.Length; i++)
            {
                data[at + i] ^= keystream[i];
            }
        }
    }
}
