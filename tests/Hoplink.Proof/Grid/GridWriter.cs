namespace Hoplink.Proof.Grid;

/// <summary>Writes what the tests of the grid compare with. It runs only when asked for: see <see cref="GoldenFile.HowToRegenerate"/>.</summary>
public sealed class GridWriter
{
    [Fact(Explicit = true)]
    public void Measure_the_grid_and_write_golden_file_and_chart()
    {
        CellResult[] measured = CellResult.MeasureAll();
        File.WriteAllText(GoldenFile.CsvPath, GoldenFile.Write(measured));
    }
}
