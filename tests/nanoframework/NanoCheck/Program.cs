using Hoplink.Nano.Check;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: Hoplink.Nano.Check ASSEMBLY");
    return 2;
}

using FileStream file = File.OpenRead(args[0]);
Verdict verdict = Checker.Check(file);
foreach (Finding finding in verdict.Findings)
{
    Console.WriteLine(finding.ToLine(args[0]));
}

Console.WriteLine($"{Path.GetFileName(args[0])} on the device: {verdict.TotalSize} bytes; {verdict.IlSize} of IL and {verdict.StringSize} of strings, "
    + $"of {LimitCheck.MostBytes} each");
return verdict.Findings.Count == 0 ? 0 : 1;
