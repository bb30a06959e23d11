using Hoplink.Nano.Check;

namespace Hoplink.Benchmarks.Measures;

/// <summary>What code takes in a board's flash.</summary>
internal static class CodeSize
{
    /// <summary>
    /// Bytes that a board stores of Hoplink.Crypto: code, tables, names, types and records, by the count of <see cref="StoredSize"/>, which
    /// says what is not in it.
    /// </summary>
    internal static int OfCrypto()
    {
        using FileStream assembly = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "netnano1.0", "Hoplink.Crypto.dll"));
        return Checker.Check(assembly).TotalSize;
    }
}
