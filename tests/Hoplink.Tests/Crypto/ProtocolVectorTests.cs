using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Hoplink.Crypto;
using Hoplink.Device.Crypto;

namespace Hoplink.Tests.Crypto;

/// <summary>The formulas of protocol.md 3 put together from the primitives alone.</summary>
public class ProtocolVectorTests
{
    public static TheoryData<string> Names => Providers.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_keys_of_a_psk_follow_the_vectors(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        foreach (JsonElement test in Cases())
        {
            byte[] psk = Hex(test, "psk");
            Assert.Equal(Hex(test, "key_id"), Hash(provider, [.. "hoplink key id v1"u8, .. psk])[..8]);
            Assert.Equal(Hex(test, "k_psk"), Hmac(provider, psk, "hoplink psk auth v1"));
            Assert.Equal(Hex(test, "psk_mix"), Hmac(provider, psk, "hoplink psk mix v1"));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_handshake_block_follows_the_vectors(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        foreach (JsonElement test in Cases())
        {
            KeyPair initiator = Pair(provider, test, "initiator");
            KeyPair responder = Pair(provider, test, "responder");
            byte[] secret = Agree(provider, initiator, responder);
            Assert.Equal(Hex(test, "shared_secret"), secret);
            Assert.Equal(Hex(test, "verification_hash"), Hash(provider, [.. secret, .. "ecdh_verification_v1"u8]));

            byte[] exchange = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(exchange, test.GetProperty("key_exchange_id").GetUInt16());
            byte[] context = [.. exchange, .. Hex(test, "session_id")];
            byte[] password = [.. secret, .. Hex(test, "psk_mix")];
            byte[] block = Derive(provider, password, initiator, responder, context, test, 96);
            Assert.Equal(Hex(test, "handshake_block"), block);
            Assert.Equal(Hex(test, "mac_i2r"), Hmac(provider, block[12..44], "hoplink mac i2r v1"));
            Assert.Equal(Hex(test, "rec_r2i"), Hmac(provider, block[64..96], "hoplink recovery r2i v1"));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_rekey_block_follows_the_vectors(string name)
    {
        CryptoProvider provider = Providers.Create(name);
        foreach (JsonElement test in Cases())
        {
            KeyPair requester = Pair(provider, test, "rekey_requester");
            KeyPair answerer = Pair(provider, test, "rekey_answerer");
            byte[] secret = Agree(provider, requester, answerer);
            Assert.Equal(Hex(test, "rekey_shared_secret"), secret);
            Assert.Equal(Hex(test, "rekey_verification_hash"), Hash(provider, [.. secret, .. "ecdh_rekey_verification_v1"u8]));
            byte[] context = [.. Hex(test, "session_id"), .. "rekey_v1"u8];
            Assert.Equal(Hex(test, "rekey_block"), Derive(provider, secret, requester, answerer, context, test, 64));
        }
    }

    private static byte[] Derive(
        CryptoProvider provider, byte[] password, KeyPair requester, KeyPair answerer, byte[] context, JsonElement test, int length)
    {
        byte[] salt = Hash(provider, [.. requester.PublicKey, .. answerer.PublicKey, .. context, .. "ecdh_salt_v1"u8]);
        byte[] block = new byte[length];
        int iterations = test.GetProperty("iterations").GetInt32();
        provider.Pbkdf2(password, 0, password.Length, salt, 0, salt.Length, iterations, block, 0, length);
        return block;
    }

    /// <summary>The pair of a private key in the vectors, made by generation; its public half must be the vectors' one.</summary>
    private static KeyPair Pair(CryptoProvider provider, JsonElement test, string who)
    {
        string name = provider is ManagedCrypto ? Providers.Managed : provider is Esp32Crypto ? Providers.Esp32 : Providers.Platform;
        KeyPair pair = Providers.Create(name, new ScriptedRandomSource(Hex(test, who + "_private"))).GenerateKeyPair();
        Assert.Equal(Hex(test, who + "_public"), pair.PublicKey);
        return pair;
    }

    private static byte[] Agree(CryptoProvider provider, KeyPair left, KeyPair right)
    {
        byte[] one = new byte[32];
        byte[] other = new byte[32];
        Assert.True(provider.Agree(left, right.PublicKey, 0, one, 0));
        Assert.True(provider.Agree(right, left.PublicKey, 0, other, 0));
        Assert.Equal(one, other);
        return one;
    }

    private static byte[] Hash(CryptoProvider provider, byte[] data)
    {
        byte[] hash = new byte[32];
        provider.Sha256(data, 0, data.Length, hash, 0);
        return hash;
    }

    private static byte[] Hmac(CryptoProvider provider, byte[] key, string label)
    {
        byte[] tag = new byte[32];
        provider.CreateHmacKey(key, 0, key.Length).Compute(Encoding.ASCII.GetBytes(label), 0, label.Length, tag, 0, 32);
        return tag;
    }

    private static JsonElement[] Cases()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "vectors", "protocol.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement[] cases = [.. document.RootElement.GetProperty("cases").Clone().EnumerateArray()];
        Assert.NotEmpty(cases);
        return cases;
    }

    private static byte[] Hex(JsonElement test, string property)
    {
        return Convert.FromHexString(test.GetProperty(property).GetString()!);
    }
}
