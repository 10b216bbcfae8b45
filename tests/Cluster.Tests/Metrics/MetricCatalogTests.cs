using System.Text.RegularExpressions;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Cluster.Tests.Metrics;

public sealed partial class MetricCatalogTests
{
    private const string Begin = "<!-- tables: begin -->\n";
    private const string End = "<!-- tables: end -->";

    public static TheoryData<string> Measurements => [.. MetricCatalog.All.Select(measurement => measurement.Name)];

    [Fact]
    public void Given_the_catalogue_when_the_documentation_is_read_then_its_tables_are_the_catalogue()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "metrics.md"));
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin >= 0 && end > begin, $"docs/metrics.md has no lines {Begin.Trim()} and {End}.");

        var expected = MetricCatalog.ToMarkdown();
        if (page[(begin + Begin.Length)..end] != expected)
        {
            var copy = Path.Combine(Path.GetTempPath(), "metrics-tables.md");
            File.WriteAllText(copy, expected);
            Assert.Fail($"The tables of docs/metrics.md are not the catalogue; expected between its marks what is in {copy} now.");
        }
    }

    [Theory]
    [MemberData(nameof(Measurements))]
    public void Given_a_measurement_when_its_names_are_read_then_they_can_be_written_and_queried_without_quotes(string name)
    {
        var measurement = MetricCatalog.All.Single(one => one.Name == name);

        Assert.Matches(Name(), name);
        Assert.All(measurement.Fields, field => Assert.Matches(Name(), field.Name));
        Assert.Distinct(measurement.Fields.Select(field => field.Name));
        Assert.InRange(measurement.Fields.Count, 1, 64);
        Assert.Empty(measurement.Tags.Except(["node", "gpu", "pipeline", "partition", "reason", "learner", "horizon", "key"]));
        Assert.All(measurement.Fields, field => Assert.True(field.Unit.Length > 0 && field.Meaning.Length > 0, $"{field.Name} has no unit or meaning."));
        Assert.Equal(name.Contains("_key", StringComparison.Ordinal), measurement.Tags.Contains("key"));
    }

    [Fact]
    public void Given_the_measures_of_all_tasks_when_the_catalogue_is_asked_then_it_has_a_field_for_each()
    {
        Assert.Distinct(MetricCatalog.All.Select(measurement => measurement.Name));
        foreach (var task in TaskMeasures.Tasks)
        {
            Assert.All(TaskMeasures.Of(task), measure =>
            {
                Assert.Contains(measure.Name, MetricCatalog.OfTask(task, measure.Scope, ofKeys: true)!.Fields.Select(field => field.Name));
                Assert.Equal(!measure.OfOneKey, MetricCatalog.OfTask(task, measure.Scope, ofKeys: false)!.Fields.Any(field => field.Name == measure.Name));
            });
        }
    }

    [Fact]
    public void Given_a_reading_when_tags_or_fields_are_not_those_of_the_catalogue_then_it_is_refused()
    {
        Assert.Contains("expected node, pipeline", Assert.Throws<ArgumentException>(() => new MetricReading(MetricCatalog.OfFlow, "n")).Message, StringComparison.Ordinal);
        Assert.Throws<KeyNotFoundException>(() => new MetricReading(MetricCatalog.OfFlow, "n", "p").Set("cups", 1));
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex Name();

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
