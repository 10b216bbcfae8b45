using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Nodes;
using StreamLearn.EndToEnd.Tests.Programs;
using StreamLearn.Learners.Fleets;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>An embedded broker, a store, and nodes in this process that are one cluster.</summary>
internal sealed class ClusterWorld : IAsyncDisposable
{
    internal const int Partitions = 6;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamlearn-cluster-");
    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly KafkaBatchProducer _producer;
    private readonly int[] _ports;
    private readonly StreamLearnNode?[] _nodes;
    private CheckpointStoreOptions _store;

    // What nodes could not say to each other.
    private readonly ConcurrentQueue<string> _unserialized = new();

    // Of nodes that have stopped.
    private long _records;
    private long _rewinds;

    private ClusterWorld(int nodes)
    {
        foreach (var topic in (string[])["link-load", "link-load.predictions", "link-load.dead-letter"])
        {
            _kafka.CreateTopic(topic, Partitions);
        }

        _producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = _kafka.BootstrapServers }, _ => { });
        _ports = [.. Enumerable.Range(0, nodes).Select(_ => FreePort.Next())];
        _nodes = new StreamLearnNode?[nodes];
        _store = new CheckpointStoreOptions { Path = Path.Combine(_folder.FullName, "checkpoints.db") };
    }

    internal int Produced { get; private set; }

    /// <summary>A folder that goes when the world does.</summary>
    internal string Folder => _folder.FullName;

    /// <summary>Records that any node has delivered answers to.</summary>
    internal long Answered => Interlocked.Read(ref _records) + _nodes.Sum(node => node?.Pipelines[0].Progress.Records ?? 0);

    /// <summary>How often a bucket had lost something, on all nodes.</summary>
    internal long Rewinds => Interlocked.Read(ref _rewinds) + _nodes.Sum(node => node?.Pipelines[0].Progress.Rewinds ?? 0);

    internal StreamLearnNode Node(int number) => _nodes[number]!;

    /// <summary>Starts a broker and so many nodes.</summary>
    /// <param name="nodes">How many.</param>
    /// <param name="store">Their store; null: one of the world's own.</param>
    /// <param name="start">Whether they are started, or will be.</param>
    internal static async Task<ClusterWorld> StartAsync(int nodes, CheckpointStoreOptions? store = null, bool start = true)
    {
        var world = new ClusterWorld(nodes);
        world._store = store ?? world._store;
        for (var number = 0; start && number < nodes; number++)
        {
            await world.StartNodeAsync(number);
        }

        return world;
    }

    /// <summary>Starts a node that does not run.</summary>
    internal Task StartNodeAsync(int number, params string[] more) => StartNodeAsync(number, ConfigOf(number, more));

    /// <summary>Starts a node that does not run.</summary>
    internal async Task StartNodeAsync(int number, StreamLearnConfig config)
    {
        var node = await StreamLearnNode.StartAsync(config, TimeProvider.System);
        _nodes[number] = node;
        var system = node.Pipelines[0].System;
        var errors = _unserialized;
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new ErrorListener(errors))), typeof(Error));
    }

    /// <summary>What a node is started with.</summary>
    internal StreamLearnConfig ConfigOf(int number, params string[] more)
    {
        var config = Load(number, more);
        return config with { Checkpoint = config.Checkpoint with { Store = _store } };
    }

    private StreamLearnConfig Load(int number, string[] more) => StreamLearnConfig.Load(
        null,
        [
            string.Create(CultureInfo.InvariantCulture, $"node.port={_ports[number]}"),
            $"node.seeds=[{string.Join(", ", _ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"\"127.0.0.1:{port}\"")))}]",
            "node.log-level=error", "node.join-timeout=40s", "node.split-brain.stable-after=3s", "node.split-brain.acceptable-pause=3s", "checkpoint.every=500ms",
            $"kafka.bootstrap-servers=\"{_kafka.BootstrapServers}\"", "kafka.consumer.\"session.timeout.ms\"=4000",
            "kafka.consumer.\"heartbeat.interval.ms\"=500", .. more,
        ],
        string.Join('\n', SampleRecords.Config("", "none")));

    /// <summary>Entities of buckets, by the node that they live on.</summary>
    internal async Task<IReadOnlyDictionary<string, int>> EntitiesAsync()
    {
        var system = _nodes.OfType<StreamLearnNode>().First().Pipelines[0].System;
        var stats = await ClusterSharding.Get(system).ShardRegion("link-load")
            .Ask<ClusterShardingStats>(new GetClusterShardingStats(TimeSpan.FromSeconds(5)), TimeSpan.FromSeconds(10));
        return stats.Regions.ToDictionary(region => region.Key.ToString(), region => region.Value.Stats.Values.Sum());
    }

    /// <summary>Stops a node in order.</summary>
    internal async Task StopNodeAsync(int number)
    {
        var node = Node(number);
        await node.DrainAsync();
        await node.DisposeAsync();
        var progress = node.Pipelines[0].Progress;
        Interlocked.Add(ref _records, progress.Records);
        Interlocked.Add(ref _rewinds, progress.Rewinds);
        _nodes[number] = null;
    }

    /// <summary>Puts the next records on the topic, a key always on the same partition.</summary>
    internal async Task ProduceAsync(int records)
    {
        var next = Enumerable.Range(Produced, records)
            .Select(number => new OutputRecord(
                Encoding.UTF8.GetBytes($"link-{number % SampleRecords.Keys}"), Encoding.UTF8.GetBytes(SampleRecords.JsonOf(number)),
                Partition: number % SampleRecords.Keys)).ToArray();
        await _producer.SendAsync(new OutputBatch("link-load", next)).WaitAsync(Limit);
        Produced += records;
    }

    /// <summary>Puts records on the topic as long as something goes on, and returns when that has ended. Not so many that the broker, which keeps 5 MiB of a
    /// partition, lets go of predictions.</summary>
    internal async Task ProduceWhileAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            await ProduceAsync(SampleRecords.Keys * 10);
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(150)));
        }

        await work;
    }

    /// <summary>Waits until each record has been answered.</summary>
    internal async Task AnsweredAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var started = TimeProvider.System.GetTimestamp();
        while (Answered < Produced)
        {
            foreach (var failed in _nodes.SelectMany(node => node?.Pipelines ?? []).Where(pipeline => pipeline.Completion.IsFaulted))
            {
                await failed.Completion;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, $"After {Limit.TotalSeconds:0} s {Answered} of {Produced} records are answered.");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>By partition of the records, the offsets that predictions name, in the order in which they were written.</summary>
    internal Dictionary<string, List<long>> PredictedOffsets() => NodeWorld.PredictedOffsets(_kafka, Partitions);

    /// <summary>All nodes stop, and what is stored then is what learning one record after the other makes.</summary>
    internal async Task AssertUndisturbedAsync()
    {
        await AnsweredAsync();
        var pipeline = _nodes.OfType<StreamLearnNode>().First(node => node.Pipelines.Count > 0).Pipelines[0].Definition;
        for (var number = 0; number < _nodes.Length; number++)
        {
            if (_nodes[number] is not null)
            {
                await StopNodeAsync(number);
            }
        }

        Assert.Empty(_unserialized);
        await using var store = await CheckpointStores.OpenAsync(_store);
        var reports = new List<KeyReport>();
        await foreach (var bucket in new StoredModels(pipeline, store).AllKeysAsync())
        {
            Assert.Null(bucket.Problem);
            reports.AddRange(bucket.Keys.Select(key => key.Report));
        }

        Assert.Equal(Produced, reports.Sum(report => report.Records));
        Assert.Equal(NodeWorld.UndisturbedHash(pipeline, Produced), pipeline.Plan.Summarize(reports).StateHash());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.OfType<StreamLearnNode>())
        {
            await node.DisposeAsync();
        }

        _producer.Dispose();
        _kafka.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Keeps what is logged of messages that have no serializer.</summary>
    private sealed class ErrorListener : ReceiveActor
    {
        public ErrorListener(ConcurrentQueue<string> errors) => Receive<Error>(error =>
        {
            var text = $"{error.Message} {error.Cause}";
            if (text.Contains("serializ", StringComparison.OrdinalIgnoreCase))
            {
                errors.Enqueue(text);
            }
        });
    }
}
