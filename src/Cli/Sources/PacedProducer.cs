using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Sources;

/// <summary>
/// Puts records on a topic no faster than a rate, and no further ahead of the pipeline that reads them than the embedded broker keeps:
/// it holds about 42,000 records of a partition and forgets the oldest.
/// </summary>
/// <param name="producer">Writes them.</param>
/// <param name="topic">The topic.</param>
/// <param name="time">Clock of the rate.</param>
internal sealed class PacedProducer(KafkaBatchProducer producer, string topic, TimeProvider time)
{
    /// <summary>Most records that the pipeline has not answered.</summary>
    internal const int MostUnread = 20_000;

    private const int MostBatch = 500;
    private const int BatchesOnTheWay = 8;

    /// <summary>How long answers may stand still.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    /// <summary>Records that were taken for ones that get no answer.</summary>
    internal long Unanswered { get; private set; }

    /// <summary>Records written so far.</summary>
    internal long Written { get; private set; }

    /// <summary>Writes all records.</summary>
    /// <param name="records">The records.</param>
    /// <param name="rate">Records a second; infinite: as fast as they are answered.</param>
    /// <param name="answered">
    /// How many records the pipeline has answered; null: nobody says. Where that stands still for <see cref="Patience"/>, those that are on the way are taken
    /// for records that get no answer, as readings without a rate and dropped late records do, and it goes on.
    /// </param>
    /// <param name="cancellation">Ends it between batches.</param>
    internal async Task WriteAsync(IEnumerable<InputRecord> records, double rate, Func<long>? answered, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var batch = new List<OutputRecord>(MostBatch);
        var known = 0L;
        var stoodStillSince = started;
        var onTheWay = new Queue<Task>();
        using var source = records.GetEnumerator();
        var more = source.MoveNext();
        while (more)
        {
            cancellation.ThrowIfCancellationRequested();
            var due = double.IsInfinity(rate) ? long.MaxValue : (long)(time.GetElapsedTime(started).TotalSeconds * rate) + 1;
            if (answered is not null && known + MostUnread - Written < MostBatch)
            {
                // Asked only when it matters: the answer may take a while to come.
                var now = answered() + Unanswered;
                if (now > known)
                {
                    (known, stoodStillSince) = (now, time.GetTimestamp());
                }
                else if (known + MostUnread > Written)
                {
                    // It may stand still because it waits for us.
                    stoodStillSince = time.GetTimestamp();
                }
                else if (time.GetElapsedTime(stoodStillSince) > Patience)
                {
                    Unanswered += Written - known;
                    (known, stoodStillSince) = (Written, time.GetTimestamp());
                }
            }

            var room = answered is null ? long.MaxValue : known + MostUnread;
            var allowed = Math.Min(Math.Min(due, room) - Written, MostBatch);
            if (allowed <= 0)
            {
                await Task.Delay(Tick, time, cancellation);
                continue;
            }

            for (; more && batch.Count < allowed; more = source.MoveNext())
            {
                batch.Add(new OutputRecord(source.Current.Key, source.Current.Value));
            }

            onTheWay.Enqueue(producer.SendAsync(new OutputBatch(topic, [.. batch])));
            Written += batch.Count;
            batch.Clear();
            if (onTheWay.Count == BatchesOnTheWay)
            {
                await onTheWay.Dequeue().WaitAsync(cancellation);
            }
        }

        await Task.WhenAll(onTheWay).WaitAsync(cancellation);
    }
}
