namespace Hoplink.Nano.Check;

/// <summary>What a check found, and how much a board stores of the assembly: see <see cref="StoredSize"/>.</summary>
internal sealed record Verdict(IReadOnlyList<Finding> Findings, int IlSize, int StringSize, int TotalSize);

/// <summary>All rules over one assembly.</summary>
internal static class Checker
{
    /// <exception cref="BadImageFormatException">The stream holds no assembly.</exception>
    public static Verdict Check(Stream stream)
    {
        using CompiledAssembly assembly = new(stream);
        List<Finding> findings = [];
        StoredSize size = new(assembly);
        new SignatureCheck(assembly, findings.Add).Run();
        new AttributeCheck(assembly, findings.Add).Run();
        new InstructionCheck(assembly, findings.Add).Run();
        new StringCheck(assembly, findings.Add).Run();
        new ShapeCheck(assembly, findings.Add).Run();
        new StaticOrderCheck(assembly, findings.Add).Run();
        new LimitCheck(assembly, size, findings.Add).Run();
        return new Verdict([.. findings.Distinct().OrderBy(f => f.Rule).ThenBy(f => f.Where, StringComparer.Ordinal)],
            size.Il, size.Strings, size.Total);
    }
}
