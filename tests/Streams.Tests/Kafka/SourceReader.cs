using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>Runs a source on an embedded cluster and hands its events to a test one by one.</summary>
internal sealed class SourceReader
{
    private readonly IMaterializer _materializer;
    private readonly KafkaSourceControl _control;
    private readonly ISinkQueue<PartitionEvent> _events;
    private readonly Dictionary<int, PartitionReader> _readers = [];

    public SourceReader(
        EmbeddedKafka kafka, IMaterializer materializer, string topic, StartOffset start = StartOffset.Earliest,
        LostRecords lostRecords = LostRecords.Stop, TimeSpan? revokeTimeout = null, params (string Name, string Value)[] consumer)
    {
        _materializer = materializer;
        (_control, _events) = KafkaSource.Partitions(Settings(kafka, revokeTimeout, consumer), topic, "readers", start, lostRecords)
            .ToMaterialized(Sink.Queue<PartitionEvent>(), Keep.Both)
            .Run(materializer);
    }

    /// <summary>Whether partitions are released as soon as a test has seen that they are revoked.</summary>
    public bool Releases { get; init; } = true;

    /// <summary>Small batches and buffers, and a group that notices quickly.</summary>
    public static KafkaSettings Settings(
        EmbeddedKafka kafka, TimeSpan? revokeTimeout = null, params (string Name, string Value)[] consumer) => new()
    {
        RevokeTimeout = revokeTimeout ?? Waits.Patience,
        BootstrapServers = kafka.BootstrapServers,
        BatchRecords = 10,
        BufferedBatches = 2,
        Client = new Dictionary<string, string> { ["reconnect.backoff.ms"] = "20", ["reconnect.backoff.max.ms"] = "100" },
        // The embedded cluster's rebalances take the session's time-out less a second.
        Consumer = new Dictionary<string, string>(
        [
            new("session.timeout.ms", "3500"), new("heartbeat.interval.ms", "100"), new("fetch.wait.max.ms", "10"),
            .. consumer.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)),
        ]),
        Producer = new Dictionary<string, string> { ["retry.backoff.ms"] = "20" },
    };

    public void Stop() => _control.Stop();

    /// <summary>The next event, or null where the source has completed; throws what made it fail.</summary>
    public async Task<PartitionEvent?> NextAsync(string phase)
    {
        var next = await _events.PullAsync().Within(phase, "an event of the source");
        if (!next.HasValue)
        {
            return null;
        }

        if (Releases && next.Value is PartitionRevoked && _readers.TryGetValue(next.Value.Partition, out var reader))
        {
            reader.Control.Release();
        }

        return next.Value;
    }

    /// <summary>A partition that is read from the configured start.</summary>
    public async Task<PartitionReader> AssignedAsync(string phase)
    {
        var reader = await UnplacedAsync(phase);
        reader.Seek(await reader.Control.StartOffsetAsync().Within($"{phase}, partition {reader.Partition}", "the start offset"), epoch: 0);
        return reader;
    }

    /// <summary>A partition that has not been told where to read.</summary>
    public async Task<PartitionReader> UnplacedAsync(string phase)
    {
        var reader = new PartitionReader(Assert.IsType<PartitionAssigned>(await NextAsync(phase)), _materializer);
        return _readers[reader.Partition] = reader;
    }

    public async Task<PartitionReader[]> AssignedAsync(int partitions, string phase)
    {
        var readers = new List<PartitionReader>();
        while (readers.Count < partitions)
        {
            readers.Add(await AssignedAsync($"{phase}, after {readers.Count} of {partitions} partitions"));
        }

        return [.. readers.OrderBy(reader => reader.Partition)];
    }

    public async Task<PartitionRevoked> RevokedAsync(string phase) => Assert.IsType<PartitionRevoked>(await NextAsync(phase));

    /// <summary>Stops, and waits until the consumer has left its group.</summary>
    public async Task StopAsync()
    {
        Stop();
        while (await NextAsync("stopping a source") is not null)
        {
        }
    }
}
