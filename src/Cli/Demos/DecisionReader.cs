using Confluent.Kafka;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Demos;

/// <summary>Reads the decisions of a pipeline from the embedded broker while they are written. Single-threaded; no call waits.</summary>
internal sealed class DecisionReader : IDisposable
{
    private const int MostAtOnce = 500;

    private readonly IConsumer<Ignore, byte[]> _consumer;

    /// <param name="kafka">How the broker is reached.</param>
    /// <param name="topic">The decisions.</param>
    /// <param name="partitions">Partitions of the topic.</param>
    internal DecisionReader(KafkaSettings kafka, string topic, int partitions)
    {
        // The client wants the name of a group; who assigns partitions to itself does not join it.
        _consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers, GroupId = "streamlearn-demo", EnableAutoCommit = false, EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest, FetchWaitMaxMs = 10,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, 0)));
    }

    /// <summary>The decisions that have come since the last call, up to some hundred.</summary>
    internal IEnumerable<PathDecision> Take()
    {
        for (var taken = 0; taken < MostAtOnce && Next() is { } value; taken++)
        {
            yield return PathDecision.Parse(value);
        }
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    private byte[]? Next()
    {
        try
        {
            return _consumer.Consume(TimeSpan.Zero)?.Message?.Value;
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            // The client tries again by itself.
            return null;
        }
    }
}
