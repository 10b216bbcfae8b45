using System.Text;
using Confluent.Kafka;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Nodes;
using StreamLearn.EndToEnd.Tests.Programs;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>An embedded broker and a node in this process, and records that go through both.</summary>
internal sealed class NodeWorld : IAsyncDisposable
{
    internal const int Partitions = 2;

    // A client may give a connection 30 s (socket.connection.setup.timeout.ms) before it tries another.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly KafkaBatchProducer _producer;

    private readonly DirectoryInfo _folder;

    private NodeWorld(EmbeddedKafka kafka, StreamLearnConfig config, StreamLearnNode node, NodeHealth health, DirectoryInfo folder)
    {
        Health = health;
        Kafka = kafka;
        Config = config;
        Node = node;
        _folder = folder;
        _producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = kafka.BootstrapServers }, _ => { });
    }

    internal EmbeddedKafka Kafka { get; }

    internal StreamLearnConfig Config { get; }

    internal StreamLearnNode Node { get; private set; }

    /// <summary>What is said of the first node.</summary>
    internal NodeHealth Health { get; }

    internal RunningPipeline Pipeline => Node.Pipelines[0];

    internal int Produced { get; private set; }

    internal static async Task<NodeWorld> StartAsync(params string[] settings)
    {
        var kafka = EmbeddedKafka.Start();
        foreach (var topic in (string[])["link-load", "link-load.predictions", "link-load.dead-letter", "link-load.events"])
        {
            kafka.CreateTopic(topic, Partitions);
        }

        var folder = Directory.CreateTempSubdirectory("streamlearn-node-");
        var config = StreamLearnConfig.Load(
            null,
            [
                "pipelines.link-load.chunks.resend-after=100ms", "pipelines.link-load.chunks.probe-every=200ms", "node.log-level=error",
                $"kafka.bootstrap-servers=\"{kafka.BootstrapServers}\"", .. settings,
            ],
            string.Join('\n', SampleRecords.Config("", StorePath(folder))));
        var health = new NodeHealth(config, TimeProvider.System);
        return new NodeWorld(kafka, config, await StreamLearnNode.StartAsync(config, TimeProvider.System, health: health), health, folder);
    }

    /// <summary>The node's checkpoint store, as another program opens it.</summary>
    internal Task<ICheckpointStore> OpenStoreAsync() => CheckpointStores.OpenAsync(new CheckpointStoreOptions { Path = StorePath(_folder) });

    /// <summary>Puts the next records on the topic, a key always on the same partition.</summary>
    internal async Task ProduceAsync(int records)
    {
        var next = Enumerable.Range(Produced, records)
            .Select(number => new OutputRecord(
                Encoding.UTF8.GetBytes($"link-{number % SampleRecords.Keys}"), Encoding.UTF8.GetBytes(SampleRecords.JsonOf(number)))).ToArray();
        await _producer.SendAsync(new OutputBatch("link-load", next)).WaitAsync(Limit);
        Produced += records;
    }

    /// <summary>Waits until the pipeline has delivered answers to so many records.</summary>
    internal Task AnsweredAsync(long records) => UntilAsync(() => Pipeline.Progress.Records >= records, () => $"{records} answered; {Pipeline.Progress.Records} are");

    internal static Task UntilAsync(Func<bool> holds, Func<string> what) => UntilAsync(() => Task.FromResult(holds()), what);

    internal static async Task UntilAsync(Func<Task<bool>> holds, Func<string> what)
    {
        using var timer = new PeriodicTimer(Look);
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, $"After {Limit.TotalSeconds:0} s: expected {what()}.");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Stops the node in order, and starts another in its place.</summary>
    internal async Task RestartAsync(Func<Task> meanwhile)
    {
        await Node.DrainAsync();
        await Node.DisposeAsync();
        await meanwhile();
        Node = await StreamLearnNode.StartAsync(Config, TimeProvider.System);
    }

    /// <summary>The learners are as if nothing had happened.</summary>
    internal async Task AssertStateUndisturbedAsync() => Assert.Equal(UndisturbedHash(Pipeline.Definition, Produced), (await Pipeline.SummarizeAsync()).StateHash());

    /// <summary>Everything produced is answered, once, and the learners are as if nothing had happened.</summary>
    internal async Task AssertUndisturbedAsync()
    {
        await AnsweredAsync(Produced);
        await Node.DrainAsync();
        Assert.Equal((Produced, Produced, 0), ((int)Pipeline.Progress.Records, (int)Pipeline.Progress.Predictions, (int)Pipeline.Progress.DeadLetters));
        await AssertStateUndisturbedAsync();
    }

    /// <summary>By partition of the records, the offsets that predictions name, in the order in which they were written.</summary>
    internal Dictionary<string, List<long>> PredictedOffsets() => PredictedOffsets(Kafka, Partitions);

    /// <summary>The same of any broker.</summary>
    internal static Dictionary<string, List<long>> PredictedOffsets(EmbeddedKafka kafka, int partitions) =>
        Predictions(kafka, partitions).GroupBy(prediction => prediction.Partition).ToDictionary(group => group.Key, group => group.Select(one => one.Offset).ToList());

    /// <summary>The predictions, each with the place of its record.</summary>
    internal static List<(string Partition, long Offset, string Value)> Predictions(EmbeddedKafka kafka, int partitions)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers, GroupId = "look", EnablePartitionEof = true,
        }).Build();
        var places = Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset("link-load.predictions", partition, Offset.Beginning));
        consumer.Assign(places);
        var predictions = new List<(string Partition, long Offset, string Value)>();
        for (var ended = 0; ended < partitions;)
        {
            var read = consumer.Consume(Limit) ?? throw new TimeoutException($"The predictions were not read to their end within {Limit.TotalSeconds:0} s.");
            if (read.IsPartitionEOF)
            {
                ended++;
                continue;
            }

            predictions.Add((
                Encoding.UTF8.GetString(read.Message.Headers.GetLastBytes("sl-partition")),
                long.Parse(Encoding.UTF8.GetString(read.Message.Headers.GetLastBytes("sl-offset")), System.Globalization.CultureInfo.InvariantCulture),
                Encoding.UTF8.GetString(read.Message.Value)));
        }

        return predictions;
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _producer.Dispose();
        Kafka.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string StorePath(DirectoryInfo folder) => Path.Combine(folder.FullName, "checkpoints.db");

    /// <summary>What the learners of a pipeline are when the sample records have come one after the other, to one fleet.</summary>
    internal static string UndisturbedHash(PipelineDefinition pipeline, int produced)
    {
        var plan = pipeline.Plan;
        var decoder = pipeline.Schema.CreateDecoder();
        var builder = new Streams.Records.RecordBatchBuilder("log", 0, produced, 1 << 20);
        foreach (var number in Enumerable.Range(0, produced))
        {
            builder.Add(number, 0, default, hasKey: false, Encoding.UTF8.GetBytes(SampleRecords.JsonOf(number)), hasValue: true);
        }

        var examples = decoder.Decode(builder.Build(0)).Examples;
        var fleet = plan.CreateFleet(plan.MaxKeys);
        fleet.Process(examples, 0, PredictionBatch.Allocate(examples.Count, fleet.PredictionWidth));
        return plan.Summarize(fleet.Report()).StateHash();
    }
}
