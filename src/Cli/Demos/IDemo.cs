using System.Text.Json.Nodes;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Demos;

/// <summary>A scenario of the command <c>demo</c>: a world that feeds a pipeline, and what there is to see of it.</summary>
internal interface IDemo
{
    /// <summary>The only pipeline.</summary>
    string PipelineName { get; }

    /// <summary>Its block, HOCON below the configuration.</summary>
    string PipelineBlock { get; }

    /// <summary>Partitions of every topic.</summary>
    int Partitions { get; }

    /// <summary>What is played, in words.</summary>
    string Description { get; }

    /// <summary>Plays the world, and waits until every record is answered.</summary>
    Task FeedAsync(KafkaSettings kafka, RunningPipeline pipeline, CancellationToken cancellation);

    /// <summary>Shows how it goes until <paramref name="until"/> ends.</summary>
    Task ShowAsync(RunningPipeline pipeline, Task until);

    /// <summary>Says what the world knows of the outcome, beside the learners' scores.</summary>
    void ShowOutcome();

    /// <summary>Adds the same to the JSON.</summary>
    void AddTo(JsonObject json);
}
