using Confluent.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>
/// A consumer that has joined a group and leaves it when disposed of. Merely disposing of a consumer leaves its group waiting for the
/// session's end, and, with the cooperative assignor, waits for ever inside librdkafka.
/// </summary>
internal sealed class GroupMember : IDisposable
{
    public GroupMember(
        EmbeddedKafka kafka, string topic, Action<ConsumerConfig>? configure = null, Action<ConsumerBuilder<string, string>>? build = null)
    {
        Consumer = kafka.Consumer("readers", configure, build);
        Consumer.Subscribe(topic);
    }

    public IConsumer<string, string> Consumer { get; }

    public IReadOnlyList<int> Partitions => [.. Consumer.Assignment.Select(partition => partition.Partition.Value)];

    public void Dispose()
    {
        Consumer.Close();
        Consumer.Dispose();
    }
}
