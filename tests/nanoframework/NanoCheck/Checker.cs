namespace Hoplink.Nano.Check;

/// <summary>What a check found, and how much of the device's limits the assembly takes.</summary>
internal sealed record Verdict(IReadOnlyList<Finding> Findings, int IlSize, int StringSize);

/// <summary>All rules over one assembly.</summary>
internal static class Checker
{
    /// <exception cref="BadImageFormatException">The stream holds no assembly.</exception>
    public static Verdict Check(Stream stream)
    {
        using CompiledAssembly assembly = new(stream);
        List<Finding> findings = [];
        LimitCheck limits = new(assembly, findings.Add);
        new SignatureCheck(assembly, findings.Add).Run();
        new InstructionCheck(assembly, findings.Add).Run();
        new ShapeCheck(assembly, findings.Add).Run();
        new StaticOrderCheck(assembly, findings.Add).Run();
        limits.Run();
        return new Verdict([.. findings.Distinct().OrderBy(f => f.Rule).ThenBy(f => f.Where, StringComparer.Ordinal)],
            limits.IlSize, limits.StringSize);
    }
}
