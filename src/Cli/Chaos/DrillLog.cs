using Confluent.Kafka;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>What a drill sees of the topics, from outside.</summary>
internal sealed class DrillLog : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly IConsumer<Ignore, Ignore> _watermarks;
    private readonly KafkaSettings _kafka;
    private readonly string _group;

    internal DrillLog(KafkaSettings kafka, string group)
    {
        _kafka = kafka;
        _group = group;
        _watermarks = KafkaClients.Watermarks(kafka);
    }

    /// <summary>The end of each partition of a topic.</summary>
    internal long[] Ends(string topic) =>
        [.. Enumerable.Range(0, DrillStage.Partitions)
            .Select(partition => _watermarks.QueryWatermarkOffsets(new TopicPartition(topic, partition), Timeout).High.Value)];

    /// <summary>What the pipeline's consumer group has committed; -1: nothing.</summary>
    internal long[] Committed()
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = _kafka.BootstrapServers, GroupId = _group, EnableAutoCommit = false,
        }).SetLogHandler((_, _) => { }).Build();
        return [.. consumer.Committed(Enumerable.Range(0, DrillStage.Partitions).Select(partition => new TopicPartition(DrillStage.Topic, partition)), Timeout)
            .OrderBy(place => place.Partition.Value)
            .Select(place => place.Offset == Offset.Unset ? -1 : place.Offset.Value)];
    }

    /// <summary>Reads a topic from its start to its end.</summary>
    internal void Read(string topic, Action<ConsumeResult<byte[], byte[]>> each)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = _kafka.BootstrapServers, GroupId = "streamlearn-drill", EnableAutoCommit = false, EnablePartitionEof = true,
        }).SetLogHandler((_, _) => { }).Build();
        var left = new HashSet<int>(Enumerable.Range(0, DrillStage.Partitions));
        consumer.Assign(left.Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        while (left.Count > 0)
        {
            var read = consumer.Consume(Timeout)
                ?? throw new DrillException($"{topic} has not been read to its end: nothing came for {Timeout.TotalSeconds:0} s");
            if (read.IsPartitionEOF)
            {
                left.Remove(read.Partition.Value);
            }
            else
            {
                each(read);
            }
        }
    }

    public void Dispose() => _watermarks.Dispose();
}
