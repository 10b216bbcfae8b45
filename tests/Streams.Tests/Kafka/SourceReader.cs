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

    public SourceReader(
        EmbeddedKafka kafka, IMaterializer materializer, string topic, StartOffset start = StartOffset.Earliest,
        LostRecords lostRecords = LostRecords.Stop, params (string Name, string Value)[] consumer)
    {
        _materializer = materializer;
        (_control, _events) = KafkaSource.Partitions(Settings(kafka, consumer), topic, "readers", start, lostRecords)
            .ToMaterialized(Sink.Queue<PartitionEvent>(), Keep.Both)
            .Run(materializer);
    }

    /// <summary>Small batches and buffers, and a group that notices quickly.</summary>
    public static KafkaSettings Settings(EmbeddedKafka kafka, params (string Name, string Value)[] consumer) => new()
    {
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
        return next.HasValue ? next.Value : null;
    }

    public async Task<PartitionReader> AssignedAsync(string phase) =>
        new(Assert.IsType<PartitionAssigned>(await NextAsync(phase)), _materializer);

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
