using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Events;

/// <summary>
/// Makes the copies of the records of one source for the topic <c>&lt;pipeline&gt;.events</c>, keyed and partitioned by the pipeline's key.
/// Records that cannot be decoded have none and go to the dead letters instead. Pure.
/// </summary>
/// <param name="source">The source's place in the pipeline's configuration.</param>
/// <param name="partitions">Partitions of the events topic.</param>
public sealed class EventsRouter(byte source, int partitions)
{
    /// <summary>The copies of a batch in the order of its records, each with its partition.</summary>
    /// <param name="batch">Decoded by the source's decoder.</param>
    public RoutedEvents Route(DecodedBatch batch)
    {
        var examples = batch.Examples;
        var copies = new OutputRecord[examples.Count];
        for (var i = 0; i < copies.Length; i++)
        {
            var key = examples.Key(i);
            var partition = EventsPartitioner.PartitionOf(key, partitions);
            copies[i] = new OutputRecord(key.ToArray(), Envelope(batch, batch.Rows[i]), Partition: partition);
        }

        return new RoutedEvents(copies, Array.ConvertAll(batch.DeadLetters, letter => OutputRecord.Of(batch.Records, letter)));
    }

    private byte[] Envelope(DecodedBatch batch, int row)
    {
        var records = batch.Records;
        return new EventEnvelope
        {
            Origin = new EventOrigin(source, records.Partition, records.Offsets[row]),
            Timestamp = records.Timestamps[row],
            HasKey = records.HasKey(row),
            HasValue = records.HasValue(row),
            Key = records.Key(row),
            Value = records.Value(row),
        }.Encode();
    }
}
