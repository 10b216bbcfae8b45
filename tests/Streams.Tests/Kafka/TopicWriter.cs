using System.Text;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>Fills partitions of an embedded cluster, in small batches, as a topic that grew over time has them.</summary>
internal static class TopicWriter
{
    private const int RecordsPerBatch = 10;

    /// <summary>Appends records with the key <c>key</c> and the values given; they are there when this returns.</summary>
    public static Task Append(this EmbeddedKafka kafka, string topic, int partition, IEnumerable<string> values) =>
        kafka.AppendMessages(topic, partition, values.Select(value => new Message<byte[]?, byte[]?> { Key = "key"u8.ToArray(), Value = Encoding.UTF8.GetBytes(value) }));

    public static async Task AppendMessages(this EmbeddedKafka kafka, string topic, int partition, IEnumerable<Message<byte[]?, byte[]?>> messages)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
            {
                BootstrapServers = kafka.BootstrapServers,
                // In order all the same; an idempotent producer would take its time to get an id.
                MaxInFlight = 1,
                LingerMs = 1,
                BatchNumMessages = RecordsPerBatch,
                MessageTimeoutMs = (int)Waits.Patience.TotalMilliseconds,
            })
            .SetKeySerializer(NullableBytes.Instance).SetValueSerializer(NullableBytes.Instance)
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var place = new TopicPartition(topic, partition);
        await Task.WhenAll(messages.Select(message => producer.ProduceAsync(place, message))).Within("filling a topic", "acknowledgements");
    }

    /// <summary>0, 1, 2 and so on, as text.</summary>
    public static IEnumerable<string> Numbers(int from, int count) =>
        Enumerable.Range(from, count).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
