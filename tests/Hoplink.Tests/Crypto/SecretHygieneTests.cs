using System.Numerics;
using System.Reflection;
using Hoplink.Crypto;

namespace Hoplink.Tests.Crypto;

/// <summary>What is left of a secret, and what a datagram costs the garbage collector.</summary>
public class SecretHygieneTests
{
    public static TheoryData<string> Names => Providers.Names;

    // What the native library of a board makes cannot be helped: Esp32CryptoTests counts it.
    [Theory]
    [InlineData(Providers.Managed)]
    [InlineData(Providers.Platform)]
    public void Hmac_and_hash_allocate_nothing(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        HmacKey hmac = provider.CreateHmacKey(new byte[32], 0, 32);
        byte[] datagram = new byte[1232];
        byte[] prefix = new byte[32];
        Assert.Equal(0, AllocatedBy(() => hmac.Compute(datagram, 0, 26, datagram, 26, 16)));
        Assert.Equal(0, AllocatedBy(() => hmac.Compute(prefix, datagram, 0, 1216, datagram, 1216, 16)));
        Assert.Equal(0, AllocatedBy(() => provider.Sha256(datagram, 0, datagram.Length, prefix, 0)));
        Assert.Equal(0, AllocatedBy(() => provider.FixedTimeEquals(datagram, 0, prefix, 0, 16)));
    }

    [Theory]
    [InlineData(Providers.Managed)]
    [InlineData(Providers.Platform)]
    public void The_cipher_allocates_nothing(string name)
    {
        AesCtrKey key = Providers.Create(name).CreateAesCtrKey(new byte[16], 0);
        byte[] datagram = new byte[1232];
        Assert.Equal(0, AllocatedBy(() => key.AddKeystream(1, 2, 0, datagram, 26, 8)));
        Assert.Equal(0, AllocatedBy(() => key.AddKeystream(1, 2, 0, datagram, 26, 1190)));
    }

    [Fact]
    public void A_wiped_cipher_key_holds_nothing_of_the_key_nor_of_the_keystream()
    {
        CryptoProvider provider = Providers.Create(Providers.Managed);
        AesCtrKey key = provider.CreateAesCtrKey([.. Enumerable.Range(1, 16).Select(i => (byte)i)], 0);
        Assert.Equal(0, NonZeroElements(provider));
        key.AddKeystream(1, 2, 0, new byte[100], 0, 100);
        Assert.Equal(0, NonZeroElements(provider));
        Assert.NotEqual(0, NonZeroElements(key));
        key.Wipe();
        Assert.Equal(0, NonZeroElements(key));
    }

    [Fact]
    public void A_wiped_hmac_key_holds_nothing_of_the_key()
    {
        HmacKey hmac = Providers.Create(Providers.Managed).CreateHmacKey([1, 2, 3], 0, 3);
        hmac.Compute(new byte[10], 0, 10, new byte[32], 0, 32);
        Assert.NotEqual(0, NonZeroElements(hmac));
        hmac.Wipe();
        Assert.Equal(0, NonZeroElements(hmac));
    }

    [Fact]
    public void The_managed_provider_keeps_nothing_of_what_it_computed()
    {
        CryptoProvider provider = Providers.Create(Providers.Managed);
        byte[] output = new byte[96];
        Assert.Equal(0, NonZeroElements(provider));
        provider.Sha256([1, 2, 3], 0, 3, output, 0);
        Assert.Equal(0, NonZeroElements(provider));
        provider.CreateHmacKey(new byte[100], 0, 100).Compute(output, 0, 96, output, 0, 32);
        Assert.Equal(0, NonZeroElements(provider));
        provider.Pbkdf2([1], 0, 1, [2], 0, 1, 3, output, 0, 96);
        Assert.Equal(0, NonZeroElements(provider));
        KeyPair pair = provider.GenerateKeyPair();
        Assert.True(provider.Agree(pair, pair.PublicKey, 0, output, 0));
        Assert.Equal(0, NonZeroElements(provider));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Generation_overwrites_the_buffer_that_held_the_private_key(string name)
    {
        ScriptedRandomSource source = new(ReferenceP256.Bytes(BigInteger.Pow(7, 80)));
        KeyPair pair = Providers.Create(name, source).GenerateKeyPair();
        byte[] key = new byte[32];
        pair.CopyPrivateKey(key, 0);
        Assert.NotEqual(new byte[32], key);
        Assert.Equal(new byte[32], Assert.Single(source.Buffers));
        pair.Wipe();
        pair.CopyPrivateKey(key, 0);
        Assert.Equal(new byte[32], key);
    }

    [Fact]
    public void A_wiped_scalar_and_a_wiped_point_hold_nothing()
    {
        P256Scalar scalar = new();
        Assert.True(scalar.TryRead(ReferenceP256.Bytes(BigInteger.Pow(7, 80)), 0));
        P256Point point = new();
        point.MultiplyBase(scalar);
        point.WriteAffine(new byte[64], 0, new byte[64], 32, scalar.NegativeMask);
        Assert.NotEqual(0, NonZeroElements(point));
        Assert.NotEqual(0, NonZeroElements(scalar));
        point.Wipe();
        scalar.Wipe();
        Assert.Equal(0, NonZeroElements(point));
        Assert.Equal(0, NonZeroElements(scalar));
        Assert.Equal(0, scalar.NegativeMask);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wiped_hmac_key_computes_no_more(string name)
    {
        HmacKey hmac = Providers.Create(name).CreateHmacKey([1, 2, 3], 0, 3);
        hmac.Wipe();
        Assert.ThrowsAny<InvalidOperationException>(() => hmac.Compute(new byte[10], 0, 10, new byte[32], 0, 32));
    }

    // The least of some rounds: the runtime may allocate once, where it compiles anew what has run often.
    private static long AllocatedBy(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least != 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                action();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>Counts the elements other than 0 of all arrays that an object and its parts hold in fields of their own.</summary>
    private static int NonZeroElements(object root)
    {
        int count = 0;
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Stack<object> open = new([root]);
        while (open.TryPop(out object? item))
        {
            if (!seen.Add(item))
            {
                continue;
            }

            if (item is Array array)
            {
                count += array.Cast<object>().Count(element => Convert.ToDecimal(element) != 0);
                continue;
            }

            foreach (FieldInfo field in item.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
            {
                bool ours = field.FieldType.IsArray || field.FieldType.Namespace == typeof(CryptoProvider).Namespace;
                if (ours && field.GetValue(item) is { } value)
                {
                    open.Push(value);
                }
            }
        }

        return count;
    }
}
