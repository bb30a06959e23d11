using System.Reflection;
using System.Runtime.Loader;
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

    internal CountedLibrary()
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
