using System.Numerics;
using CsCheck;
using Hoplink.Crypto;

namespace Hoplink.Tests.Crypto;

public class KeyAgreementTests
{
    public static TheoryData<string> Names => Providers.Names;

    /// <summary>
    /// The ends of the range, powers of two and their complements, and the only scalars at which the last addition meets its
    /// own point: 2 and n - 2 with a table of the peer's key, 7646 and n - 7646 with the comb.
    /// </summary>
    private static BigInteger[] EdgeScalars
    {
        get
        {
            List<BigInteger> scalars = [1, 2, 3, 4, 15, 16, 17, 30, 31, 7645, 7646, 7647];
            for (int i = 5; i < 256; i += 50)
            {
                scalars.Add(BigInteger.One << i);
            }

            scalars.Add((ReferenceP256.N - 1) / 2);
            scalars.Add((BigInteger.One << 255) - 1);
            return [.. scalars, .. scalars.Select(scalar => ReferenceP256.N - scalar)];
        }
    }

    [Fact]
    public void Edge_scalars_give_the_public_keys_of_the_curve()
    {
        foreach (BigInteger scalar in EdgeScalars)
        {
            byte[] d = ReferenceP256.Bytes(scalar);
            byte[] expected = ReferenceP256.Bytes(ReferenceP256.Multiply(scalar, ReferenceP256.G));
            foreach (string name in Names.Select(row => row.Data))
            {
                KeyPair pair = Providers.Create(name, new ScriptedRandomSource(d)).GenerateKeyPair();
                byte[] copy = new byte[32];
                pair.CopyPrivateKey(copy, 0);
                Assert.Equal(d, copy);
                Assert.Equal(expected, pair.PublicKey);
            }
        }
    }

    [Fact]
    public void Edge_scalars_agree_as_the_curve_has_it()
    {
        (BigInteger X, BigInteger Y) peer = ReferenceP256.Multiply(BigInteger.Pow(3, 150), ReferenceP256.G);
        foreach (BigInteger scalar in EdgeScalars)
        {
            byte[] expected = ReferenceP256.Bytes(ReferenceP256.Multiply(scalar, peer).X);
            foreach (string name in Names.Select(row => row.Data))
            {
                byte[] secret = new byte[32];
                Assert.True(Providers.Create(name).Agree(Pair(scalar), ReferenceP256.Bytes(peer), 0, secret, 0));
                Assert.Equal(expected, secret);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Generation_draws_again_for_each_candidate_outside_the_range(string name)
    {
        BigInteger top = (BigInteger.One << 256) - 1;
        BigInteger[] candidates = [0, ReferenceP256.N, ReferenceP256.N + 1, top, ReferenceP256.N - 1];
        ScriptedRandomSource source = new([.. candidates.Select(ReferenceP256.Bytes)]);
        KeyPair pair = Providers.Create(name, source).GenerateKeyPair();
        Assert.Equal(candidates.Length, source.Buffers.Count);
        Assert.Equal(ReferenceP256.Bytes(ReferenceP256.Negate(ReferenceP256.G)), pair.PublicKey);
    }

    [Fact]
    public void Both_providers_make_the_same_keys_of_the_same_seed_and_agree_with_each_other()
    {
        Gen.Int.Sample(seed =>
        {
            CryptoProvider managed = Providers.Create(Providers.Managed, new SeededRandomSource(seed));
            CryptoProvider platform = Providers.Create(Providers.Platform, new SeededRandomSource(seed));
            KeyPair first = managed.GenerateKeyPair();
            KeyPair second = platform.GenerateKeyPair();
            Assert.Equal(second.PublicKey, first.PublicKey);
            KeyPair third = platform.GenerateKeyPair();
            byte[] left = new byte[32];
            byte[] right = new byte[32];
            Assert.True(managed.Agree(first, third.PublicKey, 0, left, 0));
            Assert.True(platform.Agree(third, first.PublicKey, 0, right, 0));
            Assert.Equal(right, left);
        }, iter: 50);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Points_off_the_curve_and_coordinates_from_p_upwards_are_refused_and_write_nothing(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        (BigInteger x, BigInteger y) = SmallPoint();
        byte[] good = [.. ReferenceP256.Bytes(x), .. ReferenceP256.Bytes(y)];
        byte[] secret = new byte[32];
        Assert.True(provider.Agree(Pair(5), good, 0, secret, 0));
        BigInteger[][] refused =
        [
            [0, 0], [x, 0], [0, y], [y, x], [x, y + 1], [x + ReferenceP256.P, y], [ReferenceP256.P, y], [x, ReferenceP256.P],
            [(BigInteger.One << 256) - 1, (BigInteger.One << 256) - 1], [ReferenceP256.P, ReferenceP256.P],
        ];
        foreach (BigInteger[] point in refused)
        {
            Array.Fill(secret, (byte)0x55);
            Assert.False(provider.Agree(Pair(5), [.. ReferenceP256.Bytes(point[0]), .. ReferenceP256.Bytes(point[1])], 0, secret, 0));
            Assert.DoesNotContain(secret, value => value != 0x55);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_private_key_outside_the_range_agrees_with_nobody(string name)
    {
        byte[] secret = new byte[32];
        foreach (BigInteger d in new[] { 0, ReferenceP256.N, ReferenceP256.N + 1, (BigInteger.One << 256) - 1 })
        {
            Assert.False(Providers.Create(name).Agree(Pair(d), ReferenceP256.Bytes(ReferenceP256.G), 0, secret, 0));
            Assert.Equal(new byte[32], secret);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Wrong_use_throws_at_the_call(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        byte[] point = ReferenceP256.Bytes(ReferenceP256.G);
        Refuses("random", () => Providers.Create(name, null!));
        Refuses("own", () => provider.Agree(null!, point, 0, new byte[32], 0));
        Refuses("peerPublic", () => provider.Agree(Pair(5), point, 1, new byte[32], 0));
        Refuses("secret", () => provider.Agree(Pair(5), point, 0, new byte[32], 1));
        Refuses("data", () => provider.Sha256(point, -1, 2, new byte[32], 0));
        Refuses("data", () => provider.Sha256(point, 0, 65, new byte[32], 0));
        Refuses("output", () => provider.Sha256(point, 0, 2, new byte[31], 0));
        Refuses("buffer", () => provider.FillRandom(point, 60, 5));
        Refuses("key", () => provider.CreateHmacKey(point, int.MaxValue, 2));
        Refuses("key", () => provider.CreateHmacKey(null!, 0, 0));
        Refuses("salt", () => provider.Pbkdf2(point, 0, 64, point, 3, -1, 1, new byte[8], 0, 8));
        Refuses("iterations", () => provider.Pbkdf2(point, 0, 64, point, 0, 64, 0, new byte[8], 0, 8));
        HmacKey hmac = provider.CreateHmacKey(point, 0, 64);
        Refuses("outputCount", () => hmac.Compute(point, 0, 64, new byte[40], 0, 33));
        Refuses("outputCount", () => hmac.Compute(point, 0, 64, new byte[40], 0, 0));
        Refuses("output", () => hmac.Compute(point, 0, 64, new byte[40], 30, 16));
        Refuses("prefix", () => hmac.Compute(null!, point, 0, 64, new byte[40], 0, 16));
    }

    private static void Refuses(string argument, Action use)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(use);
        Assert.Contains(argument, error.Message);
    }

    private static KeyPair Pair(BigInteger d)
    {
        return new KeyPair(ReferenceP256.Bytes(d), new byte[64]);
    }

    /// <summary>A point whose X plus p has 32 bytes: so that a reader that takes X modulo p would take it.</summary>
    private static (BigInteger X, BigInteger Y) SmallPoint()
    {
        for (BigInteger x = 1; ; x++)
        {
            if (ReferenceP256.FindY(x) is { } y)
            {
                return (x, y);
            }
        }
    }
}
