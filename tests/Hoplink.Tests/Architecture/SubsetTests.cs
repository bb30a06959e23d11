namespace Hoplink.Tests.Architecture;

/// <summary>
/// What the portable code may use of the platform: sans IO, and nothing that the board's runtime lacks. A look at every reference in the
/// compiled IL.
/// </summary>
public sealed class SubsetTests
{
    // All of System that the library uses. What is added here has to exist on the board, and must not be a socket, a thread, a clock, a
    // console or randomness: those are the host's.
    private static readonly HashSet<string> _allowed =
    [
        "System.Object", "System.BitConverter", "System.ValueType", "System.Enum", "System.Array", "System.String", "System.Void", "System.Boolean",
        "System.Byte", "System.SByte", "System.Char", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32", "System.Int64",
        "System.UInt64", "System.Exception", "System.ArgumentException", "System.ArgumentNullException",
        "System.ArgumentOutOfRangeException", "System.InvalidOperationException",

        // How the compiler fills an array from data.
        "System.Runtime.CompilerServices.RuntimeHelpers", "System.RuntimeFieldHandle",
    ];

    private static readonly string[] _forbidden =
        ["System.Linq", "System.Collections.Generic", "System.Threading.Tasks", "System.Runtime.CompilerServices.Async", "System.Span", "System.Memory"];

    public static TheoryData<string> Portable => ["Hoplink.dll", "Hoplink.DeviceApp.dll"];

    [Fact]
    public void The_library_uses_nothing_of_the_platform_but_what_is_listed()
    {
        using var assembly = new CompiledAssembly("Hoplink.dll");
        Assert.Empty(assembly.Types.SelectMany(t => t.References.Where(r => !IsOwn(r) && !_allowed.Contains(r))
            .Select(r => $"{t.Type} uses {r}")));
    }

    [Theory]
    [MemberData(nameof(Portable))]
    public void Portable_code_has_no_generics(string name)
    {
        using var assembly = new CompiledAssembly(name);
        Assert.Empty(assembly.Generics);
    }

    [Theory]
    [MemberData(nameof(Portable))]
    public void Portable_code_uses_no_linq_and_is_not_asynchronous(string name)
    {
        using var assembly = new CompiledAssembly(name);
        Assert.Empty(assembly.Types.SelectMany(t => t.References
            .Where(r => _forbidden.Any(f => r.StartsWith(f, StringComparison.Ordinal)) || r.EndsWith("IAsyncStateMachine", StringComparison.Ordinal))
            .Select(r => $"{t.Type} uses {r}")));
    }

    // The reader itself: in this assembly it finds what it is to find.
    [Fact]
    public void The_reader_sees_what_this_assembly_uses()
    {
        using var assembly = new CompiledAssembly("Hoplink.Tests.dll");
        HashSet<string> used = [.. assembly.Types.SelectMany(t => t.References)];
        Assert.Contains("System.Linq.Enumerable", used);
        Assert.Contains("System.Random", used);
        Assert.Contains("System.Collections.Generic.Queue`1", used);
        Assert.NotEmpty(assembly.Generics);
    }

    // A reference to a nested type of the compiler's own, as for array data, has no namespace.
    private static bool IsOwn(string type)
    {
        return type.StartsWith("Hoplink.", StringComparison.Ordinal) || type.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal);
    }
}
