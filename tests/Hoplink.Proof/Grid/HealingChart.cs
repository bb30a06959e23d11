using System.Text;
using Hoplink.Recovery;
using ScottPlot;
using SkiaSharp;

namespace Hoplink.Proof.Grid;

/// <summary>
/// Draws the grid: a panel for each rung, loss to the right, the time until all is healed upwards, a colour a round trip.
/// </summary>
internal static class HealingChart
{
    private const int Width = 1040;
    private const int HeadHeight = 78;
    private const int PanelHeight = 350;
    private const int FootHeight = 76;
    private const int Height = HeadHeight + 2 * PanelHeight + FootHeight;
    private const string FontName = "DejaVu Sans";

    // Okabe and Ito: told apart by the colour-blind too.
    private static readonly string[] _colors = ["#0072B2", "#009E73", "#D55E00", "#7F3C8D"];

    private static readonly Dictionary<RecoveryLevel, string> _titles = new()
    {
        [RecoveryLevel.TimeSync] = "L1 time resync: a clock 500 to 999 ms off",
        [RecoveryLevel.SequenceRepair] = "L2 sequence repair: a sender lost 10 messages",
        [RecoveryLevel.SessionRekey] = "L3 session rekey: a damaged session key",
        [RecoveryLevel.ConnectionTerminate] = "L4 terminate and reconnect: corrupt state",
    };

    /// <summary>The chart as SVG, with the grid's fingerprint in it.</summary>
    public static string Draw(IReadOnlyList<CellResult> results)
    {
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), stream))
        {
            Head().Render(canvas, new PixelRect(0, Width, HeadHeight, 0));
            for (int i = 0; i < Cell.Rungs.Length; i++)
            {
                float left = i % 2 * Width / 2;
                float top = HeadHeight + i / 2 * PanelHeight;
                Panel(Cell.Rungs[i], results).Render(canvas, new PixelRect(left, left + Width / 2, top + PanelHeight, top));
            }

            Foot().Render(canvas, new PixelRect(0, Width, Height, Height - FootHeight));
        }

        // Whoever looks at it may have another font of about the same widths. Skia writes a list of places for each text, with a comma too
        // many.
        string svg = Encoding.UTF8.GetString(stream.ToArray()).ReplaceLineEndings("\n").TrimEnd()
            .Replace($"font-family=\"{FontName}\"", $"font-family=\"{FontName}, Verdana, sans-serif\"", StringComparison.Ordinal)
            .Replace(", \"", "\"", StringComparison.Ordinal);
        return svg + "\n" + Mark(results) + "\n";
    }

    /// <summary>The line of the SVG that says which grid was drawn.</summary>
    public static string Mark(IEnumerable<CellResult> results) => $"<!-- healing-times.csv, SHA-256 {GoldenFile.Fingerprint(results)} -->";

    private static Plot Panel(RecoveryLevel rung, IEnumerable<CellResult> results)
    {
        Plot plot = New();
        for (int i = 0; i < Cell.RoundTripsMs.Length; i++)
        {
            CellResult[] line = results.Where(r => r.Cell.Rung == rung && r.Cell.RttMs == Cell.RoundTripsMs[i]).ToArray();
            var color = Color.FromHex(_colors[i]);
            AddLine(plot, line, r => r.HealedMedian, color, LinePattern.Solid, MarkerShape.FilledCircle);
            AddLine(plot, line, r => r.HealedP99, color, LinePattern.Dashed, MarkerShape.OpenCircle);
        }

        plot.Title(_titles[rung], 15);
        plot.XLabel("datagrams lost each way", 13);
        plot.Axes.Bottom.SetTicks([.. Cell.LossesPercent.Select(loss => (double)loss)], [.. Cell.LossesPercent.Select(loss => $"{loss} %")]);
        plot.Axes.Left.SetTicks([0, 1, 2, 3, 4, 5], ["1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"]);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Axes.SetLimits(-1.5, 41.5, -0.15, 4.75);
        plot.Layout.Fixed(new PixelPadding(64, 16, 52, 36));
        return plot;
    }

    private static void AddLine(
        Plot plot, CellResult[] line, Func<CellResult, long> micros, Color color, LinePattern pattern, MarkerShape shape)
    {
        double[] xs = line.Select(r => (double)r.Cell.LossPercent).ToArray();
        double[] ys = line.Select(r => Math.Log10(micros(r) / 1000.0)).ToArray();
        var scatter = plot.Add.Scatter(xs, ys, color);
        scatter.LineWidth = 2;
        scatter.LinePattern = pattern;
        scatter.MarkerShape = shape;
        scatter.MarkerSize = 7;
    }

    private static Plot Head()
    {
        Plot plot = Empty();
        plot.Title("Time to heal, from the rung's start until all is well", 18);
        for (int i = 0; i < Cell.RoundTripsMs.Length; i++)
        {
            plot.Legend.ManualItems.Add(new LegendItem
            {
                LabelText = $"RTT {Cell.RoundTripsMs[i]} ms",
                LineColor = Color.FromHex(_colors[i]),
                LineWidth = 4,
            });
        }

        plot.Legend.ManualItems.Add(Key("median of 200 runs", LinePattern.Solid, MarkerShape.FilledCircle));
        plot.Legend.ManualItems.Add(Key("99th percentile", LinePattern.Dashed, MarkerShape.OpenCircle));
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.SymbolWidth = 36;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.FontSize = 13;
        plot.ShowLegend(Alignment.MiddleCenter);
        return plot;
    }

    private static LegendItem Key(string text, LinePattern pattern, MarkerShape shape) => new()
    {
        LabelText = text,
        LineColor = Colors.Black,
        LineWidth = 2,
        LinePattern = pattern,
        MarkerShape = shape,
        MarkerSize = 7,
        MarkerFillColor = shape == MarkerShape.OpenCircle ? Colors.Transparent : Colors.Black,
        MarkerLineColor = Colors.Black,
        MarkerLineWidth = 1,
    };

    private static Plot Foot()
    {
        Plot plot = Empty();
        ScottPlot.Plottables.Annotation note = plot.Add.Annotation(
            "All is well: no rung runs and no condition holds at either end, and both have one session, one epoch and one clock.\n"
            + "The time begins when the rung starts (L4: when the session ends). Loss goes on all the while, either way.\n"
            + "L3 and L4 include the key agreements: 200 ms at the device, 1 ms at the peer. L4 includes the wait of 1 s ± 20 %.",
            Alignment.MiddleLeft);
        note.LabelFontSize = 13;
        note.LabelBackgroundColor = Colors.Transparent;
        note.LabelBorderWidth = 0;
        note.LabelShadowColor = Colors.Transparent;
        return plot;
    }

    private static Plot Empty()
    {
        Plot plot = New();
        plot.HideGrid();
        plot.Axes.Frameless();
        return plot;
    }

    private static Plot New()
    {
        var plot = new Plot();
        plot.Font.Set(FontName);

        // Several plots share one canvas.
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        return plot;
    }
}
