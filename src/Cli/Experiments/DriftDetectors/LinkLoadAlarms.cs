using System.Globalization;
using System.Text;
using StreamLearn.Learners;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Cli.Experiments.DriftDetectors;

/// <summary>
/// Drift detectors on the errors of <c>liquid</c> on the link loads of the demo's network, whose busiest cable fails half-way: which of the links that the
/// failure shifts have an alarm within three hours, and how many other alarms there are.
/// </summary>
internal static class LinkLoadAlarms
{
    private const int Day = 288;
    private const int InTime = 36;

    private static readonly int[] Horizons = [1, 3, 12];

    /// <summary>One detector on the errors at one horizon, over all links and seeds.</summary>
    /// <param name="Detector">Its name.</param>
    /// <param name="Horizon">In steps.</param>
    /// <param name="Drastic">Links with a drastic shift.</param>
    /// <param name="DrasticFound">Those of them with an alarm in time.</param>
    /// <param name="Moderate">Links with a moderate shift.</param>
    /// <param name="ModerateFound">Those of them with an alarm in time.</param>
    /// <param name="Delay">Mean steps from the failure to the alarm of those that were found; NaN: none was.</param>
    /// <param name="FalseAlarms">All other alarms, per link and week.</param>
    internal sealed record Row(
        string Detector, int Horizon, int Drastic, int DrasticFound, int Moderate, int ModerateFound, double Delay, double FalseAlarms);

    internal static IReadOnlyList<Row> Measure(int seeds)
    {
        var links = Enumerable.Range(1, seeds).SelectMany(seed => Links((ulong)seed)).ToList();
        return [.. DriftReport.Contestants.SelectMany(contestant => Enumerable.Range(0, Horizons.Length).Select(h => Judge(contestant, h, links)))];
    }

    internal static string Markdown(IReadOnlyList<Row> rows)
    {
        var text = new StringBuilder();
        text.AppendLine("| detector | horizon, steps | drastic shifts found | moderate shifts found | delay, steps | other alarms per link and week |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var row in rows)
        {
            var delay = double.IsNaN(row.Delay) ? "–" : row.Delay.ToString("0.0", CultureInfo.InvariantCulture);
            text.AppendLine(FormattableString.Invariant(
                $"| `{row.Detector}` | {row.Horizon} | {row.DrasticFound} of {row.Drastic} | {row.ModerateFound} of {row.Moderate} | {delay} | {row.FalseAlarms:0.0} |"));
        }

        return text.ToString();
    }

    private static ShiftedErrors[] Links(ulong seed)
    {
        var traffic = new BackboneTraffic(new BackboneTrafficOptions { Seed = seed });
        var loads = traffic.Simulate();
        var failure = traffic.Outages[0].FirstBin;
        var errors = new ShiftedErrors[loads.Links.Count];
        Parallel.For(0, errors.Length, link => errors[link] = Errors(loads, link, failure, seed));
        return errors;
    }

    private static ShiftedErrors Errors(LinkLoads loads, int link, int failure, ulong seed)
    {
        var before = Mean(failure - Day);
        var shift = LinkShift.ClassOf(Math.Abs(Mean(failure) - before) / before);
        var learner = ForecasterCatalog.Find("liquid")!.Forecaster(
            new ForecastTask { Horizons = Horizons }, OptionSet.Defaults, (seed << 32) + (ulong)link, new FleetWorkspaces());
        var made = new double[loads.Bins, Horizons.Length];
        var errors = new double[Horizons.Length][];
        for (var h = 0; h < errors.Length; h++)
        {
            errors[h] = new double[loads.Bins];
            Array.Fill(errors[h], double.NaN, 0, Math.Min(Horizons[h], loads.Bins));
        }

        var scale = 0.0;
        Span<double> forecasts = stackalloc double[Horizons.Length];
        for (var bin = 0; bin < loads.Bins; bin++)
        {
            var load = loads[bin, link];
            scale = Math.Max(scale, load);
            for (var h = 0; h < Horizons.Length && Horizons[h] <= bin; h++)
            {
                errors[h][bin] = scale > 0 ? Math.Abs(load - made[bin - Horizons[h], h]) / scale : 0;
            }

            learner.Learn([load]);
            learner.Predict(forecasts);
            for (var h = 0; h < Horizons.Length; h++)
            {
                made[bin, h] = forecasts[h];
            }
        }

        return new ShiftedErrors(shift, failure, errors);

        double Mean(int from) => Enumerable.Range(from, Day).Average(bin => loads[bin, link]);
    }

    private static Row Judge(DriftContestant contestant, int horizon, List<ShiftedErrors> links)
    {
        var found = new Dictionary<ShiftClass, int> { [ShiftClass.Drastic] = 0, [ShiftClass.Moderate] = 0, [ShiftClass.None] = 0 };
        var (delays, others, weeks) = (0.0, 0, 0.0);
        foreach (var link in links)
        {
            var detector = contestant.Detector.Detector(contestant.Options, 1);
            var isFound = false;
            for (var bin = 0; bin < link.Errors[horizon].Length; bin++)
            {
                if (!detector.Add(link.Errors[horizon][bin]))
                {
                    continue;
                }

                var delay = bin - link.Failure;
                if (link.Shift != ShiftClass.None && !isFound && delay is >= 0 and < InTime)
                {
                    isFound = true;
                    found[link.Shift]++;
                    delays += delay;
                }
                else
                {
                    others++;
                }
            }

            weeks += link.Errors[horizon].Length / (7.0 * Day);
        }

        return new Row(
            contestant.Name, Horizons[horizon], Count(ShiftClass.Drastic), found[ShiftClass.Drastic], Count(ShiftClass.Moderate), found[ShiftClass.Moderate],
            delays / (found[ShiftClass.Drastic] + found[ShiftClass.Moderate]), others / weeks);

        int Count(ShiftClass shift) => links.Count(link => link.Shift == shift);
    }

    /// <param name="Shift">How hard the failure hits the link.</param>
    /// <param name="Failure">Bin of the failure.</param>
    /// <param name="Errors">For each horizon, the absolute error at each bin in units of the largest load so far; NaN: there was no forecast.</param>
    private sealed record ShiftedErrors(ShiftClass Shift, int Failure, double[][] Errors);
}
