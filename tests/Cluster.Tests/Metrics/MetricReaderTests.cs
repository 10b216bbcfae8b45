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
using StreamLearn.Streams.Influx;

namespace StreamLearn.Cluster.Tests.Metrics;

/// <summary>What is read of a node, as readings and as instruments.</summary>
public sealed class MetricReaderTests
{
    // What there is nothing of without Kafka.
    private static readonly HashSet<string> Unknown =
        ["lag_time", "source_lag_time", "chunk_mean", "chunk_p50", "chunk_p90", "chunk_p99", "chunk_max", "answer_mean", "answer_p50", "answer_p90", "answer_p99", "answer_max"];

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
    public void Given_a_collection_of_all_generations_when_the_node_is_read_then_it_counts_once()
    {
        GC.Collect();
        var before = GC.CollectionCount(0);

        var read = Assert.Single(Read().Of(MetricCatalog.OfNode))["gc_collections"];

        Assert.InRange(read, before, GC.CollectionCount(0));
    }

    [Fact]
    public void Given_logs_and_topics_that_are_copied_when_they_are_read_then_the_lag_of_each_is_known_or_there_is_none()
    {
        var progress = new PipelineProgress();
        progress.Flow.Enter(0, 5, () => 8);
        progress.Flow.EnterSource("s", 0, 10, () => 1000);
        progress.Flow.EnterSource("s", 1, 10, () => 20);
        var flow = Assert.Single(Read(progress).Of(MetricCatalog.OfFlow));
        Assert.Equal((3, 2, 1000), (flow["lag"], flow["source_partitions"], flow["source_lag"]));

        progress.Flow.Enter(1, 5, () => null);

        Assert.Equal((double.NaN, 1000), (Assert.Single(Read(progress).Of(MetricCatalog.OfFlow))["lag"], flow["source_lag"]));
    }

    [Fact]
    public void Given_points_that_are_sent_when_the_node_is_read_then_what_became_of_them_is_among_the_numbers()
    {
        var points = new InfluxStatistics(100, new Dictionary<string, long> { ["buffer"] = 3, ["rejected"] = 0 }, 4, 5, 6, 7, 8);

        var snapshot = Read(influx: points);

        Assert.Equal([100, 4, 5, 6, 7, 8], Assert.Single(snapshot.Of(MetricCatalog.OfInflux)).Values);
        var dropped = Assert.Single(snapshot.Of(MetricCatalog.OfInfluxDropped));
        Assert.Equal(("buffer", 3), (dropped.Tags[1], dropped["points"]));
    }

    [Fact]
    public void Given_keys_that_are_chosen_by_rank_when_instruments_are_asked_then_only_named_ones_have_any()
    {
        var snapshot = Read();
        Assert.NotEmpty(SeriesOfKeys("ä b"));
        Assert.Empty(SeriesOfKeys("another"));

        IReadOnlyList<string> SeriesOfKeys(string named)
        {
            using var instruments = new MeterInstruments(() => snapshot, [named]);
            var seen = new List<string>();
            using var listener = new MeterListener
            {
                InstrumentPublished = (instrument, listening) =>
                {
                    // Those of other tests are about.
                    if (instrument.Meter.Name == MeterInstruments.MeterName && instrument.Name.Contains("_key", StringComparison.Ordinal))
                    {
                        listening.EnableMeasurementEvents(instrument);
                    }
                },
            };
            listener.SetMeasurementEventCallback<double>((_, _, tags, _) => seen.Add(tags.ToArray().Single(tag => tag.Key == "streamlearn.key").Value!.ToString()!));
            listener.Start();
            listener.RecordObservableInstruments();
            return seen;
        }
    }

    /// <summary>Regression: the room was a constant, and a pipeline with many horizons had more series than it.</summary>
    [Fact]
    public void Given_pipelines_with_many_horizons_when_room_is_made_for_their_series_then_all_have_some()
    {
        var horizons = string.Join(", ", Enumerable.Range(1, 64));
        var config = StreamLearnConfig.Load(
            null, ["metrics.keys.named=[a, b, c]"],
            $$"""
            streamlearn.pipelines {
              p { task { horizons = [{{horizons}}] }, learner { kind = recursive-least-squares }, rivals = [last-value, seasonal-last-value, multilayer-perceptron] }
              q { task { kind = bandit, actions = [x, y] }, learner { kind = uniform } }
            }
            """);
        var room = SeriesRoom.Of(config);

        Assert.Equal(
            (1, 2, 4 + 1, (4 * 64) + 1, 3 * (4 * 64)),
            (room.Of(MetricCatalog.OfNode), room.Of(MetricCatalog.OfFlow), room.Of(MetricCatalog.OfTask("forecast", MeasureScope.Learner, false)!),
                room.Of(MetricCatalog.OfTask("forecast", MeasureScope.Horizon, false)!), room.Of(MetricCatalog.OfTask("forecast", MeasureScope.Horizon, true)!) - 3));

        var many = string.Join(", ", Enumerable.Range(0, 100));
        var refused = Assert.Throws<ConfigurationException>(() => StreamLearnConfig.Load(
            null, [$"metrics.keys.named=[{many}]"], $"streamlearn.pipelines.p {{ task {{ horizons = [{horizons}] }}, learner {{ kind = recursive-least-squares }}, rivals = [last-value, seasonal-last-value, multilayer-perceptron] }}"));
        Assert.Contains("streamlearn.metrics.keys.named is a list of 100; expected fewer keys", refused.Message, StringComparison.Ordinal);
        Assert.Contains("25600 of one measure in all, and at most 20000", refused.Message, StringComparison.Ordinal);
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
        using var instruments = new MeterInstruments(() => snapshot, ["ä b"]);
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

    private MetricSnapshot Read(PipelineProgress? progress = null, InfluxStatistics? influx = null)
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
            "n", [(_pipeline, progress ?? new PipelineProgress())], new BucketCosts(_time), new LearnerMemory(0), new ProcessUsage(_time), _time,
            influx is null ? null : () => influx);
        _time.Advance(TimeSpan.FromSeconds(10));
        return reader.Read([new PipelineMeasures("p", 1, 0, measured.Total, measured.Keys, measured.PassiveKeys)]);
    }
}
