using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Hoplink.Crypto;

namespace Hoplink.Tests.Crypto;

public class HashTests
{
    public static TheoryData<string> Names => Providers.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Sha256_gives_the_published_hashes(string name)
    {
        // FIPS 180-4's examples: nothing, one block, two blocks, and a million times 'a'.
        CryptoProvider provider = Providers.Create(name);
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Hash(provider, ""));
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Hash(provider, "abc"));
        Assert.Equal(
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            Hash(provider, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
        Assert.Equal("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", Hash(provider, new string('a', 1000000)));
    }

    [Fact]
    public void Managed_sha256_agrees_with_the_platform_at_every_length_up_to_300()
    {
        CryptoProvider managed = Providers.Create(Providers.Managed);
        byte[] data = new byte[310];
        new Random(1).NextBytes(data);
        for (int count = 0; count <= 300; count++)
        {
            int offset = count % 7;
            byte[] hash = new byte[40];
            managed.Sha256(data, offset, count, hash, 3);
            Assert.Equal(SHA256.HashData(data.AsSpan(offset, count)), hash[3..35]);
        }
    }

    [Fact]
    public void Managed_sha256_leaves_all_but_its_32_bytes_alone()
    {
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, 20], Gen.Int[0, 20]).Sample((data, offset, outputOffset) =>
        {
            offset = Math.Min(offset, data.Length);
            byte[] output = new byte[60];
            Providers.Create(Providers.Managed).Sha256(data, offset, data.Length - offset, output, outputOffset);
            byte[] expected = new byte[60];
            SHA256.HashData(data.AsSpan(offset)).CopyTo(expected, outputOffset);
            return output.AsSpan().SequenceEqual(expected);
        }, iter: 300);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Hmac_agrees_with_the_library_for_any_key_data_prefix_and_cut(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        Gen.Select(Gen.Byte.Array[0, 150], Gen.Byte.Array[0, 300], Gen.Int[0, 200], Gen.Int[1, 32]).Sample((key, data, split, cut) =>
        {
            split = Math.Min(split, data.Length);
            byte[] expected = HMACSHA256.HashData(key, data)[..cut];
            HmacKey hmac = provider.CreateHmacKey([1, 2, .. key, 3], 2, key.Length);
            byte[] whole = new byte[36];
            hmac.Compute([9, .. data, 9], 1, data.Length, whole, 4, cut);
            byte[] parts = new byte[36];
            hmac.Compute(data[..split], data, split, data.Length - split, parts, 2, cut);
            return whole.AsSpan(4, cut).SequenceEqual(expected) && whole.AsSpan(4 + cut).IndexOfAnyExcept((byte)0) < 0
                && parts.AsSpan(2, cut).SequenceEqual(expected) && parts.AsSpan(2 + cut).IndexOfAnyExcept((byte)0) < 0;
        }, iter: 500, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Keys_of_one_provider_do_not_disturb_each_other(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        byte[] data = Encoding.ASCII.GetBytes("hop");
        HmacKey first = provider.CreateHmacKey([1], 0, 1);
        HmacKey second = provider.CreateHmacKey([2], 0, 1);
        byte[] tag = new byte[32];
        second.Compute(data, 0, data.Length, tag, 0, 32);
        provider.Sha256(data, 0, data.Length, new byte[32], 0);
        second.Wipe();
        first.Compute(data, 0, data.Length, tag, 0, 32);
        Assert.Equal(HMACSHA256.HashData(new byte[] { 1 }, data), tag);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tag_may_be_written_behind_the_data_it_covers(string name)
    {
        byte[] datagram = new byte[66];
        Providers.Create(name).CreateHmacKey([7], 0, 1).Compute(datagram, 0, 50, datagram, 50, 16);
        Assert.Equal(HMACSHA256.HashData(new byte[] { 7 }, new byte[50])[..16], datagram[50..]);
        Assert.Equal(new byte[50], datagram[..50]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_use_that_throws_leaves_nothing_for_the_next(string name)
    {
        HmacKey hmac = Providers.Create(name).CreateHmacKey([7], 0, 1);
        Assert.ThrowsAny<ArgumentException>(() => hmac.Compute([1, 2], new byte[4], 0, 4, new byte[8], 0, 33));
        Assert.ThrowsAny<ArgumentException>(() => hmac.Compute([1, 2], new byte[4], 0, 4, new byte[8], 1, 8));
        Assert.ThrowsAny<ArgumentException>(() => hmac.Compute([1, 2], new byte[4], 2, 3, new byte[8], 0, 8));
        byte[] tag = new byte[32];
        hmac.Compute(new byte[4], 0, 4, tag, 0, 32);
        Assert.Equal(HMACSHA256.HashData(new byte[] { 7 }, new byte[4]), tag);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pbkdf2_agrees_with_the_library_for_any_sizes(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 80], Gen.Int[1, 20], Gen.Int[1, 100])
            .Sample((password, salt, iterations, count) =>
        {
            byte[] output = new byte[count + 2];
            provider.Pbkdf2([5, .. password], 1, password.Length, [5, 5, .. salt], 2, salt.Length, iterations, output, 1, count);
            byte[] expected = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, count);
            return output.AsSpan(1, count).SequenceEqual(expected) && output[0] == 0 && output[^1] == 0;
        }, iter: 200, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Comparison_sees_each_byte_of_the_range_and_no_other(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        for (int i = 0; i < 20; i++)
        {
            byte[] left = new byte[20];
            byte[] right = new byte[20];
            right[i] = 0x80;
            Assert.Equal(i < 2 || i >= 18, provider.FixedTimeEquals(left, 2, right, 2, 16));
        }
    }

    private static string Hash(CryptoProvider provider, string text)
    {
        byte[] hash = new byte[32];
        provider.Sha256(Encoding.ASCII.GetBytes(text), 0, text.Length, hash, 0);
        return Convert.ToHexStringLower(hash);
    }
}
