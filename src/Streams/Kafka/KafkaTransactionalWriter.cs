#pragma warning disable CA1822
using Confluent.Kafka;
namespace StreamLearn.Streams.Kafka;
/// <summary>Stand-in.</summary>
public sealed class KafkaTransactionalWriter(KafkaSettings settings, string id, Action<string> warn) : IDisposable
{
    /// <summary>x</summary>
    public Task StartAsync() { warn(id + settings); return Task.CompletedTask; }
    /// <summary>x</summary>
    public Task WriteAsync(IReadOnlyList<OutputBatch> batches, TopicPartitionOffset watermark, IConsumerGroupMetadata group) => Task.CompletedTask;
    /// <summary>x</summary>
    public void Dispose() { }
}
