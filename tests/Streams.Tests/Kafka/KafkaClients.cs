using System.Diagnostics;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>Clients for tests against an <see cref="EmbeddedKafka"/>: quick to connect again, silent, and never waiting for ever.</summary>
internal static class KafkaClients
{
    /// <summary>What any single wait of a test may take; reaching it fails the test.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static IProducer<string, string> Producer(this EmbeddedKafka kafka, Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            LingerMs = 0,
            RetryBackoffMs = 20,
            ReconnectBackoffMs = 20,
            ReconnectBackoffMaxMs = 100,
            MessageTimeoutMs = (int)Patience.TotalMilliseconds,
        };
        configure?.Invoke(config);
        return new ProducerBuilder<string, string>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    public static IConsumer<string, string> Consumer(
        this EmbeddedKafka kafka,
        string group = "readers",
        Action<ConsumerConfig>? configure = null,
        Action<ConsumerBuilder<string, string>>? build = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            HeartbeatIntervalMs = 100,
            // The embedded cluster's rebalances take this less a second.
            SessionTimeoutMs = 2000,
            ReconnectBackoffMs = 20,
            ReconnectBackoffMaxMs = 100,
        };
        configure?.Invoke(config);
        var builder = new ConsumerBuilder<string, string>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { });
        build?.Invoke(builder);
        return builder.Build();
    }

    public static IAdminClient Admin(this EmbeddedKafka kafka) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers })
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build();

    /// <summary>A topic as the cluster's metadata shows it.</summary>
    public static TopicMetadata Topic(this IAdminClient admin, string topic) =>
        Assert.Single(admin.GetMetadata(topic, Patience).Topics);

    public static Task<DeliveryResult<string, string>> Send(
        this IProducer<string, string> producer, string topic, int partition, string value, string key = "key") =>
        producer.ProduceAsync(new TopicPartition(topic, partition), new Message<string, string> { Key = key, Value = value });

    /// <summary>Reads until there are as many records as expected.</summary>
    public static IReadOnlyList<ConsumeResult<string, string>> Read(
        this IConsumer<string, string> consumer, int expected, string phase)
    {
        var records = new List<ConsumeResult<string, string>>();
        Poll([consumer], records.Add, () => records.Count >= expected, phase, () => $"{expected} records", () => $"{records.Count}");
        return records;
    }

    /// <summary>Serves consumers, whose assignments and records only come while they are polled, until a condition holds.</summary>
    public static void Poll(
        IReadOnlyList<IConsumer<string, string>> consumers,
        Action<ConsumeResult<string, string>> received,
        Func<bool> done,
        string phase,
        Func<string> expected,
        Func<string> actual)
    {
        var started = Stopwatch.GetTimestamp();
        while (!done())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                Assert.Fail($"{phase}: expected {expected()} within {Patience.TotalSeconds} s, got {actual()}.");
            }
            foreach (var consumer in consumers)
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(20)) is { IsPartitionEOF: false } record)
                {
                    received(record);
                }
            }
        }
    }
}
