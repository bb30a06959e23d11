using System.Security.Cryptography;
using Hoplink.Crypto;

namespace Hoplink.Host;

/// <summary>The primitives as this computer's own library has them (System.Security.Cryptography).</summary>
public sealed class PlatformCrypto : CryptoProvider
{
    /// <summary>The prime p of P-256, big-endian (SP 800-186, 3.2.1.3).</summary>
    private static readonly byte[] _prime = Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");

    /// <summary>The order n of P-256, big-endian (SP 800-186, 3.2.1.3).</summary>
    private static readonly byte[] _order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    private readonly RandomSource _random;
    private readonly PlatformAesCtrKey.Scratch _scratch = new();

    /// <summary>Draws its randomness from the operating system.</summary>
    public PlatformCrypto()
        : this(new SystemRandomSource())
    {
    }

    /// <summary>Draws all randomness, private keys too, from <paramref name="random"/>: the same bytes give the same keys.</summary>
    public PlatformCrypto(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <inheritdoc/>
    public override void FillRandom(byte[] buffer, int offset, int count)
    {
        _random.Fill(buffer, offset, count);
    }

    /// <inheritdoc/>
    public override void Sha256(byte[] data, int offset, int count, byte[] output, int outputOffset)
    {
        SHA256.HashData(ByteRange.Of(data, offset, count), ByteRange.Of(output, outputOffset, HashSize));
    }

    /// <inheritdoc/>
    public override HmacKey CreateHmacKey(byte[] key, int offset, int count)
    {
        return new PlatformHmacKey(ByteRange.Of(key, offset, count));
    }

    /// <inheritdoc/>
    public override AesCtrKey CreateAesCtrKey(byte[] key, int offset)
    {
        return new PlatformAesCtrKey(_scratch, ByteRange.Of(key, offset, AesKeySize));
    }

    /// <inheritdoc/>
    public override void Pbkdf2(
        byte[] password, int passwordOffset, int passwordCount, byte[] salt, int saltOffset, int saltCount,
        int iterations, byte[] output, int outputOffset, int outputCount)
    {
        Rfc2898DeriveBytes.Pbkdf2(
            ByteRange.Of(password, passwordOffset, passwordCount), ByteRange.Of(salt, saltOffset, saltCount),
            ByteRange.Of(output, outputOffset, outputCount), iterations, HashAlgorithmName.SHA256);
    }

    /// <inheritdoc/>
    public override KeyPair GenerateKeyPair()
    {
        byte[] privateKey = new byte[PrivateKeySize];
        do
        {
            _random.Fill(privateKey, 0, privateKey.Length);
        }
        while (!IsPrivateKey(privateKey));

        try
        {
            using ECDiffieHellman own = Import(privateKey);
            ECPoint point = own.ExportParameters(includePrivateParameters: false).Q;
            return new KeyPair(privateKey, [.. point.X!, .. point.Y!]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <inheritdoc/>
    public override bool Agree(KeyPair own, byte[] peerPublic, int peerPublicOffset, byte[] secret, int secretOffset)
    {
        ArgumentNullException.ThrowIfNull(own);
        ReadOnlySpan<byte> peer = ByteRange.Of(peerPublic, peerPublicOffset, PublicKeySize);
        Span<byte> output = ByteRange.Of(secret, secretOffset, SharedSecretSize);
        byte[] privateKey = new byte[PrivateKeySize];
        byte[]? shared = null;
        try
        {
            own.CopyPrivateKey(privateKey, 0);
            // Some platforms' libraries check the coordinates' range by themselves, but none promises it.
            if (!IsPrivateKey(privateKey) || !IsBelow(peer[..32], _prime) || !IsBelow(peer[32..], _prime))
            {
                return false;
            }

            using ECDiffieHellman mine = Import(privateKey);
            using ECDiffieHellman theirs = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = peer[..32].ToArray(), Y = peer[32..].ToArray() },
            });
            shared = mine.DeriveRawSecretAgreement(theirs.PublicKey);
            shared.CopyTo(output);
            return true;
        }
        catch (CryptographicException)
        {
            // The library takes no point that is off the curve. Whatever the cause, there is no secret.
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    /// <inheritdoc/>
    public override bool FixedTimeEquals(byte[] left, int leftOffset, byte[] right, int rightOffset, int count)
    {
        return CryptographicOperations.FixedTimeEquals(ByteRange.Of(left, leftOffset, count), ByteRange.Of(right, rightOffset, count));
    }

    /// <summary>The pair of a private key; its public half comes from the library.</summary>
    private static ECDiffieHellman Import(byte[] privateKey)
    {
        return ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = privateKey });
    }

    private static bool IsPrivateKey(ReadOnlySpan<byte> key)
    {
        return IsBelow(key, _order) && key.IndexOfAnyExcept((byte)0) >= 0;
    }

    /// <summary>left &lt; right, both big-endian, in a time that does not depend on them.</summary>
    private static bool IsBelow(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int borrow = 0;
        for (int i = left.Length - 1; i >= 0; i--)
        {
            borrow = (left[i] - right[i] + borrow) >> 8;
        }

        return borrow != 0;
    }
}
