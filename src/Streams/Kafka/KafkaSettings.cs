using System.Globalization;
using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>How Kafka is reached. Any librdkafka setting may be given; it goes to the client as it is.</summary>
/// <remarks>The text form names no settings: they may hold secrets.</remarks>
public sealed class KafkaSettings
{
    // message.max.bytes of librdkafka.
    private const int ClientDefaultBytes = 1_000_000;

    // Of headers and framing.
    private const int HeaderBytes = 4096;

    /// <summary>Addresses of brokers, comma separated.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>Settings of every client, e.g. <c>security.protocol</c>.</summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of consumers.</summary>
    public IReadOnlyDictionary<string, string> Consumer { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of producers.</summary>
    public IReadOnlyDictionary<string, string> Producer { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a broker may stay away at the start. Default 30 s.</summary>
    public TimeSpan StartupTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Records in a batch, at most.</summary>
    public int BatchRecords { get; init; } = 512;

    /// <summary>Batches of a partition that wait for its stream before the partition is paused.</summary>
    public int BufferedBatches { get; init; } = 16;

    /// <summary>How long the consumer waits, when partitions are revoked, until they are released. Default 10 s.</summary>
    public TimeSpan RevokeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of key and value that a producer takes in one record: <c>message.max.bytes</c> less room for headers.</summary>
    public int MostRecordBytes =>
        int.TryParse(
            Producer.GetValueOrDefault("message.max.bytes") ?? Client.GetValueOrDefault("message.max.bytes"),
            NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            ? Math.Max(most - HeaderBytes, HeaderBytes)
            : ClientDefaultBytes - HeaderBytes;

    /// <inheritdoc/>
    public override string ToString() => $"Kafka at {BootstrapServers}";

    /// <summary>Whether members of a group keep, when it shares its partitions out anew, those that they have before and after.</summary>
    internal bool IsCooperative =>
        new[] { Client, Consumer }.Any(settings => settings.TryGetValue("partition.assignment.strategy", out var strategy)
            && strategy.Contains("cooperative", StringComparison.Ordinal));

    internal ConsumerConfig ConsumerConfig(string group)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = BootstrapServers,
            GroupId = group,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = false,
            // Who is killed keeps its partitions for as long; a thread of its own polls, so short is safe. Brokers accept no less.
            SessionTimeoutMs = 6000,
            HeartbeatIntervalMs = 2000,
            // The client would go to the log's start or end by itself, and nobody would know how many records are missing.
            AutoOffsetReset = AutoOffsetReset.Error,
            // All members of a group must prefer the same; cooperative-sticky may be set instead.
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.RoundRobin,
            // What a partition that goes on after a pause waits for, at most, while the others have nothing new.
            FetchWaitMaxMs = 100,
            // Headers and topic names would be made anew for every record; nobody reads them.
            ConsumeResultFields = "timestamp",
        };
        return With(config, Client, Consumer);
    }

    internal ProducerConfig ProducerConfig()
    {
        var config = new ProducerConfig
        {
            BootstrapServers = BootstrapServers,
            EnableIdempotence = true,
            LingerMs = 5,
            // A broker that is away is waited for, however long.
            MessageTimeoutMs = 0,
            DeliveryReportFields = "status",
        };
        return With(config, Client, Producer);
    }

    /// <summary>A broker that is away is waited for by beginning transactions anew: an open one holds up who reads committed records
    /// only.</summary>
    internal ProducerConfig TransactionalConfig(string transactionalId)
    {
        var config = new ProducerConfig
        {
            BootstrapServers = BootstrapServers,
            EnableIdempotence = true,
            LingerMs = 5,
            TransactionTimeoutMs = 60_000,
            // No longer than its transaction, or the client refuses it.
            MessageTimeoutMs = 30_000,
            DeliveryReportFields = "status",
        };
        config = With(config, Client, Producer);
        config.TransactionalId = transactionalId;
        return config;
    }

    internal AdminClientConfig AdminConfig() => With(new AdminClientConfig { BootstrapServers = BootstrapServers }, Client);

    private static T With<T>(T config, params IReadOnlyDictionary<string, string>[] settings)
        where T : ClientConfig
    {
        foreach (var (name, value) in settings.SelectMany(setting => setting))
        {
            config.Set(name, value);
        }

        return config;
    }
}
