using Confluent.Kafka;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>Where the topics end and what groups have committed, asked from outside. A broker that does not answer is asked again
/// for a while.</summary>
internal sealed class DrillLog(KafkaSettings kafka, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly IConsumer<Ignore, Ignore> _asker = KafkaClients.Watermarks(kafka);

    /// <summary>The end of each partition of a topic.</summary>
    /// <exception cref="DrillException">No answer.</exception>
    internal async Task<long[]> EndsAsync(string topic, CancellationToken cancellation)
    {
        var ends = new long[DrillStage.Partitions];
        for (var partition = 0; partition < ends.Length; partition++)
        {
            var place = new TopicPartition(topic, partition);
            ends[partition] = await AskAsync($"the end of {place}", () => LogOffsets.End(_asker, place, Timeout), cancellation);
        }

        return ends;
    }

    /// <summary>What a consumer group has committed of each partition of a topic; -1: nothing.</summary>
    /// <exception cref="DrillException">No answer.</exception>
    internal async Task<long[]> CommittedAsync(string group, string topic, CancellationToken cancellation)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers, GroupId = group, EnableAutoCommit = false,
        }).SetLogHandler((_, _) => { }).Build();
        var places = Enumerable.Range(0, DrillStage.Partitions).Select(partition => new TopicPartition(topic, partition));
        var committed = await AskAsync($"the committed offsets of {group}", () => consumer.Committed(places, Timeout), cancellation);
        return [.. committed.OrderBy(place => place.Partition.Value).Select(place => Math.Max(-1, place.Offset.Value))];
    }

    public void Dispose() => _asker.Dispose();

    private async Task<T> AskAsync<T>(string what, Func<T> question, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return question();
            }
            catch (KafkaException exception) when (time.GetElapsedTime(started) > Patience)
            {
                throw new DrillException($"no answer for {what} within {Patience.TotalSeconds:0} s, at last: {exception.Error.Reason}");
            }
            catch (KafkaException)
            {
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }
}
