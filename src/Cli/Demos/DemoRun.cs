using System.CommandLine;
using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Sources;
using StreamLearn.Cli.Web;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Cluster.Watching;
using StreamLearn.Learners.Watching;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Demos;

/// <summary>What all demos have in common: an embedded Kafka, a node with one pipeline, a live view, a dashboard, a summary.</summary>
/// <param name="demo">The scenario.</param>
/// <param name="common">The options of every command.</param>
/// <param name="byKey">Whether the JSON has the scores of each key.</param>
/// <param name="staysOpen">Whether node and dashboard stay when it has ended, until Ctrl-C.</param>
internal sealed class DemoRun(IDemo demo, CommonOptions common, bool byKey, bool staysOpen)
{
    // A demo is over in a minute: its dashboard would show little of what is measured every ten seconds.
    private const string Measured = "\nstreamlearn.metrics.every = 1s\n";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Runs it to its end, or until it is interrupted.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync(ParseResult parsed, Interruption interruption)
    {
        using var kafka = EmbeddedKafka.Start();
        using var store = new TemporaryFolder();
        var name = demo.PipelineName;
        var config = common.Load(parsed, demo.PipelineBlock + Measured, [
            $"kafka.bootstrap-servers={kafka.BootstrapServers}",
            // What is learned ends with the broker that it was learned from.
            "checkpoint.store.kind=sqlite", $"checkpoint.store.path={store.PathOf("checkpoints.db")}",
            // The world begins when the topic does, whoever is first.
            $"pipelines.{name}.source.start=earliest"]);
        var definition = config.Pipelines.FirstOrDefault(pipeline => pipeline.Name == name) is { } only && config.Pipelines.Count == 1
            ? only
            : throw new UsageException($"The demo has the pipeline {name} only; expected a configuration without others.");
        if (staysOpen && !config.Node.Http.Enabled)
        {
            throw new UsageException("--web keeps the dashboard open, and streamlearn.node.http.enabled is off; expected it on.");
        }

        var inputs = definition.Sources.Select(source => source.Topic).ToList();
        var outputs = definition.Outputs.Select(output => output.Topic).ToList();
        foreach (var topic in inputs.Concat(outputs).Append(definition.LogTopic).Distinct())
        {
            kafka.CreateTopic(topic, demo.Partitions);
        }

        var time = TimeProvider.System;
        var health = new NodeHealth(config, time);
        var watch = new NodeWatch(time);
        await using var web = config.Node.Http.Enabled ? await OpenWebAsync(config, health, watch, interruption.Token) : null;
        await using var node = await StreamLearnNode.StartAsync(config, time, health: health, cancellation: interruption.Token);
        watch.Begin(node);
        var pipeline = node.Pipelines[0];
        People.Say($"embedded Kafka at {kafka.BootstrapServers}, topics {string.Join(", ", inputs)} and {definition.PredictionsTopic}; {demo.Description}");
        if (web is not null)
        {
            _ = LookAsync(watch, name, time, interruption.Token);
            People.Say($"dashboard at {web.Address}{(staysOpen ? "" : " (--web keeps it open when the demo has ended)")}");
        }

        var started = time.GetTimestamp();
        var feed = demo.FeedAsync(config.Kafka, pipeline, interruption.Token);
        var done = Task.WhenAny(feed, pipeline.Completion);
        await demo.ShowAsync(pipeline, done);
        var first = await done;
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        var holds = staysOpen && first.IsCompletedSuccessfully && !interruption.Token.IsCancellationRequested;
        if (!holds)
        {
            await node.DrainAsync();
        }

        var summary = new PipelineSummary(
            definition, config.Seed, RecordCounts.Of(pipeline.Progress), seconds, await pipeline.SummarizeAsync());
        demo.ShowOutcome();
        People.Show(summary);
        if (common.Json(parsed))
        {
            var json = summary.ToJson(byKey);
            demo.AddTo(json);
            await Console.Out.WriteLineAsync(PipelineSummary.Line(json));
            await Console.Out.FlushAsync();
        }

        if (holds)
        {
            People.Say($"the demo has ended; dashboard at {web!.Address} until Ctrl-C");
            await interruption.Requested;
            await node.DrainAsync();
            return interruption.ByUser ? ExitCode.Interrupted : ExitCode.Done;
        }

        if (!interruption.Token.IsCancellationRequested)
        {
            await first;
        }

        return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }

    /// <summary>Looks at the keys from the start on: who opens the dashboard later sees what has been.</summary>
    private static async Task LookAsync(NodeWatch watch, string pipeline, TimeProvider time, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            do
            {
                await watch.FindAsync(pipeline, new KeySearch("", KeyOrder.Name, NodeWatch.MostKeys));
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            // The demo ends.
        }
    }

    /// <summary>On the port that is configured, or any free one where that is taken: nobody should be kept from a demo by a port.</summary>
    private static async Task<NodeWebServer> OpenWebAsync(StreamLearnConfig config, NodeHealth health, NodeWatch watch, CancellationToken cancellation)
    {
        try
        {
            return await NodeWebServer.StartAsync(config, health, watch, cancellation);
        }
        catch (ConfigurationException) when (config.Node.Http.Port != 0)
        {
            var anyPort = config with { Node = config.Node with { Http = config.Node.Http with { Port = 0 } } };
            return await NodeWebServer.StartAsync(anyPort, health, watch, cancellation);
        }
    }
}
