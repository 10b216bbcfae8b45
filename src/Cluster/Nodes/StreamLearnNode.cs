using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Membership;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Cluster.Placement;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Nodes;

/// <summary>
/// A node: an actor system in a cluster, the shard regions of the pipelines' buckets, and the ingests that read their topics. One node
/// alone is a cluster of one, and takes the same way as many.
/// </summary>
public sealed class StreamLearnNode : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly ActorSystem _system;
    private readonly KafkaBatchProducer _producer;
    private readonly ICheckpointStore _store;
    private readonly TimeProvider _time;
    private readonly TimeSpan _stopTimeout;
    private readonly NodeHealth? _health;
    private bool _disposed;

    private StreamLearnNode(
        IHost host, ActorSystem system, KafkaBatchProducer producer, ICheckpointStore store, TimeProvider time, TimeSpan stopTimeout,
        NodeHealth? health, IReadOnlyList<RunningPipeline> pipelines, NodeMetrics? metrics)
    {
        Metrics = metrics;
        _host = host;
        _system = system;
        _producer = producer;
        _store = store;
        _time = time;
        _stopTimeout = stopTimeout;
        _health = health;
        Pipelines = pipelines;
    }

    /// <summary>The pipelines that run here.</summary>
    public IReadOnlyList<RunningPipeline> Pipelines { get; }

    /// <summary>What it measures; null: nothing.</summary>
    public NodeMetrics? Metrics { get; }

    /// <summary>Ends when the node is no member of its cluster any more, and its actors have stopped: told to, or because the others have given it up.</summary>
    public Task Left => _system.WhenTerminated;

    /// <summary>Whether it is leaving its cluster, or has left it.</summary>
    public bool HasLeft => Akka.Cluster.Cluster.Get(_system).IsTerminated || Left.IsCompleted;

    /// <summary>Starts a node with the pipelines of its configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="parts">What it runs of each pipeline; other nodes are to run the rest.</param>
    /// <param name="health">Is told how far it has come; null: nobody wants to know.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="KafkaUnreachableException">No broker answered within the start-up time-out.</exception>
    /// <exception cref="KafkaSettingsException">The Kafka client does not take a setting.</exception>
    /// <exception cref="Configuration.ConfigurationException">The node's address cannot be bound.</exception>
    /// <exception cref="TopicMissingException">A pipeline's topic did not appear within the start-up time-out.</exception>
    /// <exception cref="CheckpointStoreException">The checkpoint store cannot be opened.</exception>
    /// <exception cref="ClusterJoinException">No cluster took the node within the time-out.</exception>
    /// <exception cref="StateMismatchException">The state stored of a pipeline does not fit its settings.</exception>
    public static async Task<StreamLearnNode> StartAsync(
        StreamLearnConfig config, TimeProvider time, NodeParts parts = NodeParts.All, NodeHealth? health = null, CancellationToken cancellation = default)
    {
        NodeAddress.Check(config.Node);
        var placement = NodePlacement.For(config, time);
        await KafkaProbe.WaitForBrokerAsync(config.Kafka, time, cancellation).ConfigureAwait(false);
        // Whatever was opened is closed again where a later step fails.
        var opened = new Stack<Func<ValueTask>>();
        try
        {
            // The client refuses settings here, before anything runs that would have to be stopped.
            var warnings = new EarlyWarnings();
            var producer = new KafkaBatchProducer(config.Kafka, warnings.Warn);
            opened.Push(() =>
            {
                producer.Dispose();
                return default;
            });
            var metrics = NodeMetrics.Open(config, warnings.Warn, time);
            opened.Push(() => metrics?.DisposeAsync() ?? default);
            var pipelines = new List<PipelineDefinition>();
            foreach (var pipeline in config.Pipelines)
            {
                pipelines.Add(await PipelineTopic.LookUpAsync(pipeline, config.Kafka, time, cancellation).ConfigureAwait(false));
            }

            var store = await CheckpointStores.OpenAsync(config.Checkpoint.Store, cancellation).ConfigureAwait(false);
            opened.Push(store.DisposeAsync);
            health?.OnStoreOpened(store);
            var host = ActorHost.Build(config, placement);
            opened.Push(() => StopAsync(host));
            await host.StartAsync(cancellation).ConfigureAwait(false);
            var system = host.Services.GetRequiredService<ActorSystem>();
            warnings.Begin(system.Log);
            health?.OnSystemStarted(system, placement);

            // Before it joins: what other nodes report when they see it come must not be missed.
            placement.Start(system);
            var profile = NodeProfile.Of(config.Node, pipelines, await store.StoreIdAsync(cancellation).ConfigureAwait(false));
            await EnterAsync(system, config.Node, profile, time, cancellation).ConfigureAwait(false);
            health?.OnJoined();
            for (var i = 0; i < pipelines.Count; i++)
            {
                var changed = await StoredStateCheck.RunAsync(pipelines[i], store, placement.Hosts(pipelines[i]), cancellation).ConfigureAwait(false);
                if (changed.Count > 0)
                {
                    system.Log.Warning("Pipeline {0}: its stored state was made with other settings: {1}", pipelines[i].Name, string.Join("; ", changed));
                }

                pipelines[i] = await WithCopierStartAsync(pipelines[i], store, cancellation).ConfigureAwait(false);
            }

            IReadOnlyList<RunningPipeline> running = [.. pipelines.Select(pipeline => Start(pipeline, parts, config, placement, system, producer, store, time))];
            metrics?.Start(system, placement, [.. running.Select(pipeline => (pipeline.Definition, pipeline.Progress))]);
            var node = new StreamLearnNode(host, system, producer, store, time, config.Node.StopTimeout, health, running, metrics);
            health?.OnRunning(node.Pipelines);
            return node;
        }
        catch
        {
            health?.OnStopping();
            while (opened.TryPop(out var close))
            {
                await close().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Reads no more, waits for what is under way, at most the stop time-out, and ends the pipelines; their learners can still
    /// be asked.</summary>
    public async Task DrainAsync()
    {
        _health?.OnStopping();
        foreach (var pipeline in Pipelines)
        {
            pipeline.Drain();
        }

        var ended = Task.WhenAll(Pipelines.Select(pipeline => pipeline.Completion));
        await Task.WhenAny(ended, Task.Delay(_stopTimeout, _time)).ConfigureAwait(false);
    }

    /// <summary>Leaves the cluster and stops. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        _health?.OnStopping();
        if (Metrics is not null)
        {
            await Metrics.DisposeAsync().ConfigureAwait(false);
        }

        await StopAsync(_host).ConfigureAwait(false);
        _producer.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The brokers forget a group's offsets after a time. A copier that finds none although there is state begins at the log's
    /// start, not at the configured place: what has been copied before is dropped.</summary>
    private static async Task<PipelineDefinition> WithCopierStartAsync(
        PipelineDefinition pipeline, ICheckpointStore store, CancellationToken cancellation) =>
        pipeline.CopiesRecords
        && await store.DescribeAsync(pipeline.Name, cancellation).ConfigureAwait(false) is { Buckets.Count: > 0 }
            ? pipeline with { Start = StartOffset.Earliest }
            : pipeline;

    /// <summary>Leaves the cluster: what lives here moves to other nodes first.</summary>
    private static async ValueTask StopAsync(IHost host)
    {
        await host.StopAsync().ConfigureAwait(false);
        host.Dispose();
    }

    /// <summary>Joins the cluster, and makes sure that this node fits into it before it does anything there.</summary>
    private static async Task EnterAsync(
        ActorSystem system, NodeSettings node, NodeProfile profile, TimeProvider time, CancellationToken cancellation)
    {
        ClusterGate.Open(system, profile);
        await ClusterEntry.JoinAsync(system, node, time, cancellation).ConfigureAwait(false);
        await ClusterGate.PassAsync(system, profile, node.JoinTimeout, time, cancellation).ConfigureAwait(false);
    }

    private static RunningPipeline Start(
        PipelineDefinition pipeline, NodeParts parts, StreamLearnConfig config, NodePlacement placement, ActorSystem system,
        KafkaBatchProducer producer, ICheckpointStore store, TimeProvider time)
    {
        IReadOnlyList<string> devices = placement.Hosts(pipeline) ? [.. pipeline.Plan.Devices().Select(device => $"{device.Kind} runs on {device.Choice}")] : [];
        foreach (var device in devices)
        {
            system.Log.Info("{0}: {1}", pipeline.Name, device);
        }

        var buckets = placement.StartRegion(system, pipeline, store, HandOver.Instance);
        var progress = new PipelineProgress();
        var services = new IngestServices(
            pipeline, config.Kafka, config.GroupPrefix + pipeline.Name, buckets, store, producer, progress, time);
        var readers = new List<IActorRef>();
        var completions = new List<Task>();
        var read = config.Node.Ingests ? parts : NodeParts.None;
        if (read.HasFlag(NodeParts.Learners))
        {
            Add(ended => Props.Create(() => new PipelineIngest(services, ended)), $"ingest-{pipeline.Name}");
        }

        var pace = new CopierPace(pipeline.Sources.Count, time, CopierPace.DefaultPatience, CopierPace.DefaultGathering);
        for (var i = 0; pipeline.CopiesRecords && read.HasFlag(NodeParts.Copiers) && i < pipeline.Sources.Count; i++)
        {
            var source = i;
            var name = pipeline.Sources[i].Name is { Length: > 0 } named ? $"copier-{pipeline.Name}.{named}" : $"copier-{pipeline.Name}";
            Add(ended => Props.Create(() => new EventsCopier(services, source, pace, ended)), name);
        }

        if (pipeline.HasReplicas && read.HasFlag(NodeParts.Copiers))
        {
            Add(ended => Props.Create(() => new AverageWriter(services, ended)), $"averages-{pipeline.Name}");
        }

        return new RunningPipeline(pipeline, devices, progress, buckets, readers, AllAsync(completions, readers));

        void Add(Func<TaskCompletionSource, Props> reader, string name)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            readers.Add(system.ActorOf(reader(ended), name));
            completions.Add(ended.Task);
        }
    }

    /// <summary>Ends when all have; when one fails the others are stopped.</summary>
    private static async Task AllAsync(List<Task> completions, List<IActorRef> readers)
    {
        await Task.WhenAny([.. completions, Task.WhenAll(completions)]).ConfigureAwait(false);
        foreach (var reader in readers)
        {
            reader.Tell(TopicReader.Drain.Instance);
        }

        await Task.WhenAll(completions).ConfigureAwait(false);
    }
}
