using Hoplink.Benchmarks.Counting;
using Hoplink.Benchmarks.Measures;

namespace Hoplink.Benchmarks;

/// <summary>The budgets of a board, each measured. All figures are exact and the same each time.</summary>
internal static class Budgets
{
    private const string Il = "IL";
    private const string Bytes = "bytes";
    private const int Kilobyte = 1024;
    private const int HmacBytes = 55;
    private const int Messages = 40;

    // The first congestion window of a device.
    private const int InitialWindow = 4;

    /// <summary>Measures all of them.</summary>
    internal static IReadOnlyList<Budget> Measure(CountedLibrary library)
    {
        return [.. Crypto(library), .. Datagrams(library), .. Memory()];
    }

    private static IEnumerable<Budget> Crypto(CountedLibrary library)
    {
        Type counts = typeof(CryptoCounts);
        long compression = library.Run<long>(counts, nameof(CryptoCounts.Compression), new uint[16]);
        long hmac = library.Run<long>(counts, nameof(CryptoCounts.Hmac), new byte[32], new byte[HmacBytes]);
        byte[][] scalars = [.. Scalars.Make(seed: 1).Take(2)];
        long generation = library.Run<long[]>(counts, nameof(CryptoCounts.KeyGenerations), (object)scalars).Max();
        long agreement = library.Run<long[]>(counts, nameof(CryptoCounts.Agreements), (object)scalars).Max();
        yield return new Budget("SHA-256 compression", Il, compression, 6_500, 6_200);
        yield return new Budget("HMAC of up to 55 bytes, key state cached", Il, hmac, 13_500, 12_800);
        yield return new Budget("AES-128 key schedule", Il, library.Run<long>(counts, nameof(CryptoCounts.AesKeySchedule), new byte[16]));
        yield return new Budget(
            "AES-128-CTR over 100 bytes", Il, library.Run<long>(counts, nameof(CryptoCounts.AesCtr), new byte[16], 0UL, new byte[100]));
        yield return new Budget("P-256 key generation", Il, generation, 560_000, 500_000);
        yield return new Budget("P-256 agreement with all checks of the point", Il, agreement, 1_750_000, 1_600_000);
    }

    private static IEnumerable<Budget> Datagrams(CountedLibrary library)
    {
        Type counts = typeof(DatagramCounts);
        long[] plain = library.Run<long[]>(counts, nameof(DatagramCounts.SealAndOpen), false);
        long[] encrypted = library.Run<long[]>(counts, nameof(DatagramCounts.SealAndOpen), true);
        (long inFours, long turn) = ThroughLink(library, InitialWindow, isEncrypted: false);
        yield return new Budget("seal and open one DATA datagram, without HMAC", Il, plain.Sum(), 700, 530);
        yield return new Budget("the same with its payload encrypted, without HMAC and AES", Il, encrypted.Sum());
        yield return new Budget("one DATA datagram through the Link, four at once, without HMAC", Il, inFours, 4_000, 2_500);
        yield return new Budget("the same, two at once", Il, ThroughLink(library, 2, isEncrypted: false).EachMessage, 4_000, 2_500);

        // Above the 4,000 that a datagram may take: what it took when this was written, so that it does not grow.
        yield return new Budget("the same, one at a time", Il, ThroughLink(library, 1, isEncrypted: false).EachMessage, 5_600, 4_000);
        yield return new Budget(
            "the same, four at once with payloads encrypted, without HMAC and AES", Il,
            ThroughLink(library, InitialWindow, isEncrypted: true).EachMessage);
        yield return new Budget("a turn of the host's loop that finds nothing to do", Il, turn, 220, 200);
    }

    // One message sent and one received, with what acknowledges them and all calls of the host's loop; and a call that finds nothing.
    private static (long EachMessage, long IdleTurn) ThroughLink(CountedLibrary library, int atOnce, bool isEncrypted)
    {
        long[] sending = library.Run<long[]>(typeof(DatagramCounts), nameof(DatagramCounts.Messages), true, Messages, atOnce, isEncrypted);
        long[] receiving = library.Run<long[]>(typeof(DatagramCounts), nameof(DatagramCounts.Messages), false, Messages, atOnce, isEncrypted);
        return ((sending[0] + receiving[0] + Messages - 1) / Messages, (sending[1] + receiving[1]) / (sending[2] + receiving[2]));
    }

    private static IEnumerable<Budget> Memory()
    {
        yield return new Budget("P-256, table, SHA-256, HMAC and AES for netnano1.0", Bytes, CodeSize.OfCrypto(), 48 * Kilobyte, 40 * Kilobyte);
        yield return new Budget("heap of a Link in the Device profile", Bytes, DeviceMemory.HeapOfLink(), 32 * Kilobyte, 24 * Kilobyte);
        yield return new Budget("the same while a rekey keeps two epochs", Bytes, DeviceMemory.HeapOfLinkInRekey());
        yield return new Budget("heap of the library's tables and constants, once for all links", Bytes, DeviceMemory.HeapOfStatics());
        yield return new Budget("allocated by a datagram in steady state", Bytes, DeviceMemory.AllocatedByDatagrams(), 0, 0);
    }
}
