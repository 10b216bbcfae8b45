using System.CommandLine;
using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Sources;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Demos;

/// <summary>What all demos have in common: an embedded Kafka, a node with one pipeline, a live view, a summary.</summary>
/// <param name="demo">The scenario.</param>
/// <param name="common">The options of every command.</param>
/// <param name="byKey">Whether the JSON has the scores of each key.</param>
internal sealed class DemoRun(IDemo demo, CommonOptions common, bool byKey)
{
    /// <summary>Runs it to its end, or until it is interrupted.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync(ParseResult parsed, Interruption interruption)
    {
        using var kafka = EmbeddedKafka.Start();
        using var store = new TemporaryFolder();
        var name = demo.PipelineName;
        var config = common.Load(parsed, demo.PipelineBlock, [
            $"kafka.bootstrap-servers={kafka.BootstrapServers}",
            // What is learned ends with the broker that it was learned from.
            "checkpoint.store.kind=sqlite", $"checkpoint.store.path={store.PathOf("checkpoints.db")}",
            // The world begins when the topic does, whoever is first.
            $"pipelines.{name}.source.start=earliest"]);
        var definition = config.Pipelines.FirstOrDefault(pipeline => pipeline.Name == name) is { } only && config.Pipelines.Count == 1
            ? only
            : throw new UsageException($"The demo has the pipeline {name} only; expected a configuration without others.");
        var inputs = definition.Sources.Select(source => source.Topic).ToList();
        var outputs = definition.Outputs.Select(output => output.Topic).ToList();
        foreach (var topic in inputs.Concat(outputs).Append(definition.LogTopic).Distinct())
        {
            kafka.CreateTopic(topic, demo.Partitions);
        }

        var time = TimeProvider.System;
        await using var node = await StreamLearnNode.StartAsync(config, time, cancellation: interruption.Token);
        var pipeline = node.Pipelines[0];
        People.Say($"embedded Kafka at {kafka.BootstrapServers}, topics {string.Join(", ", inputs)} and {definition.PredictionsTopic}; {demo.Description}");

        var started = time.GetTimestamp();
        var feed = demo.FeedAsync(config.Kafka, pipeline, interruption.Token);
        var done = Task.WhenAny(feed, pipeline.Completion);
        await demo.ShowAsync(pipeline, done);
        var first = await done;
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        await node.DrainAsync();
        var summary = new PipelineSummary(
            definition, config.Seed, RecordCounts.Of(pipeline.Progress), seconds, await pipeline.SummarizeAsync());
        demo.ShowOutcome();
        People.Show(summary);
        if (common.Json(parsed))
        {
            var json = summary.ToJson(byKey);
            demo.AddTo(json);
            await Console.Out.WriteLineAsync(PipelineSummary.Line(json));
        }

        if (!interruption.Token.IsCancellationRequested)
        {
            await first;
        }

        return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }
}
