using StreamLearn.Learners.Control;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Events;

/// <summary>Makes the records of an operator's word for the topic <c>&lt;pipeline&gt;.events</c>: one for each partition where it is about all keys, else one for the partition
/// of the key. Pure.</summary>
/// <param name="partitions">Partitions of the events topic.</param>
public sealed class ControlRouter(int partitions)
{
    /// <summary>The records of a word.</summary>
    /// <param name="control">The word.</param>
    /// <param name="key">The key that it is about, UTF-8; anything where it is about all.</param>
    /// <param name="timestamp">Now, ms since 1970: for people, nothing is learned from it.</param>
    public IReadOnlyList<OutputRecord> Route(ControlRecord control, ReadOnlySpan<byte> key, long timestamp)
    {
        var named = control.Scope == ControlScope.Key;
        var value = new EventEnvelope
        {
            Origin = new EventOrigin(EventOrigin.Controls, 0, 0),
            Timestamp = timestamp,
            HasKey = named,
            HasValue = true,
            Key = named ? key : [],
            Value = control.Encode(),
        }.Encode();
        return named
            ? [new OutputRecord(key.ToArray(), value, Partition: EventsPartitioner.PartitionOf(key, partitions))]
            : [.. Enumerable.Range(0, partitions).Select(partition => new OutputRecord(null, value, Partition: partition))];
    }
}
