using Akka.Actor;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Serving;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Cluster.Nodes;

/// <summary>A pipeline that runs on a node.</summary>
public sealed class RunningPipeline
{
    private readonly IReadOnlyList<IActorRef> _readers;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal RunningPipeline(
        IngestServices services, IReadOnlyList<string> devices, IReadOnlyList<IActorRef> readers, Task completion, IActorRef? ingest)
    {
        Definition = services.Pipeline;
        Devices = devices;
        Progress = services.Progress;
        Buckets = services.Buckets;
        Serving = new PipelineServing(services);
        _readers = readers;
        Ingest = ingest;

        // A node that only has learners of it runs it until it is told to stop.
        Completion = readers.Count > 0 ? completion : _drained.Task;
    }

    /// <summary>What it is.</summary>
    public PipelineDefinition Definition { get; }

    /// <summary>Of each learner with a network that lives on this node: on which device, and why, in words.</summary>
    public IReadOnlyList<string> Devices { get; }

    /// <summary>How far it has come on this node.</summary>
    public PipelineProgress Progress { get; }

    /// <summary>What it does for those who send requests.</summary>
    public PipelineServing Serving { get; }

    /// <summary>Ends when the pipeline has stopped; fails with what stopped it.</summary>
    public Task Completion { get; }

    /// <summary>Reads no more; <see cref="Completion"/> ends when what was read is done with.</summary>
    internal void Drain()
    {
        _drained.TrySetResult();
        foreach (var reader in _readers)
        {
            reader.Tell(TopicReader.Drain.Instance);
        }
    }

    /// <summary>Reads its log here; null: nothing does.</summary>
    internal IActorRef? Ingest { get; }

    /// <summary>The shard region of its buckets, or a proxy that finds them.</summary>
    internal IActorRef Buckets { get; }

    /// <summary>The actor system that it runs in.</summary>
    internal ActorSystem System => ((IInternalActorRef)Buckets).Provider.Guardian.Underlying.System;

    /// <summary>How its learners stand now.</summary>
    /// <param name="most">Keys to look at, at most: for a look at some of them.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<TaskSummary> SummarizeAsync(int most = int.MaxValue, CancellationToken cancellation = default) =>
        Definition.Plan.Summarize(
            await PipelineReports.CollectAsync(Definition, Buckets, Progress.Buckets, most, cancellation).ConfigureAwait(false));
}
