using System.Text;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>What is on a topic of one partition, seen by a client that is not ours.</summary>
internal sealed class WrittenTopic : IDisposable
{
    private readonly TopicPartition _place;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;

    public WrittenTopic(EmbeddedKafka kafka, string topic)
    {
        _place = new TopicPartition(topic, 0);
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = "lookers" })
            .SetKeyDeserializer(NullableBytes.Instance).SetValueDeserializer(NullableBytes.Instance)
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    public long End => _consumer.QueryWatermarkOffsets(_place, Waits.Patience).High.Value;

    public List<Message<byte[]?, byte[]?>> Read()
    {
        var end = End;
        var messages = new List<Message<byte[]?, byte[]?>>();
        _consumer.Assign(new TopicPartitionOffset(_place, Offset.Beginning));
        while (messages.Count < end)
        {
            var result = _consumer.Consume(Waits.Patience);
            Assert.True(result is not null, $"reading what was written: expected {end} records within {Waits.Patience.TotalSeconds} s, got {messages.Count}.");
            messages.Add(result.Message);
        }

        return messages;
    }

    public List<string?> ReadValues() => [.. Read().Select(message => message.Value is null ? null : Encoding.UTF8.GetString(message.Value))];

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }
}
