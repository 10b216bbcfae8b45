using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Drift;

public sealed class DriftReportTests
{
    private static readonly DriftContestant Adwin = new("adwin", DriftDetectorCatalog.Find("adwin")!, OptionSet.Defaults);

    [Fact]
    public void Given_the_same_seeds_Then_the_report_is_the_same_with_a_row_for_each_detector_on_each_stream()
    {
        var rows = DriftReport.Measure(DriftReport.Seeds(2));

        Assert.Equal(rows, DriftReport.Measure(DriftReport.Seeds(2)));
        Assert.Equal(
            DriftStreams.All.SelectMany(scenario => DriftReport.Contestants.Select(contestant => (scenario.Name, contestant.Name))),
            rows.Select(row => (row.Scenario, row.Detector)));
        Assert.All(rows, row => Assert.Equal(2, row.Seeds));
        Assert.Subset(rows.Select(row => row.Detector).ToHashSet(), DriftDetectorCatalog.All.Select(detector => detector.Kind).ToHashSet());
    }

    [Fact]
    public void Given_rows_with_and_without_drifts_and_alarms_Then_the_table_says_so()
    {
        DriftReportRow[] rows =
        [
            new("adwin", "shift", 20, 20, 1, 12.4, 3.6, 0.26, 0.04),
            new("ddm", "shift", 20, 20, 20, double.NaN, double.NaN, 0, 0),
            new("ddm", "still", 1, 0, 0, double.NaN, double.NaN, 3, double.NaN),
        ];

        Assert.Equal(
            """
            | stream | detector | delay, values | missed | false alarms per 10,000 values |
            | --- | --- | --- | --- | --- |
            | shift | `adwin` | 12 ± 4 | 1 of 20 | 0.3 ± 0.0 |
            | shift | `ddm` | – | 20 of 20 | 0.0 ± 0.0 |
            | still | `ddm` | – | – | 3.0 |

            """,
            DriftReport.Markdown(rows));
    }

    [Fact]
    public void Given_some_seeds_Then_a_row_is_mean_and_deviation_of_what_each_stream_measures()
    {
        var scenario = DriftStreams.All[1];
        var each = DriftReport.Seeds(3).Select(seed =>
            DriftQuality.Measure(Adwin.Detector.Detector(OptionSet.Defaults, seed), scenario.Stream(seed), DriftReport.Horizon)).ToArray();

        var row = Assert.Single(DriftReport.Measure([Adwin], [scenario], DriftReport.Seeds(3)));

        Assert.Equal(each.Average(quality => quality.MeanDelay), row.Delay, 1e-12);
        Assert.Equal(
            Math.Sqrt(each.Sum(quality => Math.Pow(quality.MeanDelay - row.Delay, 2)) / 2), row.DelayDeviation, 1e-12);
        Assert.Equal(each.Average(quality => quality.FalseAlarmsPer10000), row.FalseAlarms, 1e-12);
        Assert.Equal((3, 0), (row.Drifts, row.Misses));
    }

    /// <summary>Where it is not, the message has the table to put there; what the page says of it must be read again.</summary>
    [Fact]
    public void Given_twenty_seeds_Then_the_table_is_the_one_of_the_documentation()
    {
        var measured = DriftReport.Markdown(DriftReport.Measure(DriftReport.Seeds(20)));
        var page = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "learners", "drift.md"));

        Assert.True(
            page.Contains(measured, StringComparison.Ordinal), $"docs/learners/drift.md has another table than is measured:\n{measured}");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "StreamLearn.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No StreamLearn.sln above {AppContext.BaseDirectory}.");
    }
}
