using System.CommandLine;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Sources;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Simulation.Networks;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Commands;

/// <summary><c>demo</c>: broker, generator, pipeline and live view in one process.</summary>
internal static class DemoCommand
{
    private const string PipelineName = "link-load";
    private const int Partitions = 4;

    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(60);

    internal static Command Create()
    {
        var duration = CommonOptions.Duration("--duration", "how long the week is to take; 0s: as fast as it goes (default: 60s)");
        var byKey = CommonOptions.ByKey();
        var scenario = new Option<string?>("--scenario")
        {
            Description = "link-load: forecast the load of every link of a backbone (default: link-load)",
            HelpName = "NAME",
        };
        scenario.AcceptOnlyFromAmong(PipelineName);
        var command = new Command(
            "demo",
            "An embedded Kafka, a week of link loads (simulated with a link failure half-way, or real ones), and a pipeline that forecasts them, live.")
        {
            duration, scenario, byKey,
        };
        var data = DataOptions.AddTo(command);
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            if (data.Files(parsed).Count > 0 != data.HasTopology(parsed))
            {
                throw new UsageException("--data and --topology go together; expected both or neither.");
            }

            var checkedConfig = common.Load(parsed, LinkLoadRecords.Pipeline(PipelineName));
            var week = data.HasTopology(parsed) ? Week.Of(data.Loads(parsed)) : Week.Simulated(checkedConfig.Seed);
            using var kafka = EmbeddedKafka.Start();
            using var store = new TemporaryFolder();
            var config = common.Load(parsed, LinkLoadRecords.Pipeline(PipelineName), [
                $"kafka.bootstrap-servers={kafka.BootstrapServers}",
                // What is learned ends with the broker that it was learned from.
                "checkpoint.store.kind=sqlite", $"checkpoint.store.path={store.PathOf("checkpoints.db")}",
                // The week begins when the topic does, whoever is first.
                $"pipelines.{PipelineName}.source.start=earliest"]);
            var definition = config.Pipelines.FirstOrDefault(pipeline => pipeline.Name == PipelineName) is { } only && config.Pipelines.Count == 1
                ? only
                : throw new UsageException($"The demo has the pipeline {PipelineName} only; expected a configuration without others.");
            foreach (var topic in definition.Outputs.Select(output => output.Topic).Prepend(definition.Topic))
            {
                kafka.CreateTopic(topic, Partitions);
            }

            var time = TimeProvider.System;
            await using var node = await StreamLearnNode.StartAsync(config, time, cancellation: interruption.Token);
            var pipeline = node.Pipelines[0];
            People.Say($"embedded Kafka at {kafka.BootstrapServers}, topics {definition.Topic} and {definition.PredictionsTopic}; {week.Description}");

            var started = time.GetTimestamp();
            var feed = FeedAsync(config.Kafka, definition.Topic, week, parsed.GetValue(duration) ?? DefaultDuration, pipeline, time, interruption.Token);
            var done = Task.WhenAny(feed, pipeline.Completion);
            await new LiveView(pipeline, time, () => week.ClockAt(pipeline.Progress.Records), link => week.IsDown(link, pipeline.Progress.Records)).ShowAsync(done);
            var first = await done;
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            await node.DrainAsync();
            var summary = new PipelineSummary(
                definition, config.Seed, RecordCounts.Of(pipeline.Progress), seconds, await pipeline.SummarizeAsync());
            People.Show(summary);
            if (common.Json(parsed))
            {
                await Console.Out.WriteLineAsync(PipelineSummary.Line(summary.ToJson(parsed.GetValue(byKey))));
            }

            if (!interruption.Token.IsCancellationRequested)
            {
                await first;
            }

            return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
        });
        return command;
    }

    /// <summary>Plays the week and waits until every record is answered.</summary>
    private static async Task FeedAsync(
        KafkaSettings kafka, string topic, Week week, TimeSpan duration, RunningPipeline pipeline, TimeProvider time, CancellationToken cancellation)
    {
        using var batches = new KafkaBatchProducer(kafka, warning => People.Say(warning));
        var producer = new PacedProducer(batches, topic, time);
        var rate = duration > TimeSpan.Zero ? week.Records / duration.TotalSeconds : double.PositiveInfinity;
        await producer.WriteAsync(LinkLoadRecords.Of(week.Loads), rate, () => pipeline.Progress.Records, cancellation);
        var (answered, since) = (0L, time.GetTimestamp());
        while (pipeline.Progress.Records < producer.Written)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellation);
            if (pipeline.Progress.Records > answered)
            {
                (answered, since) = (pipeline.Progress.Records, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(since) > LongestStandstill)
            {
                throw new TimeoutException(
                    $"the pipeline stands still: {answered} of {producer.Written} records answered, none for {LongestStandstill.TotalSeconds:0} s.");
            }
        }
    }

    /// <summary>What is played.</summary>
    /// <param name="Loads">The loads.</param>
    /// <param name="Description">What they are, in words.</param>
    /// <param name="Outages">What fails, where that is known.</param>
    private sealed record Week(LinkLoads Loads, string Description, IReadOnlyList<LinkOutage> Outages)
    {
        internal long Records => (long)Loads.Bins * Loads.Links.Count;

        internal static Week Of(LinkLoads loads) =>
            new(loads, $"{loads.Bins} bins of 5 minutes on {loads.Links.Count} links", []);

        internal static Week Simulated(ulong seed)
        {
            var traffic = new BackboneTraffic(new BackboneTrafficOptions { Seed = seed });
            var loads = traffic.Simulate();
            var outages = string.Join(", ", traffic.Outages.Select(outage => $"{outage.Link} fails at {Clock(loads, outage.FirstBin)}"));
            return new Week(loads, $"{Of(loads).Description}, simulated; {outages}", traffic.Outages);
        }

        /// <summary>The time in the week when so many records have come, and what is down then.</summary>
        internal string ClockAt(long records)
        {
            var down = Outages.Where(outage => IsDown(outage.Link, records)).Select(outage => $"  {outage.Link} is down");
            return Clock(Loads, BinAt(records)) + string.Concat(down);
        }

        /// <summary>Whether the link's cable is down when so many records have come.</summary>
        internal bool IsDown(string link, long records) => Outages.Any(outage =>
            (outage.Link == link || outage.Link == Reverse(link)) && outage.FirstBin <= BinAt(records) && BinAt(records) < outage.EndBin);

        private int BinAt(long records) => (int)Math.Min(records / Math.Max(1, Loads.Links.Count), Loads.Bins - 1);

        private static string Reverse(string link) => string.Join('>', link.Split('>').Reverse());

        private static string Clock(LinkLoads loads, int bin) =>
            loads.TimeOf(Math.Max(0, bin)).ToString("ddd yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
    }
}
