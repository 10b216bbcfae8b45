using System.Globalization;
using Confluent.Kafka;
using StreamLearn.Bench.Fleet;
using StreamLearn.Bench.Programs;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Bench.Checkpoints;

/// <summary>
/// A node that has learned 1,000 links with networks of 5,160 parameters stops; it is started again as a process of its own, with a record of each link
/// waiting. Measured from the line of its log that says that the actor system is up.
/// </summary>
internal static class RestartMeasurement
{
    private const string Pipeline = "restart";
    private const int Rounds = 3;

    // Enough that each network has learned.
    private const int RecordsOfLink = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // The embedded broker keeps a group waiting so long after its last member has left, which no other broker does.
    private static readonly TimeSpan GroupIsEmpty = TimeSpan.FromSeconds(8);

    internal static async Task<IEnumerable<BenchmarkRow>> RunAsync(TextWriter log)
    {
        var folder = Directory.CreateTempSubdirectory("streamlearn-bench-");
        try
        {
            return await RunAsync(folder, log);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IEnumerable<BenchmarkRow>> RunAsync(DirectoryInfo folder, TextWriter log)
    {
        await using var broker = await BrokerProcess.StartAsync(
            PipelineLoad.Outputs(Pipeline).Prepend("links").Select(topic => $"{topic}:{LinkTopic.Partitions}"));
        using var topic = new LinkTopic(broker.BootstrapServers, "links");
        var config = Path.Combine(folder.FullName, "restart.conf");
        await File.WriteAllTextAsync(config, Config(broker.BootstrapServers, Path.Combine(folder.FullName, "checkpoints.db")));
        await log.WriteLineAsync($"{LinkTopic.Links} learners of {Parameters(config)} parameters");
        using var predictions = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers, GroupId = "look", FetchWaitMaxMs = 5,
        }).Build();
        predictions.Assign(Enumerable.Range(0, LinkTopic.Partitions)
            .Select(partition => new TopicPartitionOffset($"{Pipeline}.predictions", partition, Offset.Beginning)));
        await topic.FillAsync(RecordsOfLink);
        await using (var node = Node(config, RecordsOfLink * LinkTopic.Links))
        {
            Read(predictions, RecordsOfLink * LinkTopic.Links);

            // The summary comes when all is stored.
            await node.ReadLineAsync();
        }

        var first = new List<double>();
        var all = new List<double>();
        var process = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            await topic.FillAsync(1);
            await Task.Delay(GroupIsEmpty);
            var started = TimeProvider.System.GetTimestamp();
            await using var node = Node(config, LinkTopic.Links);
            Read(predictions, 1);
            var up = await node.Said;
            first.Add(TimeProvider.System.GetElapsedTime(up).TotalSeconds);
            process.Add(TimeProvider.System.GetElapsedTime(started).TotalSeconds);
            Read(predictions, LinkTopic.Links - 1);
            all.Add(TimeProvider.System.GetElapsedTime(up).TotalSeconds);
            await log.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"restart {round + 1}: first prediction after {first[^1]:0.00} s, that of the last link after {all[^1]:0.00} s; "
                + $"from the process's start {process[^1]:0.00} s"));
            await node.ReadLineAsync();
        }

        return [Row("restart", first), Row("restart/all-links", all), Row("restart/from-process-start", process)];
    }

    private static ChildProgram Node(string config, int records) => ChildProgram.Start(
        "Started up successfully", "run", "--config", config, "--records", records.ToString(CultureInfo.InvariantCulture), "--json", "--set", "node.log-level=info");

    private static void Read(IConsumer<Ignore, byte[]> predictions, int records)
    {
        for (var read = 0; read < records; read++)
        {
            _ = predictions.Consume(Limit) ?? throw new TimeoutException($"There were {read} predictions within {Limit.TotalSeconds:0} s; expected {records}.");
        }
    }

    private static int Parameters(string config)
    {
        var plan = StreamLearnConfig.Load(config, []).Pipelines[0].Plan;
        var links = new LinkLoads(1).Next()[0];
        var fleet = plan.CreateFleet(1);
        fleet.Process(links, 0, PredictionBatch.Allocate(links.Count, fleet.PredictionWidth));
        return fleet.Weights(links.Key(0)).Sum(weights => weights.Parameters.Length);
    }

    private static BenchmarkRow Row(string name, List<double> seconds) => new(name, seconds.Order().ElementAt(seconds.Count / 2), "s");

    private static string Config(string bootstrapServers, string store) => $$"""
        streamlearn {
          kafka { bootstrap-servers = "{{bootstrapServers}}" }
          checkpoint.store.path = "{{store}}"
          node.http.enabled = off
          pipelines.{{Pipeline}} {
            source { topic = links, co-partitioned = on }
            task { horizons = [1, 3, 12] }
            # 27 units: 5,160 parameters.
            learner { kind = liquid, units = 27 }
            rivals = []
          }
        }
        """;
}
