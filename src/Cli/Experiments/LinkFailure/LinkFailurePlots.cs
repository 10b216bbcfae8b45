using ScottPlot;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>The plots of the experiment, PNG files.</summary>
internal sealed class LinkFailurePlots(LinkFailureResult result)
{
    private const int Width = 1100;
    private const int Height = 550;

    // A curve above it would hide the differences between the others.
    private const double Worst = 2;

    // What fits into a picture: one of each kind.
    private static readonly string[] Shown =
    [
        "last-value", "liquid frozen", "gru frozen", "mlp frozen", "mlp frozen, by window", "incremental R=72", "recursive-least-squares", "liquid",
        "hybrid, liquid frozen + incremental", "hybrid",
    ];

    private readonly LinkFailureReport _report = new(result);

    /// <summary>Writes all plots into a folder.</summary>
    internal void Write(string folder)
    {
        foreach (var shift in _report.Classes)
        {
            for (var horizon = 0; horizon < result.Horizons.Count; horizon++)
            {
                using var plot = Errors(shift, horizon);
                var name = FormattableString.Invariant($"{shift.ToString().ToLowerInvariant()}-{Minutes(horizon):0}-minutes.png");
                plot.SavePng(Path.Combine(folder, name), Width, Height);
            }
        }

        using var example = Example();
        example.SavePng(Path.Combine(folder, "example.png"), Width, Height);
    }

    private double Minutes(int horizon) => result.Horizons[horizon] * LinkLoads.Step.TotalMinutes;

    private IEnumerable<(ForecastModel Model, int Place)> ShownModels() =>
        result.Models.Select((model, place) => (model, place)).Where(row => Shown.Contains(row.model.Name));

    private Plot Errors(ShiftClass shift, int horizon)
    {
        var plot = new Plot();
        var periods = FailurePeriod.All;
        var reference = Math.Max(0, result.Models.ToList().FindIndex(model => model.Name == "last-value"));
        double[] places = [.. Enumerable.Range(0, periods.Count).Select(place => (double)place)];
        foreach (var (model, row) in ShownModels())
        {
            double[] errors =
                [.. Enumerable.Range(0, periods.Count).Select(period => Math.Min(Worst, Error(row, period) / Error(reference, period)))];
            var line = plot.Add.Scatter(places, errors);
            line.LegendText = model.Name;
            line.LineWidth = model.Group == ModelGroup.Hybrid || model.Name == "liquid" ? 3 : 1.5f;
        }

        plot.Axes.Bottom.SetTicks(places, [.. periods.Select(period => period.Name)]);
        plot.YLabel(FormattableString.Invariant($"RMSE, in those of {result.Models[reference].Name}; {Worst} and more: {Worst}"));
        plot.Title(FormattableString.Invariant(
            $"{result.Settings.Title}, {shift.ToString().ToLowerInvariant()} shifts, {Minutes(horizon):0} minutes ahead"));
        plot.ShowLegend(Edge.Right);
        return plot;

        double Error(int model, int period) => _report.OverSeeds(shift, link => link.Scores[model][horizon].Rmse[period] / link.Capacity).Mean;
    }

    private Plot Example()
    {
        var plot = new Plot();
        var shown = result.Example;
        double[] hours =
            [.. Enumerable.Range(0, shown.Loads.Length).Select(bin => (shown.FirstBin + bin - shown.FailureBin) * LinkLoads.Step.TotalHours)];
        foreach (var (model, row) in ShownModels())
        {
            var line = plot.Add.ScatterLine(hours, shown.Forecasts[row]);
            line.LegendText = model.Name;
        }

        var loads = plot.Add.ScatterLine(hours, shown.Loads, Colors.Black);
        loads.LegendText = "load";
        loads.LineWidth = 2;
        plot.Add.VerticalLine(0, pattern: LinePattern.Dashed).Color = Colors.Red;
        plot.XLabel("hours since the failure");
        plot.YLabel("Mbit/s");
        plot.Title(FormattableString.Invariant(
            $"{shown.Link} when {shown.Cable} fails: loads and forecasts {Minutes(0):0} minutes ahead"));
        plot.ShowLegend(Edge.Right);
        return plot;
    }
}
