using System.Reflection;
using System.Runtime.Loader;

namespace Hoplink.Benchmarks.Counting;

/// <summary>
/// The library, made to count its instructions, in a context of its own; beside it a second copy of this assembly, whose measures use
/// it like any other library. Only types of the runtime cross between the contexts.
/// </summary>
internal sealed class CountedLibrary : AssemblyLoadContext
{
    private readonly Assembly _library;
    private readonly Assembly _measures;

    internal CountedLibrary()
        : base("counted")
    {
        byte[] counted = InstructionCounter.Instrument(typeof(Link).Assembly.Location, out string[] methods);
        _library = LoadFromStream(new MemoryStream(counted));
        _library.GetType(InstructionCounter.TypeName, true)!.GetField(InstructionCounter.FieldName)!.SetValue(null, new long[methods.Length]);
        _measures = LoadFromAssemblyPath(typeof(CountedLibrary).Assembly.Location);
        Run<object?>(typeof(InstructionMeter), nameof(InstructionMeter.Name), (object)methods);
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
        return assemblyName.Name == _library.GetName().Name ? _library : null;
    }
}
