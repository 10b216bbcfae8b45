using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Events;

/// <summary>
/// Makes the copies of the records of one source for the topic <c>&lt;pipeline&gt;.events</c>, keyed and partitioned by the pipeline's key.
/// Records that cannot be decoded, or whose copy is too large, have none and go to the dead letters instead. Pure.
/// </summary>
/// <param name="source">The source's place in the pipeline's configuration.</param>
/// <param name="partitions">Partitions of the events topic.</param>
/// <param name="mostBytes">Bytes of key and value that a copy may have.</param>
/// <param name="plan">With replicas it says which records belong together; the others go wherever they do. Null: those of a key do.</param>
/// <param name="isRequest">Whether the records are no copies, but have come in a request and are nowhere else.</param>
public sealed class EventsRouter(byte source, int partitions, int mostBytes = int.MaxValue, LearnerPlan? plan = null, bool isRequest = false)
{
    /// <summary>The copies of a batch in the order of its records, each with its partition.</summary>
    /// <param name="batch">Decoded by the source's decoder.</param>
    /// <param name="latest">Event times after it are dead letters, ms since 1970. What is copied is the truth: a clock may say it here, and nowhere
    /// later.</param>
    /// <param name="timeField">Field of the event time, for those.</param>
    public RoutedEvents Route(DecodedBatch batch, long latest = long.MaxValue, string timeField = "")
    {
        var examples = batch.Examples;
        var copies = new List<OutputRecord>(examples.Count);
        var times = new List<long>(examples.Count);
        var letters = batch.DeadLetters.Select(letter => OutputRecord.Of(batch.Records, letter)).ToList();
        for (var i = 0; i < examples.Count; i++)
        {
            if (examples.Times[i] > latest && examples.Kinds[i] == ExampleKind.Example)
            {
                letters.Add(OutputRecord.Of(batch.Records, new DeadLetter(batch.Rows[i], DeadLetterReason.TimeJump, timeField)));
                continue;
            }

            var key = examples.Key(i);
            var copy = Envelope(batch, batch.Rows[i]);
            if (key.Length + copy.Length > mostBytes)
            {
                letters.Add(OutputRecord.Of(batch.Records, new DeadLetter(batch.Rows[i], DeadLetterReason.TooLarge, "")));
                continue;
            }

            var together = plan?.Replicas is null ? key : plan.SpreadBy(examples, i);
            copies.Add(new OutputRecord(key.ToArray(), copy, Partition: EventsPartitioner.PartitionOf(together, partitions)));
            times.Add(examples.Times[i]);
        }

        letters.Sort((one, other) => one.SourceOffset.CompareTo(other.SourceOffset));
        return new RoutedEvents(copies, times, letters);
    }

    private byte[] Envelope(DecodedBatch batch, int row)
    {
        var records = batch.Records;
        return new EventEnvelope
        {
            Origin = isRequest ? new EventOrigin(EventOrigin.Requests, source, 0) : new EventOrigin(source, records.Partition, records.Offsets[row]),
            Timestamp = records.Timestamps[row],
            HasKey = records.HasKey(row),
            HasValue = records.HasValue(row),
            Key = records.Key(row),
            Value = records.Value(row),
        }.Encode();
    }
}
