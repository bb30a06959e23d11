using System.Security.Cryptography;
using Hoplink.Crypto;
using Hoplink.Device.Crypto;
using Hoplink.Tests.Crypto;

namespace Hoplink.Tests.Device;

/// <summary>What the board's crypto adds to the vectors of Hoplink.Tests.Crypto, which it passes as every provider does.</summary>
public sealed class Esp32CryptoTests
{
    private readonly RecordingHmac _hmac = new();
    private readonly RecordingAes _aes = new();

    private Esp32Crypto Provider => new(_hmac, _aes, new SeededRandomSource(1));

    [Fact]
    public void The_native_hmac_gets_whole_arrays_of_the_exact_length()
    {
        HmacKey key = Provider.CreateHmacKey([9, 1, 2, 3, 9], 1, 3);
        byte[] output = new byte[32];

        key.Compute([0, 5, 6, 7, 0], 1, 3, output, 0, 32);
        key.Compute([1, 2], [0, 3, 0], 1, 1, output, 0, 32);

        Assert.Equal(["010203 050607", "010203 010203"], _hmac.Seen);
    }

    [Fact]
    public void The_native_cipher_gets_all_counter_blocks_at_once()
    {
        AesCtrKey key = Provider.CreateAesCtrKey([9, .. Enumerable.Range(0, 16).Select(i => (byte)i), 9], 1);

        key.AddKeystream(0x0102030405060708, 0x090a0b0c, 0xff, new byte[20], 1, 17);

        Assert.Equal(
            ["000102030405060708090A0B0C0D0E0F 0102030405060708090A0B0C000000FF0102030405060708090A0B0C00000100"], _aes.Seen);
    }

    [Fact]
    public void Nothing_of_the_keystream_and_the_cipher_key_is_left()
    {
        AesCtrKey key = Provider.CreateAesCtrKey([.. Enumerable.Repeat((byte)7, 16)], 0);
        key.AddKeystream(1, 2, 3, new byte[40], 0, 40);
        key.Wipe();

        Assert.Equal(new byte[48], Assert.Single(_aes.Results));
        Assert.Equal(new byte[16], Assert.Single(_aes.Keys));
    }

    [Fact]
    public void Without_a_native_cipher_it_is_done_in_managed_code()
    {
        byte[] native = new byte[40];
        byte[] managed = new byte[40];
        Provider.CreateAesCtrKey(new byte[16], 0).AddKeystream(1, 2, 3, native, 0, 40);
        Assert.True(Provider.HasNativeAes);
        Assert.Single(_aes.Seen);

        var without = new Esp32Crypto(_hmac, null, new SeededRandomSource(1));
        without.CreateAesCtrKey(new byte[16], 0).AddKeystream(1, 2, 3, managed, 0, 40);
        Assert.False(without.HasNativeAes);
        Assert.Single(_aes.Seen);
        Assert.Equal(native, managed);
    }

    [Fact]
    public void A_native_cipher_is_sound_if_it_gives_the_published_results()
    {
        Assert.True(Esp32Crypto.IsSound(_aes));
        byte[] right = _aes.Encrypt([.. _aes.Keys[0]], Convert.FromHexString(_aes.Seen[0].Split(' ')[1]));
        Assert.True(Esp32Crypto.IsSound(new BrokenAes(() => right)));
        byte[] onlyTheFirstBlock = [.. right[..16], .. new byte[16]];
        Assert.False(Esp32Crypto.IsSound(new BrokenAes(() => onlyTheFirstBlock)));
        Assert.False(Esp32Crypto.IsSound(new BrokenAes(() => right[..16])));
        Assert.False(Esp32Crypto.IsSound(new BrokenAes(() => throw new NotImplementedException())));
    }

    [Fact]
    public void A_use_allocates_the_native_result_and_nothing_else()
    {
        CryptoProvider provider = Providers.Create(Providers.Esp32);
        HmacKey key = provider.CreateHmacKey(new byte[32], 0, 32);
        byte[] datagram = new byte[640];
        byte[] prefix = new byte[32];
        byte[] native = new byte[32];

        long own = AllocatedBy(() =>
        {
            key.Compute(datagram, 0, 26, datagram, 26, 16);
            key.Compute(prefix, datagram, 0, 600, datagram, 600, 16);
        });
        long results = AllocatedBy(() =>
        {
            _ = HMACSHA256.HashData(native, native);
            _ = HMACSHA256.HashData(native, native);
        });

        Assert.Equal(results, own);
    }

    [Fact]
    public void Nothing_of_data_results_and_password_is_left()
    {
        Esp32Crypto provider = Provider;
        byte[] output = new byte[96];
        HmacKey key = provider.CreateHmacKey([1, 2, 3], 0, 3);

        key.Compute([4, 5, 6], 0, 3, output, 0, 32);
        key.Compute([4, 5, 6], [7, 8], 0, 2, output, 0, 32);
        provider.Pbkdf2([1, 2, 3], 0, 3, [4], 0, 1, 5, output, 0, 96);
        key.Wipe();

        Assert.Equal(2 + (3 * 5), _hmac.Results.Count);
        Assert.All(_hmac.Results, result => Assert.Equal(new byte[32], result));
        Assert.All(_hmac.Keys, used => Assert.Equal(new byte[3], used));

        // A salt is no secret.
        Assert.All(_hmac.Data.Where(data => data.Length != 5 || data[0] != 4), data => Assert.Equal(new byte[data.Length], data));
    }

    [Fact]
    public void Buffers_are_used_again_for_a_length_that_is_kept()
    {
        var buffers = new ExactBuffers(3);
        byte[] first = buffers.Take(10);

        buffers.Take(20);
        buffers.Take(30);

        Assert.Same(first, buffers.Take(10));
        Assert.Equal(10, first.Length);
        Assert.Equal(3, buffers.Made);
    }

    [Fact]
    public void A_new_length_takes_the_place_of_the_one_that_was_not_asked_for_the_longest()
    {
        var buffers = new ExactBuffers(3);
        byte[] ten = buffers.Take(10);
        byte[] twenty = buffers.Take(20);
        byte[] thirty = buffers.Take(30);
        buffers.Take(10);

        Assert.Equal(40, buffers.Take(40).Length);

        Assert.Same(ten, buffers.Take(10));
        Assert.Same(thirty, buffers.Take(30));
        Assert.NotSame(twenty, buffers.Take(20));
        Assert.Equal(5, buffers.Made);
    }

    [Fact]
    public void An_empty_buffer_is_kept_like_any_other()
    {
        var buffers = new ExactBuffers(1);

        Assert.Same(buffers.Take(0), buffers.Take(0));
    }

    [Fact]
    public void A_native_hmac_is_sound_if_it_gives_the_published_result()
    {
        Assert.True(Esp32Crypto.IsSound(_hmac));
        Assert.False(Esp32Crypto.IsSound(new BrokenHmac(() => new byte[32])));
        Assert.False(Esp32Crypto.IsSound(new BrokenHmac(() => new byte[16])));
        Assert.False(Esp32Crypto.IsSound(new BrokenHmac(() => throw new NotImplementedException())));
    }

    [Fact]
    public void Randomness_before_the_radio_is_on_is_wrong_use()
    {
        var random = new RadioRandomSource(new SeededRandomSource(1));
        var provider = new Esp32Crypto(_hmac, _aes, random);
        byte[] buffer = new byte[8];

        Assert.Throws<InvalidOperationException>(() => provider.FillRandom(buffer, 0, 8));
        Assert.Throws<InvalidOperationException>(provider.GenerateKeyPair);
        Assert.Equal(new byte[8], buffer);

        random.Start();
        provider.FillRandom(buffer, 2, 4);

        byte[] expected = new byte[8];
        new SeededRandomSource(1).Fill(expected, 2, 4);
        Assert.Equal(expected, buffer);
    }

    private static long AllocatedBy(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class RecordingHmac : OneShotHmac
    {
        public List<string> Seen { get; } = [];

        public List<byte[]> Keys { get; } = [];

        public List<byte[]> Data { get; } = [];

        public List<byte[]> Results { get; } = [];

        public override byte[] Compute(byte[] key, byte[] data)
        {
            Seen.Add(Convert.ToHexString(key) + " " + Convert.ToHexString(data));
            Keys.Add(key);
            Data.Add(data);
            Results.Add(HMACSHA256.HashData(key, data));
            return Results[^1];
        }
    }

    private sealed class RecordingAes : OneShotAes
    {
        public List<string> Seen { get; } = [];

        public List<byte[]> Keys { get; } = [];

        public List<byte[]> Results { get; } = [];

        public override byte[] Encrypt(byte[] key, byte[] blocks)
        {
            Seen.Add(Convert.ToHexString(key) + " " + Convert.ToHexString(blocks));
            Keys.Add(key);
            using var aes = Aes.Create();
            aes.Key = key;
            Results.Add(aes.EncryptEcb(blocks, PaddingMode.None));
            return Results[^1];
        }
    }

    private sealed class BrokenAes(Func<byte[]> encrypt) : OneShotAes
    {
        public override byte[] Encrypt(byte[] key, byte[] blocks) => encrypt();
    }

    private sealed class BrokenHmac(Func<byte[]> compute) : OneShotHmac
    {
        public override byte[] Compute(byte[] key, byte[] data) => compute();
    }
}
