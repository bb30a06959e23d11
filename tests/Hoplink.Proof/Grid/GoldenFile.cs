using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Hoplink.Recovery;

namespace Hoplink.Proof.Grid;

/// <summary>
/// The grid as it is kept: healing-times.csv beside this file, one row a cell, times in ms. The world's time is virtual and all chance
/// comes from seeds, so that every machine measures the same.
/// </summary>
internal static class GoldenFile
{
    /// <summary>What to do where a change of the protocol or the library is meant to change the times.</summary>
    public const string HowToRegenerate =
        "To keep what is measured now, run: dotnet run --project tests/Hoplink.Proof -c Release -- -explicit only -method '*.Measure_the_grid*'";

    private const string Head =
        "rung,rtt_ms,loss_percent,rung_median_ms,rung_p99_ms,healed_median_ms,healed_p99_ms,delivered_median_ms,delivered_p99_ms,"
        + "retried,escalated";

    public static string CsvPath => Beside("healing-times.csv");

    public static string ChartPath => Beside("healing-times.svg");

    /// <summary>SHA-256 of a grid as it is kept: the chart names it, so that a test can tell which grid was drawn.</summary>
    public static string Fingerprint(IEnumerable<CellResult> results)
    {
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(results))));
    }

    public static string Write(IEnumerable<CellResult> results)
    {
        return Head + "\n" + string.Concat(results.Select(r => Row(r) + "\n"));
    }

    /// <exception cref="FormatException">It is not such a file.</exception>
    public static CellResult[] Read(string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || lines[0] != Head)
        {
            throw new FormatException($"the first line must be {Head}");
        }

        return lines.Skip(1).Select(ReadRow).ToArray();
    }

    public static CellResult[] Read() => Read(File.ReadAllText(CsvPath));

    /// <summary>The cells that differ, "old -> new", a line each; a cell that only one of the two has differs.</summary>
    public static string[] Differences(IEnumerable<CellResult> old, IEnumerable<CellResult> measured)
    {
        Dictionary<Cell, string> before = old.ToDictionary(r => r.Cell, Row);
        Dictionary<Cell, string> after = measured.ToDictionary(r => r.Cell, Row);
        return before.Keys.Union(after.Keys)
            .Select(cell => (cell, Old: before.GetValueOrDefault(cell, "none"), New: after.GetValueOrDefault(cell, "none")))
            .Where(x => x.Old != x.New)
            .Select(x => $"{x.cell}: {x.Old} -> {x.New}")
            .ToArray();
    }

    private static string Row(CellResult r)
    {
        return string.Join(
            ',', $"L{(int)r.Cell.Rung}", r.Cell.RttMs, r.Cell.LossPercent, InMs(r.RungMedian), InMs(r.RungP99), InMs(r.HealedMedian),
            InMs(r.HealedP99), InMs(r.DeliveredMedian), InMs(r.DeliveredP99), r.Retried, r.Escalated);
    }

    private static CellResult ReadRow(string line)
    {
        string[] fields = line.Split(',');
        if (fields.Length != 11 || fields[0].Length != 2 || fields[0][0] != 'L')
        {
            throw new FormatException($"no row of the grid: {line}");
        }

        var cell = new Cell((RecoveryLevel)Whole(fields[0][1..]), Whole(fields[1]), Whole(fields[2]));
        return new CellResult(
            cell, InMicros(fields[3]), InMicros(fields[4]), InMicros(fields[5]), InMicros(fields[6]), InMicros(fields[7]),
            InMicros(fields[8]), Whole(fields[9]), Whole(fields[10]));
    }

    private static string InMs(long micros) => (micros / 1000m).ToString("F3", CultureInfo.InvariantCulture);

    private static long InMicros(string ms) => (long)(decimal.Parse(ms, CultureInfo.InvariantCulture) * 1000);

    private static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Beside(string name, [CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, name);
}
