using Hoplink.Crypto;

namespace Hoplink.Benchmarks.Counting;

/// <summary>Reads the counters of a counted library. Of use only in the context of a <see cref="CountedLibrary"/>.</summary>
internal static class InstructionMeter
{
    /// <summary>What an HMAC runs: the budgets of a datagram are without it, since a board may have it natively.</summary>
    private static readonly Type[] _hashing = [typeof(ManagedHmacKey), typeof(ManagedCrypto), typeof(Sha256), typeof(Sha256Block)];

    private static readonly long[] _counts = (long[])typeof(Link).Assembly.GetType(InstructionCounter.TypeName, true)!
        .GetField(InstructionCounter.FieldName)!.GetValue(null)!;

    private static string[] _methods = [];
    private static int[] _others = [];

    /// <summary>Instructions run so far.</summary>
    internal static long Total => _counts.Sum();

    /// <summary>Instructions run so far outside the hashing.</summary>
    internal static long WithoutHashing
    {
        get
        {
            long total = 0;
            foreach (int method in _others)
            {
                total += _counts[method];
            }

            return total;
        }
    }

    /// <summary>The counters' methods, in their order.</summary>
    internal static void Name(string[] methods)
    {
        _methods = methods;
        _others = [.. Enumerable.Range(0, methods.Length).Where(i => !Array.Exists(_hashing, type => IsOf(type, methods[i])))];
    }

    /// <summary>Instructions that an action runs.</summary>
    internal static long Count(Action action)
    {
        long before = Total;
        action();
        return Total - before;
    }

    /// <summary>Instructions run so far outside the hashing, by method.</summary>
    internal static Dictionary<string, long> ByMethod()
    {
        return _others.GroupBy(i => _methods[i], i => _counts[i]).ToDictionary(group => group.Key, group => group.Sum());
    }

    private static bool IsOf(Type type, string method)
    {
        return method.StartsWith(type.FullName + ".", StringComparison.Ordinal);
    }
}
