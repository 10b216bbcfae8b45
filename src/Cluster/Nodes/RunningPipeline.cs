using Akka.Actor;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Cluster.Nodes;

/// <summary>A pipeline that runs on a node.</summary>
public sealed class RunningPipeline
{
    private readonly IActorRef _buckets;

    internal RunningPipeline(PipelineDefinition definition, PipelineProgress progress, IActorRef buckets, IActorRef ingest, Task completion)
    {
        Definition = definition;
        Progress = progress;
        _buckets = buckets;
        Ingest = ingest;
        Completion = completion;
    }

    /// <summary>What it is.</summary>
    public PipelineDefinition Definition { get; }

    /// <summary>How far it has come on this node.</summary>
    public PipelineProgress Progress { get; }

    /// <summary>Ends when the pipeline has stopped; fails with what stopped it.</summary>
    public Task Completion { get; }

    internal IActorRef Ingest { get; }

    /// <summary>How its learners stand now.</summary>
    /// <param name="most">Keys to look at, at most: for a look at some of them.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ForecastSummary> SummarizeAsync(int most = int.MaxValue, CancellationToken cancellation = default) =>
        new(Definition.Plan, await PipelineReports.CollectAsync(Definition, _buckets, Progress.Buckets, most, cancellation).ConfigureAwait(false));
}
