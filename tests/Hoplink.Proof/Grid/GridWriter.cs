namespace Hoplink.Proof.Grid;

/// <summary>
/// Writes what the tests of the grid compare with. It runs only when asked for: see <see cref="GoldenFile.HowToRegenerate"/>.
/// </summary>
public sealed class GridWriter
{
    [Fact(Explicit = true)]
    public void Measure_the_grid_and_write_golden_file_and_chart()
    {
        CellResult[] measured = CellResult.MeasureAll();
        File.WriteAllText(GoldenFile.CsvPath, GoldenFile.Write(measured));
        WriteChart(measured);
    }

    [Fact(Explicit = true)]
    public void Draw_the_golden_file_again() => WriteChart(GoldenFile.Read());

    private static void WriteChart(CellResult[] results)
    {
        string svg = HealingChart.Draw(results);

        // Skia leaves text out, without a word, where the system has no font.
        Assert.Contains("<text", svg, StringComparison.Ordinal);
        File.WriteAllText(GoldenFile.ChartPath, svg);
    }
}
