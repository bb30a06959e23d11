using System.Reflection;
using System.Runtime.Loader;
using Hoplink.Benchmarks.Measures;
using Hoplink.Crypto;

namespace Hoplink.Benchmarks.Counting;

/// <summary>
/// The library, made to count its instructions, in a context of its own; beside it a second copy of this assembly, whose measures use
/// it like any other library. Only types of the runtime cross between the contexts.
/// </summary>
internal sealed class CountedLibrary : AssemblyLoadContext
{
    private readonly Dictionary<string, Assembly> _library = [];
    private readonly Assembly _measures;

    private CountedLibrary()
        : base("counted")
    {
        foreach (Assembly assembly in new[] { typeof(CryptoProvider).Assembly, typeof(Link).Assembly })
        {
            byte[] counted = InstructionCounter.Instrument(assembly.Location, out string[] methods);
            Assembly copy = LoadFromStream(new MemoryStream(counted));
            Type counters = copy.GetType(InstructionCounter.TypeName, true)!;
            counters.GetField(InstructionCounter.CountsName)!.SetValue(null, new long[methods.Length]);
            counters.GetField(InstructionCounter.MethodsName)!.SetValue(null, methods);
            _library.Add(copy.GetName().Name!, copy);
        }

        _measures = LoadFromAssemblyPath(typeof(CountedLibrary).Assembly.Location);
    }

    /// <summary>Makes the library count, and runs each measure once, so that no static constructor is in what is measured later.</summary>
    internal static CountedLibrary Load()
    {
        var library = new CountedLibrary();
        byte[][] anyKey = [[.. Enumerable.Repeat((byte)1, CryptoProvider.PrivateKeySize)]];
        library.Run<long>(typeof(CryptoCounts), nameof(CryptoCounts.Compression), new uint[Sha256Block.WordCount]);
        library.Run<long>(typeof(CryptoCounts), nameof(CryptoCounts.Hmac), new byte[1], new byte[1]);
        library.Run<long[]>(typeof(CryptoCounts), nameof(CryptoCounts.KeyGenerations), (object)anyKey);
        library.Run<long[]>(typeof(CryptoCounts), nameof(CryptoCounts.Agreements), (object)anyKey);
        return library;
    }

    /// <summary>Runs a static method of a measure in there and returns what it returns.</summary>
    internal TResult Run<TResult>(Type measure, string method, params object[] arguments)
    {
        Type copy = _measures.GetType(measure.FullName!, true)!;
        MethodInfo info = copy.GetMethod(method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            ?? throw new MissingMethodException(measure.FullName, method);
        return (TResult)info.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        return _library.GetValueOrDefault(assemblyName.Name!);
    }
}
