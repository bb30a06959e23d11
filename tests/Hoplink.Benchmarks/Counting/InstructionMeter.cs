using Hoplink.Crypto;

namespace Hoplink.Benchmarks.Counting;

/// <summary>Reads the counters of a counted library. Of use only in the context of a <see cref="CountedLibrary"/>.</summary>
internal static class InstructionMeter
{
    /// <summary>
    /// What an HMAC and the cipher run: the budgets of a datagram are without them, since a board may have them natively.
    /// </summary>
    private static readonly Type[] _primitives =
    [
        typeof(ManagedHmacKey), typeof(ManagedCrypto), typeof(ArgumentRange), typeof(Sha256), typeof(Sha256Block),
        typeof(ManagedAesCtrKey), typeof(AesRounds), typeof(AesTranspose),
    ];

    private static readonly (long[] Counts, string[] Methods)[] _assemblies =
        [CountersOf(typeof(CryptoProvider)), CountersOf(typeof(Link))];

    private static readonly (long[] Counts, int Index, string Method)[] _others =
    [
        .. _assemblies.SelectMany(a => a.Methods.Select((method, index) => (a.Counts, index, method)))
            .Where(counter => !Array.Exists(_primitives, type => IsOf(type, counter.method))),
    ];

    /// <summary>Instructions run so far.</summary>
    internal static long Total => _assemblies.Sum(assembly => assembly.Counts.Sum());

    /// <summary>Instructions run so far outside the primitives.</summary>
    internal static long WithoutPrimitives
    {
        get
        {
            long total = 0;
            foreach ((long[] counts, int index, _) in _others)
            {
                total += counts[index];
            }

            return total;
        }
    }

    /// <summary>Instructions that an action runs.</summary>
    internal static long Count(Action action)
    {
        long before = Total;
        action();
        return Total - before;
    }

    /// <summary>Instructions run so far outside the primitives, by method.</summary>
    internal static Dictionary<string, long> ByMethod()
    {
        return _others.GroupBy(counter => counter.Method).ToDictionary(group => group.Key, group => group.Sum(c => c.Counts[c.Index]));
    }

    private static (long[] Counts, string[] Methods) CountersOf(Type type)
    {
        Type counters = type.Assembly.GetType(InstructionCounter.TypeName, true)!;
        return ((long[])counters.GetField(InstructionCounter.CountsName)!.GetValue(null)!,
            (string[])counters.GetField(InstructionCounter.MethodsName)!.GetValue(null)!);
    }

    private static bool IsOf(Type type, string method)
    {
        return method.StartsWith(type.FullName + ".", StringComparison.Ordinal);
    }
}
