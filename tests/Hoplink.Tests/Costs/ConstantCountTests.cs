using Hoplink.Benchmarks.Measures;

namespace Hoplink.Tests.Costs;

/// <summary>That what is run does not depend on a secret: the same number of instructions whatever it is.</summary>
[Collection(nameof(CountedLibraryFixture))]
public sealed class ConstantCountTests(CountedLibraryFixture counted, ITestOutputHelper log)
{
    [Fact]
    public void Key_generation_runs_the_same_for_200_private_keys_of_every_kind()
    {
        long[] counts = counted.Library.Run<long[]>(typeof(CryptoCounts), nameof(CryptoCounts.KeyGenerations), (object)MakeScalars());
        Assert.Equal(200, counts.Length);
        Assert.Single(counts.Distinct());
    }

    [Fact]
    public void Agreement_runs_the_same_for_200_private_keys_of_every_kind()
    {
        long[] counts = counted.Library.Run<long[]>(typeof(CryptoCounts), nameof(CryptoCounts.Agreements), (object)MakeScalars());
        Assert.Equal(200, counts.Length);
        Assert.Single(counts.Distinct());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    public void A_comparison_runs_the_same_wherever_the_difference_is(int length)
    {
        byte[] tag = new byte[length];
        MakeRandom().NextBytes(tag);
        long[] counts = counted.Library.Run<long[]>(typeof(CryptoCounts), nameof(CryptoCounts.Comparisons), tag);
        Assert.Equal(length + 1, counts.Length);
        Assert.Single(counts.Distinct());
    }

    [Fact]
    public void An_HMAC_runs_the_same_for_any_key_and_any_data_of_a_length()
    {
        Random random = MakeRandom();
        byte[] key = new byte[32];
        byte[] data = new byte[55];
        var counts = new HashSet<long> { Hmac(key, data) };
        Array.Fill(key, (byte)0xff);
        Array.Fill(data, (byte)0xff);
        counts.Add(Hmac(key, data));
        for (int i = 0; i < 50; i++)
        {
            random.NextBytes(key);
            random.NextBytes(data);
            counts.Add(Hmac(key, data));
        }

        Assert.Single(counts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(63)]
    [InlineData(100)]
    [InlineData(200)]
    public void The_cipher_runs_the_same_for_any_key_counter_and_data_of_a_length(int length)
    {
        Random random = MakeRandom();
        byte[] key = new byte[16];
        byte[] data = new byte[length];
        var schedules = new HashSet<long> { Schedule(key) };
        var streams = new HashSet<long> { Cipher(key, 0, data) };
        Array.Fill(key, (byte)0xff);
        Array.Fill(data, (byte)0xff);
        schedules.Add(Schedule(key));
        streams.Add(Cipher(key, ulong.MaxValue, data));
        for (int i = 0; i < 50; i++)
        {
            random.NextBytes(key);
            random.NextBytes(data);
            schedules.Add(Schedule(key));
            streams.Add(Cipher(key, (ulong)random.NextInt64(), data));
        }

        Assert.Single(schedules);
        Assert.Single(streams);
        Assert.True(streams.Single() > 5_000 && schedules.Single() > 5_000, "the cipher was not counted");
    }

    private long Schedule(byte[] key)
    {
        return counted.Library.Run<long>(typeof(CryptoCounts), nameof(CryptoCounts.AesKeySchedule), key);
    }

    private long Cipher(byte[] key, ulong nonce, byte[] data)
    {
        return counted.Library.Run<long>(typeof(CryptoCounts), nameof(CryptoCounts.AesCtr), key, nonce, data);
    }

    [Fact]
    public void The_preparation_of_an_HMAC_key_runs_the_same_for_any_key()
    {
        Random random = MakeRandom();
        byte[] key = new byte[32];
        var counts = new HashSet<long> { HmacKeySetup(key) };
        Array.Fill(key, (byte)0xff);
        counts.Add(HmacKeySetup(key));
        for (int i = 0; i < 50; i++)
        {
            random.NextBytes(key);
            counts.Add(HmacKeySetup(key));
        }

        Assert.Single(counts);
    }

    private long HmacKeySetup(byte[] key)
    {
        return counted.Library.Run<long>(typeof(CryptoCounts), nameof(CryptoCounts.HmacKeySetup), (object)key);
    }

    private long Hmac(byte[] key, byte[] data)
    {
        return counted.Library.Run<long>(typeof(CryptoCounts), nameof(CryptoCounts.Hmac), key, data);
    }

    private byte[][] MakeScalars()
    {
        return Scalars.Make(NewSeed());
    }

    private Random MakeRandom()
    {
        return new Random(NewSeed());
    }

    private int NewSeed()
    {
        int seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        return seed;
    }
}
