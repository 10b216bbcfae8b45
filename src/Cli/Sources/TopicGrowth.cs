using Confluent.Kafka;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Sources;

/// <summary>How many records topics have got since this was made.</summary>
internal sealed class TopicGrowth : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly IReadOnlyList<string> _topics;
    private readonly long _start;

    internal TopicGrowth(KafkaSettings settings, IReadOnlyList<string> topics)
    {
        _topics = topics;
        _consumer = KafkaClients.Watermarks(settings);
        _start = End();
    }

    internal long Count() => End() - _start;

    public void Dispose() => _consumer.Dispose();

    private long End()
    {
        var end = 0L;
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        foreach (var topic in _topics)
        {
            foreach (var partition in admin.GetMetadata(topic, Timeout).Topics.SelectMany(found => found.Partitions))
            {
                end += _consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition.PartitionId), Timeout).High.Value;
            }
        }

        return end;
    }
}
