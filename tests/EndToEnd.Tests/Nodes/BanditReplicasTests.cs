using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Nodes;
using StreamLearn.EndToEnd.Tests.Programs;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>One model that three partitions learn, on an embedded broker.</summary>
[Collection(WholeClusters.Name)]
public sealed class BanditReplicasTests
{
    private const int Partitions = 3;
    private const int Rounds = 900;

    private const string Text =
        """
        streamlearn.pipelines.offers {
          task { kind = bandit, actions = [red, green, blue], reward-ttl = 1h, late = dead-letter }
          sources { contexts { topic = ctx, key = shop, features = [age, hour] }, rewards { topic = rew, key = shop } }
          learner { kind = neu-square-cb, hidden = 96 }
          rivals = [uniform]
          buckets = 2
          replicas { enabled = on, every = 20, adjust-every = 2 }
          chunks { records = 64, resend-after = 200ms, probe-every = 300ms }
        }
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    [Theory]
    [InlineData("none", 1)]
    [InlineData("layer-wise", 2)]
    public async Task Given_replicas_when_a_node_ends_in_the_middle_then_all_have_the_same_averages_and_a_replay_has_the_same_bits(string compression, int nodes)
    {
        using var kafka = EmbeddedKafka.Start();
        foreach (var topic in (string[])["ctx", "rew", "offers.events", "offers.decisions", "offers.dead-letter"])
        {
            kafka.CreateTopic(topic, Partitions);
        }

        kafka.CreateTopic("offers.contributions", 1);
        var folder = Directory.CreateTempSubdirectory("streamlearn-replicas-");
        var config = Config(kafka, Path.Combine(folder.FullName, "cp.db"), compression);
        using var producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = kafka.BootstrapServers }, _ => { });

        await (nodes == 1 ? WithOneNodeAsync() : WithTwoProcessesAsync());

        await using (var node = await StreamLearnNode.StartAsync(config, TimeProvider.System))
        {
            await UntilDecidedAsync(Rounds);
            var rest = Decisions(kafka).Values.Where(decision => int.Parse(decision.GetProperty("id").GetString()![1..], CultureInfo.InvariantCulture) >= Rounds / 2);
            var learned = Rounds / 2;
            foreach (var part in rest.Chunk(Rounds / 6))
            {
                // Bit by bit: two contributions of a replica wait for their averages at most.
                var before = Averages(kafka, 0).Count;
                await SendAsync("rew", part.Select(Reward));
                learned += part.Length;
                await NodeWorld.UntilAsync(async () => (await SummarizeAsync(node)).Learned == learned, () => $"{learned} decisions learned");
                await NodeWorld.UntilAsync(() => Averages(kafka, 0).Count > before, () => $"more than {before} averages");
            }

            // Averages come until nobody contributes any more.
            var live = "";
            await NodeWorld.UntilAsync(async () => (live = (await SummarizeAsync(node)).StateHash()) == await ReplayAsync(), () => $"a replay with {live}");
            var summary = await SummarizeAsync(node);
            Assert.Equal((Partitions, Rounds, 0), (summary.Keys.Count, (int)summary.Decisions, (int)summary.Waiting));
            Assert.All(summary.Keys, replica => Assert.Equal("offers", Encoding.UTF8.GetString(replica.Key)));
            Assert.InRange(summary.Keys.Min(replica => replica.Decisions), Rounds / 6, Rounds / 2);
            await node.DrainAsync();
        }

        var decisions = Decisions(kafka);
        Assert.All(decisions, decision => Assert.Equal(KeyOf(int.Parse(decision.Key[1..], CultureInfo.InvariantCulture)), decision.Value.GetProperty("key").GetString()));
        Assert.Empty(Read(kafka, "offers.dead-letter", Partitions));
        var logs = Enumerable.Range(0, Partitions).Select(partition => Averages(kafka, partition)).ToArray();
        Assert.True(logs[0].Count >= 4, $"{logs[0].Count} averages");
        Assert.All(logs, log => Assert.Equal(logs[0].Select(Convert.ToHexString), log.Select(Convert.ToHexString)));
        var members = logs[0].SelectMany(bytes => ReplicaAverage.TryDecode(bytes)!.Members).ToArray();
        Assert.Equal(members.Distinct().Count(), members.Length);
        Assert.Equal([0, 1, 2], members.Select(member => member.Replica).Distinct().Order());
        folder.Delete(recursive: true);

        // It leaves in the middle of what it does, with averages under way and no barrier made.
        async Task WithOneNodeAsync()
        {
            var node = await StreamLearnNode.StartAsync(config, TimeProvider.System);
            await LearnFirstHalfAsync();
            await SendSecondHalfAsync();
            await node.DisposeAsync();
        }

        // Each has some of the replicas. One is killed, and the other takes over what it had.
        async Task WithTwoProcessesAsync()
        {
            // Of two halves the one with the first address goes on.
            string[] ports = [.. Enumerable.Range(0, 2).Select(_ => FreePort.Next().ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal)];
            var file = Path.Combine(folder.FullName, "replicas.conf");
            await File.WriteAllTextAsync(file, Text);
            await using var first = await StartAsync(0);
            await using (var second = await StartAsync(1, "node.log-level=info"))
            {
                await second.LineWithAsync("of offers.events is read here");
                await LearnFirstHalfAsync();
                await SendSecondHalfAsync();
            }

            await UntilDecidedAsync(Rounds);
            first.Terminate();
            Assert.Equal(0, (await first.EndAsync()).ExitCode);

            async Task<StreamLearnProcess> StartAsync(int number, params string[] more)
            {
                var node = StreamLearnProcess.Start(
                [
                    "run", "--config", file, "--port", ports[number], .. ports.SelectMany(port => (string[])["--seed-node", $"127.0.0.1:{port}"]),
                    .. Settings(kafka, Path.Combine(folder.FullName, "cp.db"), compression)
                        .Append("node.http.enabled=off").Append("node.split-brain={ stable-after = 2s, acceptable-pause = 2s }")
                        .Concat(more).SelectMany(setting => (string[])["--set", setting]),
                ]);
                await node.LineWithAsync("running offers");
                return node;
            }
        }

        async Task LearnFirstHalfAsync()
        {
            await SendAsync("ctx", Enumerable.Range(0, Rounds / 2).Select(Context));
            await UntilDecidedAsync(Rounds / 2);
            await SendAsync("rew", Decisions(kafka).Values.Select(Reward));
            await NodeWorld.UntilAsync(
                () => Enumerable.Range(0, Partitions).All(partition => Averages(kafka, partition).Count > 0), () => "averages for all replicas");
        }

        Task SendSecondHalfAsync() => SendAsync("ctx", Enumerable.Range(Rounds / 2, Rounds / 2).Select(Context));

        async Task SendAsync(string topic, IEnumerable<string> values) => await producer.SendAsync(
            new OutputBatch(topic, [.. values.Select(value => new OutputRecord(null, Encoding.UTF8.GetBytes(value)))])).WaitAsync(Limit);

        async Task UntilDecidedAsync(int count) => await NodeWorld.UntilAsync(
            () => Decisions(kafka).Count == count, () => $"{count} decisions; there are {Decisions(kafka).Count}");

        async Task<string> ReplayAsync()
        {
            var other = Config(kafka, Path.Combine(folder.FullName, "replay.db"), compression);
            try
            {
                return (await PipelineReplay.RunAsync(other, other.Pipelines[0], LogPosition.Earliest, TimeProvider.System)).Summary.StateHash();
            }
            catch (ConfigurationException ahead) when (ahead.Message.Contains("ends with records that no node has learned", StringComparison.Ordinal))
            {
                // Of the node, which runs.
                return "";
            }
        }
    }

    /// <summary>What a replica contributes because of such records is in no topic: it would wait for an average that never comes.</summary>
    [Fact]
    public async Task Given_a_log_whose_end_no_node_has_learned_when_it_is_replayed_then_it_is_refused_and_nothing_changes_until_a_node_has()
    {
        using var kafka = EmbeddedKafka.Start();
        foreach (var topic in (string[])["ctx", "rew", "offers.events", "offers.decisions", "offers.dead-letter"])
        {
            kafka.CreateTopic(topic, Partitions);
        }

        kafka.CreateTopic("offers.contributions", 1);
        var folder = Directory.CreateTempSubdirectory("streamlearn-replicas-");
        var config = Config(kafka, Path.Combine(folder.FullName, "cp.db"), "none");
        using var producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = kafka.BootstrapServers }, _ => { });
        await using (await StreamLearnNode.StartAsync(config, TimeProvider.System, NodeParts.Copiers))
        {
            await SendAsync("ctx", Enumerable.Range(0, Rounds / 3).Select(Context));
            await NodeWorld.UntilAsync(() => Read(kafka, "offers.events", Partitions).Count == Rounds / 3, () => "all contexts copied");
            await SendAsync("rew", Enumerable.Range(0, Rounds / 3).Select(number => string.Create(
                CultureInfo.InvariantCulture, $"{{\"shop\":\"{KeyOf(number)}\",\"id\":\"d{number}\",\"time\":2400,\"reward\":{number % 2}}}")));
            await NodeWorld.UntilAsync(() => Read(kafka, "offers.events", Partitions).Count == 2 * Rounds / 3, () => "all rewards copied");
        }

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(ReplayAsync);
        Assert.Matches(
            "^Partition 0 of offers.events ends with records that no node has learned: contribution 1 of slice 0 of its replica is not in offers.contributions, .*"
            + "Nothing is stored of offers, and nothing was changed.$",
            refusal.Message);

        await using (var node = await StreamLearnNode.StartAsync(config, TimeProvider.System))
        {
            await NodeWorld.UntilAsync(async () => (await SummarizeAsync(node)).Learned == Rounds / 3, () => "everything learned");
            await NodeWorld.UntilAsync(() => node.Pipelines[0].Progress.Averaged >= Partitions, () => "averages in all replicas");
            await node.DrainAsync();
        }

        Assert.Equal(2 * Rounds / 3, (await ReplayAsync()).Records);
        folder.Delete(recursive: true);

        async Task<ReplayResult> ReplayAsync() => await PipelineReplay.RunAsync(config, config.Pipelines[0], LogPosition.Earliest, TimeProvider.System);

        async Task SendAsync(string topic, IEnumerable<string> values) => await producer.SendAsync(
            new OutputBatch(topic, [.. values.Select(value => new OutputRecord(null, Encoding.UTF8.GetBytes(value)))])).WaitAsync(Limit);
    }

    private static StreamLearnConfig Config(EmbeddedKafka kafka, string store, string compression) =>
        StreamLearnConfig.Load(null, Settings(kafka, store, compression), Text);

    private static string[] Settings(EmbeddedKafka kafka, string store, string compression) =>
    [
        $"kafka.bootstrap-servers=\"{kafka.BootstrapServers}\"", $"checkpoint.store.path=\"{store}\"", "node.log-level=error",
        $"pipelines.offers.replicas.compression={compression}", "checkpoint.every=200ms",
    ];

    private static async Task<BanditSummary> SummarizeAsync(StreamLearnNode node) => (BanditSummary)await node.Pipelines[0].SummarizeAsync();

    private static string KeyOf(int number) => "abcdefg"[number % 7].ToString();

    private static string Context(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"shop\":\"{KeyOf(number)}\",\"id\":\"d{number}\",\"time\":{1000 + number},\"age\":{number % 7},\"hour\":{number % 24}}}");

    private static string Reward(JsonElement decision) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"shop\":\"{decision.GetProperty("key").GetString()}\",\"id\":\"{decision.GetProperty("id").GetString()}\",\"time\":2400,"
        + $"\"reward\":{(decision.GetProperty("action").GetString() == "green" ? 1 : 0)}}}");

    /// <summary>By id, each as it was decided; a node that has died may have said some twice.</summary>
    private static Dictionary<string, JsonElement> Decisions(EmbeddedKafka kafka)
    {
        var decisions = new Dictionary<string, JsonElement>();
        foreach (var value in Read(kafka, "offers.decisions", Partitions))
        {
            var decision = JsonDocument.Parse(value).RootElement;
            var id = decision.GetProperty("id").GetString()!;
            Assert.True(decisions.TryAdd(id, decision) || decisions[id].GetRawText() == decision.GetRawText(), $"{id} was decided in two ways");
        }

        return decisions;
    }

    /// <summary>The averages that a replica takes of its partition: no repeats.</summary>
    private static List<byte[]> Averages(EmbeddedKafka kafka, int partition)
    {
        var last = -1L;
        var averages = new List<byte[]>();
        foreach (var value in Read(kafka, "offers.events", Partitions, partition))
        {
            Assert.True(EventEnvelope.TryDecode(value, out var envelope));
            if (envelope.Origin.Source == EventOrigin.Averages && envelope.Origin.Offset > last)
            {
                last = envelope.Origin.Offset;
                averages.Add(envelope.Value.ToArray());
            }
        }

        return averages;
    }

    private static List<byte[]> Read(EmbeddedKafka kafka, string topic, int partitions, int only = -1)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers, GroupId = "look", EnablePartitionEof = true,
        }).Build();
        var places = Enumerable.Range(0, partitions).Where(partition => only < 0 || partition == only).ToArray();
        consumer.Assign(places.Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var found = new List<byte[]>();
        for (var ended = 0; ended < places.Length;)
        {
            var read = consumer.Consume(Limit) ?? throw new TimeoutException($"{topic} was not read to its end.");
            if (read.IsPartitionEOF)
            {
                ended++;
            }
            else
            {
                found.Add(read.Message.Value);
            }
        }

        return found;
    }
}
