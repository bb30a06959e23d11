namespace Hoplink.Tests.Architecture;

/// <summary>
/// What the library may use of the platform: it is sans IO. A look at every reference in the compiled IL. That the board's runtime has it
/// all, and takes its IL, the build for netnano1.0 shows.
/// </summary>
public sealed class SubsetTests
{
    // All of System that the library uses. What is added here must not be a socket, a thread, a clock, a console or randomness: those are
    // the host's.
    private static readonly HashSet<string> _allowed =
    [
        "System.Object", "System.ValueType", "System.Enum", "System.Array", "System.String", "System.Void", "System.Boolean",
        "System.Byte", "System.SByte", "System.Char", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32", "System.Int64",
        "System.UInt64", "System.Exception", "System.ArgumentException", "System.ArgumentNullException",
        "System.ArgumentOutOfRangeException", "System.InvalidOperationException",

        // How the compiler fills an array from data.
        "System.Runtime.CompilerServices.RuntimeHelpers", "System.RuntimeFieldHandle",
    ];

    [Theory]
    [InlineData("Hoplink.dll")]
    [InlineData("Hoplink.Crypto.dll")]
    public void The_library_uses_nothing_of_the_platform_but_what_is_listed(string name)
    {
        using var assembly = new CompiledAssembly(name);
        Assert.Empty(assembly.Types.SelectMany(t => t.References.Where(r => !IsOwn(r) && !_allowed.Contains(r))
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
    }

    // A reference to a nested type of the compiler's own, as for array data, has no namespace.
    private static bool IsOwn(string type)
    {
        return type.StartsWith("Hoplink.", StringComparison.Ordinal)
            || type.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal);
    }
}
