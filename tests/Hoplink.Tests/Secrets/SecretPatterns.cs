using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Hoplink.Crypto;
using Hoplink.Tests.Crypto;

namespace Hoplink.Tests.Secrets;

/// <summary>
/// The forms in which a secret may lie in memory: eight bytes of it in a row, as they are, padded for HMAC or absorbed by SHA-256; a word of
/// a round key, sliced by bits, as the managed AES has them; and two limbs of 29 bits in a row, as the arithmetic of P-256 has numbers.
/// </summary>
internal sealed class SecretPatterns
{
    private const int Piece = 8;
    private const int LimbBits = 29;

    private readonly Dictionary<ulong, string> _pieces = [];
    private readonly Dictionary<(long, long), string> _limbs = [];

    public SecretPatterns(IEnumerable<Secret> secrets)
    {
        var crypto = new ManagedCrypto(new SeededRandomSource(1));
        foreach (Secret secret in secrets)
        {
            AddPieces(secret.Name, secret.Bytes);
            AddLimbs(secret.Name, secret.Bytes);
            if (secret.Form == SecretForm.HmacKey)
            {
                AddPieces(secret.Name + " (inner pad)", [.. secret.Bytes.Select(value => (byte)(value ^ 0x36))]);
                AddPieces(secret.Name + " (outer pad)", [.. secret.Bytes.Select(value => (byte)(value ^ 0x5c))]);
                var prepared = (ManagedHmacKey)crypto.CreateHmacKey(secret.Bytes, 0, secret.Bytes.Length);
                AddPieces(secret.Name + " (HMAC state)", [.. prepared.States.SelectMany(word => BigEndian(word, sizeof(uint)))]);
            }
            else if (secret.Form == SecretForm.CipherKey)
            {
                // Any round key of AES-128 gives the key.
                var expanded = (ManagedAesCtrKey)crypto.CreateAesCtrKey(secret.Bytes, 0);
                AddPieces(secret.Name + " (round keys)", [.. RoundKeys(expanded).SelectMany(word => BigEndian(word, sizeof(ulong)))]);
            }
        }
    }

    /// <summary>Whose bytes these are; null: nobody's.</summary>
    public string? FindIn(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i + Piece <= bytes.Length; i++)
        {
            if (_pieces.TryGetValue(BinaryPrimitives.ReadUInt64BigEndian(bytes[i..]), out string? name))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>The same of numbers of one size, in bytes, whichever way round each is taken.</summary>
    public string? FindIn(IReadOnlyList<ulong> numbers, int size)
    {
        string? found = FindIn(numbers.SelectMany(number => BigEndian(number, size)).ToArray())
            ?? FindIn(numbers.SelectMany(number => BigEndian(number, size).Reverse()).ToArray());
        for (int i = 0; found == null && i + 1 < numbers.Count; i++)
        {
            found = _limbs.GetValueOrDefault(((long)numbers[i], (long)numbers[i + 1]));
        }

        return found;
    }

    private static IEnumerable<byte> BigEndian(ulong number, int size)
    {
        for (int i = size - 1; i >= 0; i--)
        {
            yield return (byte)(number >> (8 * i));
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_keys")]
    private static extern ref ulong[] RoundKeys(ManagedAesCtrKey key);

    private void AddPieces(string name, byte[] bytes)
    {
        for (int i = 0; i + Piece <= bytes.Length; i += Piece)
        {
            _pieces[BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(i))] = name;
        }
    }

    private void AddLimbs(string name, byte[] bytes)
    {
        BigInteger number = new(bytes, isUnsigned: true, isBigEndian: true);
        long mask = (1L << LimbBits) - 1;
        for (int shift = 0; shift + LimbBits < 8 * bytes.Length - LimbBits; shift += LimbBits)
        {
            _limbs[((long)((number >> shift) & mask), (long)((number >> (shift + LimbBits)) & mask))] = name + " (limbs)";
        }
    }
}
