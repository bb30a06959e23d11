using System;
using System.Text;
using Hoplink.Crypto;
using Hoplink.Keys;

namespace Hoplink.SelfTest;

/// <summary>SHA-256, HMAC, AES, PBKDF2 and P-256 on published examples.</summary>
internal static class CryptoChecks
{
    // SP 800-186, the base point of P-256.
    private const string BasePoint =
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

    internal static void Run(Report report)
    {
        report.Run("SHA-256", new Check(Sha256));
        report.Run("HMAC-SHA256", new Check(Hmac));
        report.Run("AES-128", new Check(AesBlock));
        report.Run("AES-128-CTR", new Check(AesCtr));
        report.Run("PBKDF2", new Check(Pbkdf2));
        report.Run("P-256 key pairs", new Check(KeyPairs));
        report.Run("P-256 agreement", new Check(Agreement));
        report.Run("P-256 agreement, both ways", new Check(BothWays));
        report.Run("P-256 refuses bad points", new Check(BadPoints));
    }

    // FIPS 180-4's examples, and one that crosses the length of a block at every offset.
    private static void Sha256()
    {
        CryptoProvider crypto = Crypto(1);
        byte[] hash = new byte[CryptoProvider.HashSize];
        crypto.Sha256(Ascii("abc"), 0, 3, hash, 0);
        Expect.Bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hash, 0, "the hash of abc");
        byte[] two = Ascii("xabcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopqx");
        crypto.Sha256(two, 1, 56, hash, 0);
        Expect.Bytes("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", hash, 0, "the hash of 56 bytes");
        byte[] many = new byte[1000];
        for (int i = 0; i < many.Length; i++)
        {
            many[i] = (byte)'a';
        }

        crypto.Sha256(many, 0, many.Length, hash, 0);
        Expect.Bytes("41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3", hash, 0, "the hash of 1000 bytes");
    }

    // RFC 4231, cases 2, 3 and 6.
    private static void Hmac()
    {
        Mac(
            Ascii("Jefe"), Ascii("what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        Mac(Repeat(0xaa, 20), Repeat(0xdd, 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
        Mac(
            Repeat(0xaa, 131), Ascii("Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    private static void Mac(byte[] key, byte[] data, string expected)
    {
        HmacKey hmac = Crypto(2).CreateHmacKey(key, 0, key.Length);
        byte[] tag = new byte[CryptoProvider.HashSize];
        hmac.Compute(data, 0, data.Length, tag, 0, tag.Length);
        Expect.Bytes(expected, tag, 0, "the tag");
        hmac.Wipe();
    }

    // FIPS 197, C.1: a counter block over zeros is the cipher itself.
    private static void AesBlock()
    {
        byte[] buffer = new byte[16];
        AesCtrKey key = Crypto(8).CreateAesCtrKey(Hex.Parse("000102030405060708090a0b0c0d0e0f"), 0);
        key.AddKeystream(0x0011223344556677, 0x8899aabb, 0xccddeeff, buffer, 0, buffer.Length);
        Expect.Bytes("69c4e0d86a7b0430d8cdb78070b4c55a", buffer, 0, "the block");
        key.Wipe();
    }

    // SP 800-38A, F.5.1 and F.5.2.
    private static void AesCtr()
    {
        const string Plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
            + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
        byte[] buffer = Hex.Parse(Plain);
        AesCtrKey key = Crypto(9).CreateAesCtrKey(Hex.Parse("2b7e151628aed2a6abf7158809cf4f3c"), 0);
        key.AddKeystream(0xf0f1f2f3f4f5f6f7, 0xf8f9fafb, 0xfcfdfeff, buffer, 0, buffer.Length);
        Expect.Bytes(
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
            + "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee",
            buffer, 0, "the ciphertext");
        key.AddKeystream(0xf0f1f2f3f4f5f6f7, 0xf8f9fafb, 0xfcfdfeff, buffer, 0, buffer.Length);
        Expect.Bytes(Plain, buffer, 0, "the plaintext");
        key.Wipe();
    }

    // RFC 7914, 11: one iteration; the second block too.
    private static void Pbkdf2()
    {
        byte[] output = new byte[64];
        Crypto(3).Pbkdf2(Ascii("passwd"), 0, 6, Ascii("salt"), 0, 4, 1, output, 0, output.Length);
        Expect.Bytes(
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
            + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
            output, 0, "the derived key");
    }

    // 1 times the base point, and n - 1 times it: the same X, the other Y.
    private static void KeyPairs()
    {
        byte[] one = new byte[32];
        one[31] = 1;
        KeyPair pair = new ManagedCrypto(new ScriptedRandom(4).Then(one)).GenerateKeyPair();
        Expect.Bytes(BasePoint, pair.PublicKey, 0, "the base point");
        byte[] last = Hex.Parse("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550");
        pair = new ManagedCrypto(new ScriptedRandom(5).Then(last)).GenerateKeyPair();
        Expect.Bytes(BasePoint.Substring(0, 64), pair.PublicKey, 0, "X of minus the base point");
        Expect.Bytes("b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a", pair.PublicKey, 32, "Y of minus the base point");
    }

    // NIST's example for the key agreement of SP 800-56A on P-256 (KAS ECC CDH, COUNT 0).
    private static void Agreement()
    {
        byte[] own = Hex.Parse("7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534");
        CryptoProvider crypto = new ManagedCrypto(new ScriptedRandom(6).Then(own));
        KeyPair pair = crypto.GenerateKeyPair();
        Expect.Bytes(
            "ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b230"
            + "28af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141",
            pair.PublicKey, 0, "the public key");
        byte[] peer = Hex.Parse(
            "700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
            + "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac");
        byte[] secret = new byte[CryptoProvider.SharedSecretSize];
        Expect.True(crypto.Agree(pair, peer, 0, secret, 0), "the peer's key was refused");
        Expect.Bytes("46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b", secret, 0, "the shared secret");
    }

    private static void BothWays()
    {
        CryptoProvider crypto = Crypto(6);
        KeyPair left = crypto.GenerateKeyPair();
        KeyPair right = crypto.GenerateKeyPair();
        byte[] secrets = new byte[64];
        Expect.True(crypto.Agree(left, right.PublicKey, 0, secrets, 0), "the left end refused the right one's key");
        Expect.True(crypto.Agree(right, left.PublicKey, 0, secrets, 32), "the right end refused the left one's key");
        Expect.True(crypto.FixedTimeEquals(secrets, 0, secrets, 32, 32), "the two ends agreed on different secrets");
    }

    // 3.2: both coordinates below p, on the curve, not the identity.
    private static void BadPoints()
    {
        CryptoProvider crypto = Crypto(7);
        KeyPair own = crypto.GenerateKeyPair();
        byte[] point = Hex.Parse(BasePoint);
        point[63] ^= 1;
        Refused(crypto, own, point, "a point off the curve");
        Refused(crypto, own, new byte[64], "the identity");
        byte[] large = Hex.Parse(BasePoint);
        byte[] prime = Hex.Parse("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
        Array.Copy(prime, 0, large, 0, 32);
        Refused(crypto, own, large, "an X that is p");
    }

    private static void Refused(CryptoProvider crypto, KeyPair own, byte[] point, string what)
    {
        byte[] secret = new byte[32];
        Expect.True(!crypto.Agree(own, point, 0, secret, 0), what + " was taken");
        for (int i = 0; i < secret.Length; i++)
        {
            Expect.Equal(0, secret[i], "a byte of the secret");
        }
    }

    private static CryptoProvider Crypto(uint seed)
    {
        return new ManagedCrypto(new ScriptedRandom(seed));
    }

    private static byte[] Ascii(string text)
    {
        return Encoding.UTF8.GetBytes(text);
    }

    private static byte[] Repeat(byte value, int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = value;
        }

        return bytes;
    }
}
