using Confluent.Kafka;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Bench.Scaling;

/// <summary>How many predictions there are on their topic: the ends of its partitions.</summary>
internal sealed class PredictionCount(string bootstrapServers, string topic, int partitions) : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);

    private readonly IConsumer<Ignore, Ignore> _consumer =
        new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "look" }).Build();

    /// <summary>Waits until there are so many.</summary>
    /// <param name="count">How many.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="check">Throws where none will come any more.</param>
    internal async Task ReachAsync(long count, TimeSpan limit, Action check)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var there = Count(); there != count; there = Count())
        {
            check();
            if (there > count || TimeProvider.System.GetElapsedTime(started) > limit)
            {
                throw new InvalidOperationException($"There are {there} predictions after {limit.TotalSeconds:0} s at most; expected {count}.");
            }

            await Task.Delay(Every);
        }
    }

    public void Dispose() => _consumer.Dispose();

    private long Count() => Enumerable.Range(0, partitions).Sum(partition => LogOffsets.End(_consumer, new TopicPartition(topic, partition), AnswerLimit));
}
