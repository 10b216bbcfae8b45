using System.Globalization;
using System.Text;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Drift;

/// <summary>Compares detectors on streams with known drifts. Pure functions: the same seeds, the same report.</summary>
public static class DriftReport
{
    /// <summary>Values from a drift on within which an alarm belongs to it.</summary>
    public const int Horizon = 1000;

    /// <summary>All detectors with their defaults, and those beside them that <c>docs/learners/drift.md</c> speaks of.</summary>
    public static IReadOnlyList<DriftContestant> Contestants { get; } =
    [
        With(AdwinDetector.Kind),
        With(PageHinkleyDetector.Kind),
        With(PageHinkleyDetector.Kind, ("threshold", "100")),
        With(DdmDetector.Kind),
        With(KswinDetector.Kind),
        With(KswinDetector.Kind, ("alpha", "0.0001")),
    ];

    /// <summary>The seeds 1 to <paramref name="count"/>.</summary>
    public static IReadOnlyList<ulong> Seeds(int count) => [.. Enumerable.Range(1, count).Select(seed => (ulong)seed)];

    /// <summary>Measures <see cref="Contestants"/> on <see cref="DriftStreams.All"/>.</summary>
    /// <param name="seeds">Seeds of the streams, and of detectors that draw.</param>
    public static IReadOnlyList<DriftReportRow> Measure(IReadOnlyList<ulong> seeds) => Measure(Contestants, DriftStreams.All, seeds);

    /// <summary>Measures detectors on streams: a row for each detector on each stream, streams first.</summary>
    public static IReadOnlyList<DriftReportRow> Measure(
        IReadOnlyList<DriftContestant> contestants, IReadOnlyList<DriftScenario> scenarios, IReadOnlyList<ulong> seeds)
    {
        ArgumentNullException.ThrowIfNull(contestants);
        ArgumentNullException.ThrowIfNull(scenarios);
        ArgumentNullException.ThrowIfNull(seeds);
        var rows = new List<DriftReportRow>();
        foreach (var scenario in scenarios)
        {
            DriftSeries[] streams = [.. seeds.Select(scenario.Stream)];
            foreach (var contestant in contestants)
            {
                DriftQuality[] qualities =
                [
                    .. streams.Zip(seeds, (stream, seed) =>
                        DriftQuality.Measure(contestant.Detector.Detector(contestant.Options, seed), stream, Horizon)),
                ];
                var (delay, delayDeviation) = Moments([.. qualities.Select(quality => quality.MeanDelay).Where(double.IsFinite)]);
                var (falseAlarms, falseAlarmsDeviation) = Moments([.. qualities.Select(quality => quality.FalseAlarmsPer10000)]);
                rows.Add(new DriftReportRow(
                    contestant.Name, scenario.Name, seeds.Count,
                    qualities.Sum(quality => quality.Drifts), qualities.Sum(quality => quality.Misses),
                    delay, delayDeviation, falseAlarms, falseAlarmsDeviation));
            }
        }

        return rows;
    }

    /// <summary>The rows as a table in Markdown: mean ± standard deviation over seeds.</summary>
    public static string Markdown(IReadOnlyList<DriftReportRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder()
            .Append("| stream | detector | delay, values | missed | false alarms per 10,000 values |\n")
            .Append("| --- | --- | --- | --- | --- |\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Scenario} | `{row.Detector}` | ")
                .Append(CultureInfo.InvariantCulture, $"{Spread(row.Delay, row.DelayDeviation, "0")} | ")
                .Append(row.Drifts == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{row.Misses} of {row.Drifts}"))
                .Append(CultureInfo.InvariantCulture, $" | {Spread(row.FalseAlarms, row.FalseAlarmsDeviation, "0.0")} |\n");
        }

        return text.ToString();
    }

    private static DriftContestant With(string kind, params (string Name, string Value)[] settings) =>
        new(
            string.Join(", ", settings.Select(setting => $"{setting.Name} = {setting.Value}").Prepend(kind)),
            DriftDetectorCatalog.Find(kind)!,
            new OptionSet("detector", settings.ToDictionary(setting => setting.Name, setting => setting.Value)));

    private static string Spread(double mean, double deviation, string format)
    {
        if (double.IsNaN(mean))
        {
            return "–";
        }

        var text = mean.ToString(format, CultureInfo.InvariantCulture);
        return double.IsNaN(deviation) ? text : $"{text} ± {deviation.ToString(format, CultureInfo.InvariantCulture)}";
    }

    private static (double Mean, double Deviation) Moments(double[] values)
    {
        if (values.Length == 0)
        {
            return (double.NaN, double.NaN);
        }

        var mean = values.Average();
        var squares = values.Sum(value => (value - mean) * (value - mean));
        return (mean, values.Length == 1 ? double.NaN : Math.Sqrt(squares / (values.Length - 1)));
    }
}
