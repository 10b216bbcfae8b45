using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>Writes the numbered records of a drill to a topic, at a rate.</summary>
/// <param name="producer">Writes them.</param>
/// <param name="topic">The topic.</param>
/// <param name="record">A record by its number.</param>
/// <param name="time">The clock of the rate.</param>
internal sealed class DrillProducer(KafkaBatchProducer producer, string topic, Func<int, OutputRecord> record, TimeProvider time)
{
    private const int BatchRecords = 100;
    private const int MostOnTheWay = 8;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Writes the records from a number to before another.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="end">Behind the last one.</param>
    /// <param name="rate">Records a second, as of now; infinite: as fast as they are taken.</param>
    /// <param name="written">Is told up to which number, exclusive, all are acknowledged.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task WriteAsync(int first, int end, Func<double> rate, Action<int> written, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var onTheWay = new Queue<(int Next, Task Delivered)>();
        for (var next = first; next < end || onTheWay.Count > 0;)
        {
            var due = double.IsInfinity(rate()) ? end : first + (int)(time.GetElapsedTime(started).TotalSeconds * rate());
            var count = Math.Min(Math.Min(BatchRecords, end - next), due - next);
            if (count > 0 && onTheWay.Count < MostOnTheWay)
            {
                var from = next;
                onTheWay.Enqueue((next + count, producer.SendAsync(new OutputBatch(topic, [.. Enumerable.Range(from, count).Select(record)]))));
                next += count;
                continue;
            }

            if (onTheWay.TryPeek(out var oldest) && (oldest.Delivered.IsCompleted || count > 0 || next == end))
            {
                await oldest.Delivered.WaitAsync(cancellation);
                written(onTheWay.Dequeue().Next);
                continue;
            }

            await Task.Delay(Look, time, cancellation);
        }
    }
}
