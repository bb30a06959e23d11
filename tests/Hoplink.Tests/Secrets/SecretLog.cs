using System.Security.Cryptography;
using System.Text;
using Hoplink.Crypto;
using Hoplink.Keys;

namespace Hoplink.Tests.Secrets;

/// <summary>One agreement of two ends, and all that comes of it (protocol.md 3.2), whether or not an end has derived it yet.</summary>
internal sealed class KeyExchange(byte[] sharedSecret)
{
    public byte[] SharedSecret { get; } = sharedSecret;

    /// <summary>Of the ends that have computed it.</summary>
    public List<byte[]> PrivateKeys { get; } = [];

    /// <summary>Empty until an end has derived it.</summary>
    public byte[] Block { get; set; } = [];

    /// <summary>Used up by the derivation, in the form of bytes: no end needs it in memory afterwards, however long the session lives.</summary>
    public IEnumerable<Secret> UsedUp =>
    [
        new("shared secret", SharedSecret),
        .. PrivateKeys.Select(key => new Secret("private key", key)),
        .. Block.Length == 0 ? [] : EpochKeys.Concat(RecoveryKeys).Select(secret => secret with { Form = SecretForm.Bytes }),
    ];

    /// <summary>What an end holds for as long as it accepts the epoch: prepared keys of HMAC, and of the cipher.</summary>
    public IEnumerable<Secret> EpochKeys
    {
        get
        {
            byte[] session = Block[12..44];
            yield return new Secret("session key", session, SecretForm.HmacKey);
            yield return new Secret("mac i2r", Derive(session, "hoplink mac i2r v1"), SecretForm.HmacKey);
            yield return new Secret("mac r2i", Derive(session, "hoplink mac r2i v1"), SecretForm.HmacKey);
            byte[] label = [.. Encoding.ASCII.GetBytes("hoplink hop v1"), .. Block[44..48]];
            yield return new Secret("hop key", HMACSHA256.HashData(session, label), SecretForm.HmacKey);
            yield return new Secret("payload i2r", Derive(session, "hoplink payload i2r v1")[..16], SecretForm.CipherKey);
            yield return new Secret("payload r2i", Derive(session, "hoplink payload r2i v1")[..16], SecretForm.CipherKey);
        }
    }

    /// <summary>What an end holds for as long as the session lives; of a handshake only.</summary>
    public IEnumerable<Secret> RecoveryKeys
    {
        get
        {
            if (Block.Length < KeyJob.HandshakeBlockSize)
            {
                yield break;
            }

            byte[] recovery = Block[64..96];
            yield return new Secret("recovery key", recovery, SecretForm.HmacKey);
            yield return new Secret("recovery i2r", Derive(recovery, "hoplink recovery i2r v1"), SecretForm.HmacKey);
            yield return new Secret("recovery r2i", Derive(recovery, "hoplink recovery r2i v1"), SecretForm.HmacKey);
        }
    }

    public IEnumerable<Secret> Everything => Block.Length == 0 ? UsedUp : UsedUp.Concat(EpochKeys).Concat(RecoveryKeys);

    private static byte[] Derive(byte[] key, string label) => HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(label));
}

/// <summary>What an end makes of a secret that it holds.</summary>
internal enum SecretForm
{
    /// <summary>Nothing: the bytes are used up at once.</summary>
    Bytes,

    /// <summary>A prepared key of HMAC: the bytes padded, or absorbed.</summary>
    HmacKey,

    /// <summary>A prepared key of AES: the bytes expanded to round keys.</summary>
    CipherKey,
}

/// <summary>Bytes that are to be found nowhere, neither as they are nor in the form that an end holds them in.</summary>
internal sealed record Secret(string Name, byte[] Bytes, SecretForm Form = SecretForm.Bytes);

/// <summary>The secrets that have passed through the crypto of both ends.</summary>
internal sealed class SecretLog
{
    private readonly List<(byte[] Bytes, HmacKey Key)> _hmacKeys = [];
    private readonly List<(byte[] Bytes, AesCtrKey Key)> _cipherKeys = [];

    /// <summary>In the order in which the first end computed them.</summary>
    public List<KeyExchange> Exchanges { get; } = [];

    /// <summary>All that were made, whether or not they ever agreed on anything.</summary>
    public List<Secret> PrivateKeys { get; } = [];

    public void OnAgreement(byte[] privateKey, ReadOnlySpan<byte> sharedSecret) => ExchangeOf(sharedSecret).PrivateKeys.Add(privateKey);

    public void OnKeyBlock(ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> block) => ExchangeOf(sharedSecret).Block = block.ToArray();

    public void OnHmacKey(ReadOnlySpan<byte> bytes, HmacKey key) => _hmacKeys.Add((bytes.ToArray(), key));

    public void OnCipherKey(ReadOnlySpan<byte> bytes, AesCtrKey key) => _cipherKeys.Add((bytes.ToArray(), key));

    /// <summary>The prepared keys of these bytes, of either end, that still compute.</summary>
    public int CountUsable(Secret secret)
    {
        Assert.NotEqual(SecretForm.Bytes, secret.Form);
        return _hmacKeys.Count(made => made.Bytes.AsSpan().SequenceEqual(secret.Bytes) && IsUsable(made.Key))
            + _cipherKeys.Count(made => made.Bytes.AsSpan().SequenceEqual(secret.Bytes) && IsUsable(made.Bytes, made.Key));
    }

    // A wiped one may compute: with another key, then.
    private static bool IsUsable(byte[] bytes, AesCtrKey key)
    {
        using var aes = Aes.Create();
        aes.SetKey(bytes);
        byte[] keystream = new byte[16];
        try
        {
            key.AddKeystream(0, 0, 0, keystream, 0, keystream.Length);
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        return keystream.AsSpan().SequenceEqual(aes.EncryptEcb(new byte[16], PaddingMode.None));
    }

    private static bool IsUsable(HmacKey key)
    {
        try
        {
            key.Compute([], 0, 0, new byte[32], 0, 32);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private KeyExchange ExchangeOf(ReadOnlySpan<byte> sharedSecret)
    {
        byte[] bytes = sharedSecret.ToArray();
        KeyExchange? exchange = Exchanges.Find(known => known.SharedSecret.AsSpan().SequenceEqual(bytes));
        if (exchange == null)
        {
            exchange = new KeyExchange(bytes);
            Exchanges.Add(exchange);
        }

        return exchange;
    }
}
