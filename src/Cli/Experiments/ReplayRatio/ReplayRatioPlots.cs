using ScottPlot;

namespace StreamLearn.Cli.Experiments.ReplayRatio;

/// <summary>The curves of the experiment, PNG files: mean over seeds, with a band of a standard deviation.</summary>
internal sealed class ReplayRatioPlots(ReplayRatioResult result)
{
    private const int Width = 1000;
    private const int Height = 550;

    /// <summary>Writes all plots into a folder.</summary>
    internal void Write(string folder)
    {
        foreach (var world in result.Settings.Worlds)
        {
            using var returns = Curves(world, "return without noise", point => point.TestReturn);
            returns.SavePng(Path.Combine(folder, $"{world}-return.png"), Width, Height);
            using var faus = Curves(world, "critic's fraction of active units", point => point.CriticFau);
            faus.SavePng(Path.Combine(folder, $"{world}-fau.png"), Width, Height);
        }
    }

    private Plot Curves(string world, string label, Func<ReplayRatioPoint, double> curve)
    {
        var plot = new Plot();
        foreach (var arm in ReplayRatioArm.All)
        {
            var runs = result.Of(world, arm);
            var color = plot.Add.Palette.GetColor(ReplayRatioArm.All.ToList().IndexOf(arm));
            var places = new List<double>();
            var (means, low, high) = (new List<double>(), new List<double>(), new List<double>());
            for (var i = 0; i < runs[0].Points.Count; i++)
            {
                var spread = Spread.Of([.. runs.Select(run => curve(run.Points[i]))]);
                if (double.IsFinite(spread.Mean))
                {
                    places.Add(runs[0].Points[i].Steps / 1000.0);
                    means.Add(spread.Mean);
                    low.Add(spread.Mean - spread.Deviation);
                    high.Add(spread.Mean + spread.Deviation);
                }
            }

            var band = plot.Add.FillY(places.ToArray(), low.ToArray(), high.ToArray());
            band.FillColor = color.WithAlpha(0.12);
            band.LineWidth = 0;
            var line = plot.Add.ScatterLine(places.ToArray(), means.ToArray(), color);
            line.LegendText = arm.Name;
            line.LineWidth = arm.IsAdaptive ? 3 : 1.5f;
        }

        plot.XLabel("thousand agent steps");
        plot.YLabel(label);
        plot.Title($"{world}: {label}, {result.Settings.Seeds} seeds");
        plot.ShowLegend(Edge.Right);
        return plot;
    }
}
