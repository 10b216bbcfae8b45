using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>Contexts and rewards on topics of an embedded broker, and a node that decides and learns.</summary>
public sealed class BanditNodeTests
{
    private const int Partitions = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task Given_contexts_and_rewards_when_a_node_restarts_between_them_then_all_is_joined_and_a_replay_has_the_same_state()
    {
        using var kafka = EmbeddedKafka.Start();
        foreach (var topic in (string[])["ctx", "rew", "offers.events", "offers.decisions", "offers.dead-letter"])
        {
            kafka.CreateTopic(topic, Partitions);
        }

        var folder = Directory.CreateTempSubdirectory("streamlearn-bandit-");
        var config = StreamLearnConfig.Load(
            null,
            [$"kafka.bootstrap-servers=\"{kafka.BootstrapServers}\"", $"checkpoint.store.path=\"{Path.Combine(folder.FullName, "cp.db")}\"", "node.log-level=error"],
            """
            streamlearn.pipelines.offers {
              task { kind = bandit, actions = [red, green, blue], reward-ttl = 1h, late = dead-letter, duplicates = dead-letter }
              sources { contexts { topic = ctx, key = shop, features = [age, hour] }, rewards { topic = rew, key = shop } }
              learner { kind = neu-square-cb }
              rivals = [uniform]
              buckets = 2
            }
            """);
        using var producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = kafka.BootstrapServers }, _ => { });
        string hash;
        BanditSummary summary;

        // The feedback comes only after the node that decided has gone.
        var node = await StreamLearnNode.StartAsync(config, TimeProvider.System);
        await SendAsync("ctx", [.. Enumerable.Range(0, 300).Select(Context), "{\"shop\":\"a\",\"id\":\"x\",\"time\":1,\"age\":\"old\",\"hour\":1}"]);
        await UntilAsync(() => node.Pipelines[0].Progress.Records == 301, () => $"301 contexts answered; {node.Pipelines[0].Progress.Records} are");
        await node.DrainAsync();
        await node.DisposeAsync();
        var decisions = Read(kafka, "offers.decisions");
        await using (node = await StreamLearnNode.StartAsync(config, TimeProvider.System))
        {
            await SendAsync("rew", [.. decisions.Select(Reward), Reward(decisions[0]), "{\"shop\":\"a\",\"id\":\"nobody\",\"time\":1000,\"reward\":1}"]);
            await UntilAsync(() => node.Pipelines[0].Progress.Records == 302, () => $"302 rewards answered; {node.Pipelines[0].Progress.Records} are");
            await node.DrainAsync();
            summary = (BanditSummary)await node.Pipelines[0].SummarizeAsync();
            hash = summary.StateHash();
        }

        var replayed = await PipelineReplay.RunAsync(config, config.Pipelines[0], LogPosition.Earliest, TimeProvider.System);
        folder.Delete(recursive: true);
        var letters = Read(kafka, "offers.dead-letter");

        Assert.Equal(300, decisions.Count);
        Assert.All(decisions, AssertDecision);
        Assert.Equal((300, 300, 0), ((int)summary.Decisions, (int)summary.Learned, (int)summary.Waiting));
        Assert.Equal((300, 1, 1), ((int)summary.Join.Joined, (int)summary.Join.Duplicates, (int)summary.Join.Held));
        var mean = decisions.Average(decision => decision.Value.GetProperty("action").GetString() == "green" ? 0 : 1.0);
        Assert.Equal(mean, summary.ProgressiveLoss, 1e-9);
        Assert.Equal(mean, summary.EstimatesOf(0).Ips.Value, 1e-9);
        Assert.InRange(summary.EstimatesOf(1).Ips.Value, 0.45, 0.9);
        Assert.Equal(["duplicate-feedback", "wrong-type"], letters.Select(letter => letter.Headers["sl-reason"]).Order());
        Assert.Equal(hash, replayed.Summary.StateHash());

        async Task SendAsync(string topic, IEnumerable<string> values) => await producer.SendAsync(
            new OutputBatch(topic, [.. values.Select(value => new OutputRecord(null, Encoding.UTF8.GetBytes(value)))])).WaitAsync(Limit);
    }

    /// <summary>Regression: the copiers ran freely, and most of the feedback was late, early or unknown.</summary>
    [Fact]
    public async Task Given_topics_that_are_full_when_a_node_starts_then_feedback_finds_its_decisions()
    {
        const int Rounds = 6000;
        using var kafka = EmbeddedKafka.Start();
        foreach (var topic in (string[])["ctx", "rew", "offers.events", "offers.decisions", "offers.dead-letter"])
        {
            kafka.CreateTopic(topic, Partitions);
        }

        var folder = Directory.CreateTempSubdirectory("streamlearn-bandit-");
        var config = StreamLearnConfig.Load(
            null,
            [
                $"kafka.bootstrap-servers=\"{kafka.BootstrapServers}\"", $"checkpoint.store.path=\"{Path.Combine(folder.FullName, "cp.db")}\"", "node.log-level=error",
                "kafka.batch-records=100",
            ],
            """
            streamlearn.pipelines.offers {
              task { kind = bandit, actions = [red, green, blue], reward-ttl = 20m, max-pending = 700 }
              sources { contexts { topic = ctx, key = shop, features = [age, hour] }, rewards { topic = rew, key = shop } }
              learner { kind = uniform }
            }
            """);
        using var producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = kafka.BootstrapServers }, _ => { });
        await SendAsync("ctx", Enumerable.Range(0, Rounds).Select(Context));
        await SendAsync("rew", Enumerable.Range(0, Rounds).Select(number => string.Create(
            CultureInfo.InvariantCulture, $"{{\"shop\":\"{"abc"[number % 3]}\",\"id\":\"d{number}\",\"time\":{1000 + number + 5},\"reward\":1}}")));

        BanditSummary summary;
        await using (var node = await StreamLearnNode.StartAsync(config, TimeProvider.System))
        {
            await UntilAsync(() => node.Pipelines[0].Progress.Records == 2 * Rounds, () => $"{2 * Rounds} answered; {node.Pipelines[0].Progress.Records} are");
            await node.DrainAsync();
            summary = (BanditSummary)await node.Pipelines[0].SummarizeAsync();
        }

        folder.Delete(recursive: true);
        Assert.True((Rounds, Rounds) == ((int)summary.Decisions, (int)summary.Join.Joined), $"{summary.Decisions} decisions, {summary.Join}");

        async Task SendAsync(string topic, IEnumerable<string> values) => await producer.SendAsync(
            new OutputBatch(topic, [.. values.Select(value => new OutputRecord(null, Encoding.UTF8.GetBytes(value)))])).WaitAsync(Limit);
    }

    private static string Context(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"shop\":\"{"abc"[number % 3]}\",\"id\":\"d{number}\",\"time\":{1000 + number},\"age\":{number % 7},\"hour\":{number % 24}}}");

    private static string Reward(Logged decision)
    {
        var value = decision.Value;
        var reward = value.GetProperty("action").GetString() == "green" ? 1 : 0;
        return $"{{\"shop\":\"{value.GetProperty("key").GetString()}\",\"id\":\"{value.GetProperty("id").GetString()}\",\"time\":1400,\"reward\":{reward}}}";
    }

    private static void AssertDecision(Logged decision)
    {
        var value = decision.Value;
        var probabilities = value.GetProperty("probabilities").EnumerateArray().Select(number => number.GetDouble()).ToArray();
        Assert.Equal(["key", "id", "action", "probability", "probabilities", "model_version"], value.EnumerateObject().Select(field => field.Name));
        Assert.Equal(1, probabilities.Sum(), 1e-12);
        Assert.All(probabilities, probability => Assert.InRange(probability, double.Epsilon, 1));
        var action = Array.IndexOf(["red", "green", "blue"], value.GetProperty("action").GetString());
        Assert.Equal(probabilities[action], value.GetProperty("probability").GetDouble());
        Assert.Equal("ctx", decision.Headers["sl-topic"]);
    }

    private static async Task UntilAsync(Func<bool> holds, Func<string> what) => await NodeWorld.UntilAsync(holds, what);

    private static List<Logged> Read(EmbeddedKafka kafka, string topic)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers, GroupId = "look", EnablePartitionEof = true,
        }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var found = new List<Logged>();
        for (var ended = 0; ended < Partitions;)
        {
            var read = consumer.Consume(Limit) ?? throw new TimeoutException($"{topic} was not read to its end.");
            if (read.IsPartitionEOF)
            {
                ended++;
                continue;
            }

            found.Add(new Logged(
                JsonDocument.Parse(read.Message.Value).RootElement, read.Message.Headers.ToDictionary(header => header.Key, header => Encoding.UTF8.GetString(header.GetValueBytes()))));
        }

        return found;
    }

    private sealed record Logged(JsonElement Value, Dictionary<string, string> Headers);
}
