using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using StreamLearn.Cli.Web;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Scoring;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>What a running node measures, and where it can be read.</summary>
public sealed partial class NodeMetricsTests
{
    private const int Records = 600;

    [Fact]
    public async Task Given_a_node_when_records_have_gone_through_then_what_it_measures_is_what_its_summary_says()
    {
        await using var world = await NodeWorld.StartAsync("metrics.every=1d", "metrics.keys.top=2", "metrics.keys.named=[link-1]");
        await world.ProduceAsync(Records);
        await world.AnsweredAsync(Records);

        var snapshot = await world.Node.Metrics!.MeasureAsync();

        Assert.Same(snapshot, world.Node.Metrics.Latest);
        var flow = Assert.Single(snapshot.Of(MetricCatalog.OfFlow));
        Assert.Equal((Records, Records, 0), (flow["records"], flow["predictions"], flow["dead_letters"]));
        Assert.Equal((NodeWorld.Partitions, 0.0, 0.0), (flow["partitions"], flow["in_flight"], flow["undelivered"]));
        Assert.InRange(flow["answer_p99"], flow["answer_p50"], 60);
        Assert.InRange(flow["chunk_max"], 1, Records);
        var partitions = snapshot.Of(MetricCatalog.OfPartition).ToList();
        Assert.Equal(Records, partitions.Sum(partition => partition["next"]));
        await NodeWorld.UntilAsync(
            async () => (await world.Node.Metrics.MeasureAsync()).Of(MetricCatalog.OfPartition).All(partition => partition["lag"] == 0 && partition["lag_time"] == 0),
            () => "a lag of 0 on all partitions");

        var summary = (ForecastSummary)await world.Pipeline.SummarizeAsync();
        var plan = world.Pipeline.Definition.Plan;
        for (var learner = 0; learner < plan.Learners.Count; learner++)
        {
            var scores = summary.Scores(learner, ScoreView.SinceStart)!;
            var reading = snapshot.Of(MetricCatalog.OfTask("forecast", MeasureScope.Learner, ofKeys: false)!).Single(one => one.Tags[2] == plan.NameOf(learner));
            Assert.Equal(scores.Mae, reading["mae"], 9);
            Assert.Equal(scores.Skill, reading["skill"], 9);
        }

        var keys = snapshot.Of(MetricCatalog.OfTask("forecast", MeasureScope.Pipeline, ofKeys: true)!).ToList();
        Assert.Equal("link-1", keys[0].Tags[2]);
        Assert.Equal(3, keys.Count);
    }

    [Fact]
    public async Task Given_a_pipeline_whose_records_are_copied_when_it_has_caught_up_then_neither_its_topic_nor_its_log_has_a_lag()
    {
        await using var world = await NodeWorld.StartAsync("metrics.every=1d", "pipelines.link-load.source.co-partitioned=off");
        await world.ProduceAsync(Records);
        await world.AnsweredAsync(Records);

        MetricReading flow = null!;
        await NodeWorld.UntilAsync(
            async () => (flow = (await world.Node.Metrics!.MeasureAsync()).Of(MetricCatalog.OfFlow).Single())["lag"] == 0 && flow["source_lag"] == 0 && flow["source_lag_time"] == 0,
            () => "no lag");
        Assert.Equal((NodeWorld.Partitions, NodeWorld.Partitions), (flow["partitions"], flow["source_partitions"]));

        await world.Node.DrainAsync();
        Assert.Empty(world.Pipeline.Progress.Flow.Sources);
    }

    [Fact]
    public async Task Given_a_node_with_http_when_metrics_are_scraped_then_counters_are_the_records_produced()
    {
        await using var world = await NodeWorld.StartAsync("metrics.every=100ms", "metrics.node=scraped");
        var config = StreamLearnConfig.Load(null, ["node.http.port=0"]);
        await using var web = await NodeWebServer.StartAsync(config, new NodeHealth(config, TimeProvider.System));
        using var http = new HttpClient();
        await world.ProduceAsync(Records);
        await world.AnsweredAsync(Records);

        Dictionary<string, double> scraped = [];
        await NodeWorld.UntilAsync(
            async () =>
            {
                scraped = Parse(await http.GetStringAsync(new Uri(web.Address, "/metrics")));
                return scraped.GetValueOrDefault("streamlearn_flow_records_total") == Records && scraped.GetValueOrDefault("streamlearn_forecast_records") == Records;
            },
            () => $"{Records} records in /metrics; there is {string.Join(", ", scraped.Where(metric => metric.Key.Contains("records", StringComparison.Ordinal)))}");

        Assert.Equal(Records, scraped["streamlearn_flow_predictions_total"]);
        Assert.Equal(0, scraped["streamlearn_flow_dead_letters_total"]);
        Assert.True(scraped["streamlearn_node_cpu_seconds_total"] > 0);
        Assert.True(scraped["streamlearn_node_memory_working_set_bytes"] > 1e6);
    }

    [Fact]
    public async Task Given_a_server_of_InfluxDB_when_records_have_gone_through_then_its_points_say_what_the_node_has_measured()
    {
        using var influx = new InfluxServer(Actors.Tests.Checkpoints.Worlds.FreePort.Next());
        string learner;
        MetricSnapshot last;
        await using (var world = await NodeWorld.StartAsync(
            "metrics.every=1d", "metrics.node=east 1", "metrics.influxdb.enabled=on", $"metrics.influxdb.url={influx.Url}", "metrics.influxdb.org=ops", "metrics.influxdb.gzip=off",
            "metrics.influxdb.batch.age=10ms", "metrics.influxdb.spool.max-bytes=0"))
        {
            await world.ProduceAsync(Records);
            await world.AnsweredAsync(Records);
            learner = world.Pipeline.Definition.Plan.NameOf(0);
            last = await world.Node.Metrics!.MeasureAsync();

            // What has been measured last is sent before the node has stopped.
            await world.Node.DisposeAsync();
            Assert.Equal((true, 0L), (world.Node.Metrics.Influx!.Written > 0, world.Node.Metrics.Influx.Dropped.Values.Sum()));
        }

        Assert.Contains("/api/v2/write?", influx.Query, StringComparison.Ordinal);
        var flow = Fields(influx.Lines("streamlearn_flow,node=east\\ 1,pipeline=link-load ")[^1]);
        Assert.Equal(($"{Records}i", $"{Records}i", "0i"), (flow["records"], flow["predictions"], flow["dead_letters"]));
        var scores = Fields(influx.Lines($"streamlearn_forecast_learner,learner={learner},node=east\\ 1,pipeline=link-load ")[0]);
        var measured = last.Of(MetricCatalog.OfTask("forecast", MeasureScope.Learner, ofKeys: false)!).First();
        Assert.All(measured.Measurement.Fields, field =>
        {
            var value = measured[field.Name];
            Assert.Equal(
                !double.IsFinite(value) ? null : field.IsWhole ? $"{(long)value}i" : value.ToString("R", CultureInfo.InvariantCulture),
                scores.GetValueOrDefault(field.Name));
        });
    }

    [Fact]
    public async Task Given_a_ratio_when_records_go_through_then_the_parts_of_a_records_way_are_one_trace()
    {
        var parts = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "StreamLearn",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = parts.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var world = await NodeWorld.StartAsync("metrics.traces.ratio=0.01");
        await world.ProduceAsync(Records);
        await world.AnsweredAsync(Records);

        // The last part of the first record's way; every hundredth offset of a partition is one.
        await NodeWorld.UntilAsync(() => parts.Any(part => Of(part) == ("deliver", 0L)), () => "the delivery of offset 0 in a trace");
        var first = parts.First(part => Of(part) == ("deliver", 0L));
        var way = parts.Where(part => part.TraceId == first.TraceId).ToList();
        Assert.Equal(["read", "chunk", "learn", "deliver"], way.Select(part => part.OperationName).Distinct().OrderBy(part => Array.IndexOf(["read", "chunk", "learn", "deliver"], part)));
        Assert.All(way, part => Assert.Equal(0L, Of(part).Offset));
        Assert.All(parts, part => Assert.Equal(0, Of(part).Offset % 100));

        static (string Part, long Offset) Of(Activity part) => (part.OperationName, (long)part.GetTagItem("streamlearn.offset")!);
    }

    [Fact]
    public async Task Given_metrics_that_are_off_when_a_node_runs_then_it_measures_nothing_and_has_no_page()
    {
        await using var world = await NodeWorld.StartAsync("metrics.enabled=off");
        var config = StreamLearnConfig.Load(null, ["node.http.port=0", "metrics.enabled=off"]);
        await using var web = await NodeWebServer.StartAsync(config, new NodeHealth(config, TimeProvider.System));
        using var http = new HttpClient();

        Assert.Null(world.Node.Metrics);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync(new Uri(web.Address, "/metrics"))).StatusCode);
    }

    /// <summary>The fields of a line by name; none of ours has text.</summary>
    private static Dictionary<string, string> Fields(string line)
    {
        var parts = line.Replace("\\ ", "_", StringComparison.Ordinal).Split(' ');
        return parts[1].Split(',').Select(field => field.Split('=')).ToDictionary(field => field[0], field => field[1]);
    }

    /// <summary>The samples of the node named scraped, by name. Every line must be one of the text format.</summary>
    private static Dictionary<string, double> Parse(string text)
    {
        var samples = new Dictionary<string, double>();
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var sample = Sample().Match(line);
            Assert.True(sample.Success, $"'{line}' is no sample.");
            if (sample.Groups["labels"].Value.Contains("streamlearn_node=\"scraped\"", StringComparison.Ordinal))
            {
                samples.TryAdd(sample.Groups["name"].Value, double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture));
            }
        }

        return samples;
    }

    [GeneratedRegex("^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\.)*\",?)*)\\})? (?<value>[^ ]+)( [0-9]+)?$")]
    private static partial Regex Sample();
}
