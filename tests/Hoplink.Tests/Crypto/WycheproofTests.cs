using System.Numerics;
using System.Text.Json;
using Hoplink.Crypto;

namespace Hoplink.Tests.Crypto;

public class WycheproofTests
{
    public static TheoryData<string> Names => Providers.Names;

    // The vectors that no provider can be asked, by tcId: a public key is 64 bytes, X || Y, and what these encode is not of that form.
    private static readonly Dictionary<int, string> _cannotTravel = new()
    {
        [2] = "a compressed point, 33 bytes; its verdict is \"acceptable\", which leaves it to the implementation",
        [348] = "no bytes at all",
        [349] = "a compressed point that has no Y",
        [350] = "a compressed point of low order on the twist",
        [351] = "a compressed point of low order on the twist",
        [352] = "a compressed point of low order on the twist",
        [353] = "a compressed point of low order on the twist",
        [354] = "a compressed point of low order on the twist",
        [355] = "a compressed point of low order on the twist",
    };

    /// <summary>
    /// Of the vectors for an encoded point, those with 65 bytes, 04 || X || Y, can be put as the X || Y that travels in this protocol, and
    /// every provider answers them as they say. The others are named above.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Key_agreement_follows_the_vectors_that_travel_as_X_and_Y(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        int valid = 0;
        int refused = 0;
        List<int> cannotTravel = [];
        foreach (JsonElement test in Tests("ecdh_secp256r1_ecpoint_test.json").Select(pair => pair.Test))
        {
            byte[] point = Hex(test, "public");
            if (point.Length != 65)
            {
                Assert.True(point.Length is 0 or 33, Describe(test));
                Assert.NotEqual("valid", test.GetProperty("result").GetString());
                cannotTravel.Add(test.GetProperty("tcId").GetInt32());
                continue;
            }

            Assert.Equal(4, point[0]);
            BigInteger d = new(Hex(test, "private"), isUnsigned: true, isBigEndian: true);
            KeyPair own = new(ReferenceP256.Bytes(d), new byte[64]);
            byte[] secret = new byte[34];
            bool agreed = provider.Agree(own, point, 1, secret, 1);
            Assert.True(agreed == (test.GetProperty("result").GetString() == "valid"), Describe(test));
            Assert.True(secret.AsSpan(1, 32).SequenceEqual(agreed ? Hex(test, "shared") : new byte[32]), Describe(test));
            Assert.Equal(0, secret[0] | secret[33]);
            valid += agreed ? 1 : 0;
            refused += agreed ? 0 : 1;
        }

        Assert.Equal(_cannotTravel.Keys, cannotTravel);
        Assert.Equal((330, 16, 9, 355), (valid, refused, cannotTravel.Count, valid + refused + cannotTravel.Count));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Hmac_and_its_cut_tags_follow_the_vectors(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        int count = 0;
        foreach ((JsonElement group, JsonElement test) in Tests("hmac_sha256_test.json"))
        {
            byte[] key = Hex(test, "key");
            byte[] message = Hex(test, "msg");
            byte[] expected = Hex(test, "tag");
            byte[] tag = new byte[group.GetProperty("tagSize").GetInt32() / 8];
            provider.CreateHmacKey(key, 0, key.Length).Compute(message, 0, message.Length, tag, 0, tag.Length);
            bool equal = provider.FixedTimeEquals(tag, 0, expected, 0, tag.Length);
            Assert.True(equal == (test.GetProperty("result").GetString() == "valid"), Describe(test));
            count++;
        }

        Assert.Equal(174, count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pbkdf2_follows_the_vectors(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        int count = 0;
        foreach (JsonElement test in Tests("pbkdf2_hmacsha256_test.json").Select(pair => pair.Test))
        {
            byte[] password = Hex(test, "password");
            byte[] salt = Hex(test, "salt");
            byte[] key = new byte[test.GetProperty("dkLen").GetInt32()];
            int iterations = test.GetProperty("iterationCount").GetInt32();
            provider.Pbkdf2(password, 0, password.Length, salt, 0, salt.Length, iterations, key, 0, key.Length);
            Assert.True(key.AsSpan().SequenceEqual(Hex(test, "dk")), Describe(test));
            count++;
        }

        Assert.Equal(60, count);
    }

    private static List<(JsonElement Group, JsonElement Test)> Tests(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "vectors", "wycheproof", file);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement groups = document.RootElement.GetProperty("testGroups").Clone();
        return [.. from g in groups.EnumerateArray() from t in g.GetProperty("tests").EnumerateArray() select (g, t)];
    }

    private static byte[] Hex(JsonElement test, string property)
    {
        return Convert.FromHexString(test.GetProperty(property).GetString()!);
    }

    private static string Describe(JsonElement test)
    {
        return $"tcId {test.GetProperty("tcId")}: {test.GetProperty("comment")}";
    }
}
