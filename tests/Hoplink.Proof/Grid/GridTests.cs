namespace Hoplink.Proof.Grid;

/// <summary>The measured grid is the one that is kept, and the chart shows it.</summary>
public sealed class GridTests
{
    [Fact]
    public void Every_cell_heals_in_the_times_that_are_kept()
    {
        string[] changed = GoldenFile.Differences(GoldenFile.Read(), CellResult.MeasureAll());
        Assert.True(
            changed.Length == 0,
            $"{changed.Length} cells changed, kept -> measured:\n{string.Join('\n', changed)}\n{GoldenFile.HowToRegenerate}");
    }

    [Fact]
    public void The_golden_file_has_every_cell_once_and_reads_as_it_was_written()
    {
        CellResult[] kept = GoldenFile.Read();
        Assert.Equal(Cell.All, kept.Select(r => r.Cell));
        Assert.Equal(File.ReadAllText(GoldenFile.CsvPath).ReplaceLineEndings("\n"), GoldenFile.Write(kept));
    }

    [Fact]
    public void The_chart_was_drawn_from_the_golden_file()
    {
        // Skia places text by the fonts of the machine, so that the drawing itself is not the same everywhere.
        string mark = HealingChart.Mark(GoldenFile.Read());
        Assert.True(
            File.ReadAllText(GoldenFile.ChartPath).Contains(mark, StringComparison.Ordinal),
            $"the chart lacks {mark}\n{GoldenFile.HowToRegenerate}");
    }

    [Fact]
    public void A_cell_that_changed_is_named_with_its_old_and_new_times()
    {
        CellResult[] kept = GoldenFile.Read();
        CellResult slower = kept[5] with { HealedP99 = kept[5].HealedP99 + 1 };
        string line = Assert.Single(GoldenFile.Differences(kept, [.. kept[..5], slower, .. kept[6..]]));
        Assert.StartsWith($"{slower.Cell}: ", line, StringComparison.Ordinal);
        Assert.Contains(" -> ", line, StringComparison.Ordinal);
        Assert.Contains("none", Assert.Single(GoldenFile.Differences(kept, kept[1..])), StringComparison.Ordinal);
    }
}
