using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Cluster.Tests.Metrics;

/// <summary>What is read of a node, as readings and as instruments.</summary>
public sealed class MetricReaderTests
{
    // What there is nothing of without Kafka.
    private static readonly HashSet<string> Unknown =
        ["lag_time", "chunk_mean", "chunk_p50", "chunk_p90", "chunk_p99", "chunk_max", "answer_mean", "answer_p50", "answer_p90", "answer_p99", "answer_max"];

    private readonly FakeTimeProvider _time = new();
    private readonly PipelineDefinition _pipeline = StreamLearnConfig.Load(
        null, [], "streamlearn.pipelines.p { learner { kind = recursive-least-squares }, rivals = [last-value] }").Pipelines[0];

    [Fact]
    public void Given_a_node_when_it_is_read_then_every_field_of_the_catalogue_that_applies_has_a_value()
    {
        var snapshot = Read();

        var node = Assert.Single(snapshot.Of(MetricCatalog.OfNode));
        Assert.Equal(["n"], node.Tags);
        Assert.All(node.Values, value => Assert.True(double.IsFinite(value)));
        var flow = Assert.Single(snapshot.Of(MetricCatalog.OfFlow));
        Assert.Equal(["n", "p"], flow.Tags);
        Assert.All(
            MetricCatalog.OfFlow.Fields.Where(field => !Unknown.Contains(field.Name)),
            field => Assert.True(double.IsFinite(flow[field.Name]), $"{field.Name} is not read."));
        Assert.Equal((1, 0), (Assert.Single(snapshot.Of(MetricCatalog.OfBuckets))["buckets"], Assert.Single(snapshot.Of(MetricCatalog.OfBuckets))["passive_keys"]));
        foreach (var scope in Enum.GetValues<MeasureScope>())
        {
            foreach (var ofKeys in (bool[])[false, true])
            {
                var measurement = MetricCatalog.OfTask("forecast", scope, ofKeys)!;
                var readings = snapshot.Of(measurement).ToList();
                Assert.All(measurement.Fields, field => Assert.True(
                    readings.Any(reading => double.IsFinite(reading[field.Name])), $"{measurement.Name}.{field.Name} is not read."));
            }
        }
    }

    [Fact]
    public void Given_learners_and_horizons_when_they_are_read_then_each_has_a_series_with_its_tags()
    {
        var snapshot = Read();

        Assert.Equal(
            [["n", "p", "recursive-least-squares"], ["n", "p", "last-value"]],
            snapshot.Of(MetricCatalog.OfTask("forecast", MeasureScope.Learner, false)!).Select(reading => reading.Tags));
        Assert.Equal(
            ["1", "3", "12"],
            snapshot.Of(MetricCatalog.OfTask("forecast", MeasureScope.Horizon, false)!).Where(reading => reading.Tags[2] == "last-value").Select(reading => reading.Tags[3]));
        var key = Assert.Single(snapshot.Of(MetricCatalog.OfTask("forecast", MeasureScope.Pipeline, true)!));
        Assert.Equal(["n", "p", "ä b"], key.Tags);
        Assert.Equal(40, key["records"]);
    }

    [Fact]
    public void Given_a_snapshot_when_instruments_are_asked_then_they_say_the_same_under_their_names()
    {
        var snapshot = Read();
        using var instruments = new MeterInstruments(() => snapshot, withKeys: true);
        var seen = new Dictionary<string, List<(double Value, string Tags)>>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == MeterInstruments.MeterName)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();

        foreach (var reading in snapshot.Readings)
        {
            for (var place = 0; place < reading.Values.Count; place++)
            {
                if (double.IsFinite(reading.Values[place]))
                {
                    var tags = string.Join(',', reading.Measurement.Tags.Zip(reading.Tags, (tag, value) => $"streamlearn.{tag}={value}"));
                    Assert.Contains((reading.Values[place], tags), seen[MeterInstruments.NameOf(reading.Measurement, reading.Measurement.Fields[place])]);
                }
            }
        }

        Assert.Equal("streamlearn.flow.records", MeterInstruments.NameOf(MetricCatalog.OfFlow, MetricCatalog.OfFlow.Fields[0]));

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = new StringBuilder();
            foreach (var tag in tags)
            {
                text.Append(text.Length > 0 ? "," : "").Append(tag.Key).Append('=').Append(tag.Value);
            }

            seen.TryAdd(instrument.Name, []);
            seen[instrument.Name].Add((value, text.ToString()));
        }
    }

    [Theory]
    [InlineData("", 0, "10.0.0.5")]
    [InlineData("", 4053, "10.0.0.5:4053")]
    [InlineData("east-1", 4053, "east-1")]
    public void Given_a_node_when_its_tag_is_made_then_a_port_that_changes_with_each_start_is_not_in_it(string name, int port, string tag)
    {
        var config = StreamLearnConfig.Load(null, [$"metrics.node=\"{name}\"", $"node.port={port}", "node.public-host=10.0.0.5"]);

        Assert.Equal(tag, config.Metrics.NodeTag(config.Node));
    }

    private MetricSnapshot Read()
    {
        var fleet = _pipeline.Plan.CreateFleet(10);
        var key = Encoding.UTF8.GetBytes("ä b");
        const int records = 40;
        var examples = new ExampleBatch(
            [.. Enumerable.Range(0, records).Select(offset => (long)offset)], [.. Enumerable.Range(0, records).Select(step => 1_700_000_000_000 + (step * 300_000L))],
            new ExampleKind[records], [.. Enumerable.Repeat(key, records).SelectMany(bytes => bytes)], [.. Enumerable.Range(1, records).Select(row => row * key.Length)],
            [.. Enumerable.Range(0, records).Select(step => 100 + (10 * Math.Sin(step)))], 1);
        fleet.Process(examples, 0, PredictionBatch.Allocate(records, fleet.PredictionWidth));
        var measured = fleet.Measure(new KeySelection(0, KeyRank.Records, [key]));
        var reader = new MetricReader(
            "n", [(_pipeline, new PipelineProgress())], new BucketCosts(_time), new LearnerMemory(0), new ProcessUsage(_time), _time);
        _time.Advance(TimeSpan.FromSeconds(10));
        return reader.Read([new PipelineMeasures("p", 1, 0, measured.Total, measured.Keys, measured.PassiveKeys)]);
    }
}
