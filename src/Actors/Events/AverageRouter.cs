using StreamLearn.Learners.Averaging;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Events;

/// <summary>Makes the copies of an average for the topic <c>&lt;pipeline&gt;.events</c>: one for each partition, so that every replica takes it in, at a place
/// of its log that stays the same. Pure.</summary>
/// <param name="partitions">Partitions of the events topic: as many as there are replicas.</param>
public sealed class AverageRouter(int partitions)
{
    /// <summary>The copies of an average.</summary>
    /// <param name="average">The average. The offset of the contribution that closed its group is its origin: one that comes again is passed over.</param>
    /// <param name="timestamp">Kafka's timestamp of that contribution, ms since 1970.</param>
    public IEnumerable<OutputRecord> Route(ReplicaAverage average, long timestamp)
    {
        var copy = new EventEnvelope
        {
            Origin = new EventOrigin(EventOrigin.Averages, 0, average.Sequence),
            Timestamp = timestamp,
            HasKey = false,
            HasValue = true,
            Key = [],
            Value = average.Encode(),
        }.Encode();
        return Enumerable.Range(0, partitions).Select(partition => new OutputRecord(null, copy, Partition: partition));
    }
}
