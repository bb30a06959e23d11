using Hoplink.Nano.Check;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hoplink.Nano.Tests;

/// <summary>Source compiled as a netnano1.0 project is, against the reference assemblies.</summary>
internal static class Sample
{
    private static readonly Lazy<MetadataReference[]> _references = new(
        () => [.. Listings.Assemblies.Values.Select(bytes => MetadataReference.CreateFromImage(bytes))]);

    /// <summary>The compiler's errors, none if all is well.</summary>
    public static string[] Compile(
        string source, out byte[] bytes, LanguageVersion version = LanguageVersion.CSharp10, params string[] symbols)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(version, preprocessorSymbols: symbols));
        CSharpCompilationOptions options = new(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true);
        using MemoryStream stream = new();
        var result = CSharpCompilation.Create("Sample", [tree], _references.Value, options).Emit(stream);
        bytes = stream.ToArray();
        return [.. result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
    }

    public static Verdict Check(string source, LanguageVersion version = LanguageVersion.CSharp10)
    {
        Assert.Empty(Compile(source, out byte[] bytes, version));
        return Checker.Check(new MemoryStream(bytes));
    }

    /// <summary>The sample breaks this rule, whatever else it breaks.</summary>
    public static void IsRefused(int rule, string source, LanguageVersion version = LanguageVersion.CSharp10)
    {
        Assert.Contains((Rule)rule, Check(source, version).Findings.Select(f => f.Rule));
    }

    /// <summary>The sample breaks no rule at all.</summary>
    public static void Passes(string source, LanguageVersion version = LanguageVersion.CSharp10)
    {
        Assert.Empty(Check(source, version).Findings.Select(f => f.ToLine("sample")));
    }
}
