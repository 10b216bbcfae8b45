using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Streams.Kafka;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace StreamLearn.Cluster.Nodes;

/// <summary>
/// A node: an actor system in a cluster, the shard regions of the pipelines' buckets, and the ingests that read their topics. One node
/// alone is a cluster of one, and takes the same way as many.
/// </summary>
public sealed class StreamLearnNode : IAsyncDisposable
{
    private const string SystemName = "streamlearn";

    private readonly IHost _host;
    private readonly KafkaBatchProducer _producer;
    private readonly ICheckpointStore _store;
    private readonly TimeProvider _time;
    private readonly TimeSpan _stopTimeout;
    private bool _disposed;

    private StreamLearnNode(
        IHost host, KafkaBatchProducer producer, ICheckpointStore store, TimeProvider time, TimeSpan stopTimeout,
        IReadOnlyList<RunningPipeline> pipelines)
    {
        _host = host;
        _producer = producer;
        _store = store;
        _time = time;
        _stopTimeout = stopTimeout;
        Pipelines = pipelines;
    }

    /// <summary>The pipelines that run here.</summary>
    public IReadOnlyList<RunningPipeline> Pipelines { get; }

    /// <summary>Starts a node with the pipelines of its configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="parts">What it runs of each pipeline; other nodes are to run the rest.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="KafkaUnreachableException">No broker answered within the start-up time-out.</exception>
    /// <exception cref="KafkaSettingsException">The Kafka client does not take a setting.</exception>
    /// <exception cref="Configuration.ConfigurationException">The node's address cannot be bound.</exception>
    /// <exception cref="TopicMissingException">A pipeline's topic did not appear within the start-up time-out.</exception>
    /// <exception cref="CheckpointStoreException">The checkpoint store cannot be opened.</exception>
    /// <exception cref="StateMismatchException">The state stored of a pipeline does not fit its settings.</exception>
    public static async Task<StreamLearnNode> StartAsync(
        StreamLearnConfig config, TimeProvider time, NodeParts parts = NodeParts.All, CancellationToken cancellation = default)
    {
        NodeAddress.Check(config.Node);
        await KafkaProbe.WaitForBrokerAsync(config.Kafka, time, cancellation).ConfigureAwait(false);
        // Whatever was opened is closed again where a later step fails.
        var opened = new Stack<Func<ValueTask>>();
        try
        {
            // The client refuses settings here, before anything runs that would have to be stopped.
            ILoggingAdapter? log = null;
            var producer = new KafkaBatchProducer(config.Kafka, warning => log?.Warning("{0}", warning));
            opened.Push(() => Dispose(producer));
            var pipelines = new List<PipelineDefinition>();
            foreach (var pipeline in config.Pipelines)
            {
                pipelines.Add(await PipelineTopic.LookUpAsync(pipeline, config.Kafka, time, cancellation).ConfigureAwait(false));
            }

            var store = await CheckpointStores.OpenAsync(config.Checkpoint.Store, cancellation).ConfigureAwait(false);
            opened.Push(store.DisposeAsync);
            var changed = new Dictionary<string, IReadOnlyList<SettingDifference>>();
            for (var i = 0; i < pipelines.Count; i++)
            {
                changed.Add(pipelines[i].Name, await StoredStateCheck.RunAsync(pipelines[i], store, cancellation).ConfigureAwait(false));
                pipelines[i] = await WithCopierStartAsync(pipelines[i], store, cancellation).ConfigureAwait(false);
            }

            var host = BuildHost(config);
            opened.Push(() => Dispose(host));
            await host.StartAsync(cancellation).ConfigureAwait(false);
            var system = host.Services.GetRequiredService<ActorSystem>();
            log = system.Log;
            foreach (var (name, differences) in changed.Where(pipeline => pipeline.Value.Count > 0))
            {
                log.Warning("Pipeline {0}: its stored state was made with other settings: {1}", name, string.Join("; ", differences));
            }

            return new StreamLearnNode(
                host, producer, store, time, config.Node.StopTimeout,
                [.. pipelines.Select(pipeline => Start(pipeline, parts, config, system, producer, store, time))]);
        }
        catch
        {
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

        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
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

    private static ValueTask Dispose(IDisposable opened)
    {
        opened.Dispose();
        return default;
    }

    private static RunningPipeline Start(
        PipelineDefinition pipeline, NodeParts parts, StreamLearnConfig config, ActorSystem system, KafkaBatchProducer producer,
        ICheckpointStore store, TimeProvider time)
    {
        foreach (var (kind, choice) in pipeline.Plan.Devices())
        {
            system.Log.Info("{0}: {1} runs on {2}", pipeline.Name, kind, choice);
        }

        var buckets = ClusterSharding.Get(system).Start(
            typeName: pipeline.Name,
            entityProps: LearnerEntity.Props(pipeline, store),
            settings: ClusterShardingSettings.Create(system),
            messageExtractor: new BucketMessageExtractor(config.Node.Shards));
        var progress = new PipelineProgress();
        var services = new IngestServices(
            pipeline, config.Kafka, config.GroupPrefix + pipeline.Name, buckets, store, producer, progress, time);
        var readers = new List<IActorRef>();
        var completions = new List<Task>();
        if (parts.HasFlag(NodeParts.Learners))
        {
            Add(ended => Props.Create(() => new PipelineIngest(services, ended)), $"ingest-{pipeline.Name}");
        }

        var pace = new CopierPace(pipeline.Sources.Count, time, CopierPace.DefaultPatience);
        for (var i = 0; pipeline.CopiesRecords && parts.HasFlag(NodeParts.Copiers) && i < pipeline.Sources.Count; i++)
        {
            var source = i;
            var name = pipeline.Sources[i].Name is { Length: > 0 } named ? $"copier-{pipeline.Name}.{named}" : $"copier-{pipeline.Name}";
            Add(ended => Props.Create(() => new EventsCopier(services, source, pace, ended)), name);
        }

        if (pipeline.HasReplicas && parts.HasFlag(NodeParts.Copiers))
        {
            Add(ended => Props.Create(() => new AverageWriter(services, ended)), $"averages-{pipeline.Name}");
        }

        return new RunningPipeline(pipeline, progress, buckets, readers, AllAsync(completions, readers));

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

    private static IHost BuildHost(StreamLearnConfig config)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging
            .SetMinimumLevel(Enum.Parse<LogLevel>(config.Node.LogLevel == "info" ? "Information" : config.Node.LogLevel, ignoreCase: true))
            .AddFilter("Microsoft", LogLevel.None)
            .AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.AddAkka(SystemName, (akka, _) => akka
            .AddHocon(config.Akka.WithFallback(Hocon(config.Node)), HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithCustomSerializer("streamlearn-buckets", [typeof(IBucketMessage)], system => new BucketMessageSerializer(system))
            .WithRemoting(config.Node.Host, config.Node.Port)
            .WithClustering()
            .AddStartup((system, _) =>
            {
                var cluster = Akka.Cluster.Cluster.Get(system);
                cluster.Join(cluster.SelfAddress);
            }));
        return builder.Build();
    }

    private static Config Hocon(NodeSettings node) => ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = {{node.LogLevel}}
          log-dead-letters = off
          cluster {
            run-coordinated-shutdown-when-down = off
            # An ingest keeps its buckets; it tells them itself when they may go.
            sharding {
              passivate-idle-entity-after = off
              # Where shards are, not what buckets have learned: needs no disk.
              state-store-mode = ddata
            }
          }
          # The program ends in order by itself; who asks twice wants it at once.
          coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off }
        }
        {{LearnerEntity.Dispatcher}} {
          type = ForkJoinDispatcher
          throughput = 5
          dedicated-thread-pool { thread-count = {{node.LearnerThreads}} }
        }
        """);
}
