using System.Collections.Concurrent;

namespace StreamLearn.Streams.Influx.Points;

/// <summary>Batches that are used again. Thread-safe.</summary>
public sealed class MetricBatchPool
{
    private const int MostKept = 64;

    private readonly ConcurrentQueue<MetricBatch> _free = new();

    /// <summary>An empty batch, which comes back when it is disposed of; the sink does that with what it has taken.</summary>
    public MetricBatch Rent() => (_free.TryDequeue(out var batch) ? batch : new MetricBatch(this)).Rented();

    internal void Return(MetricBatch batch)
    {
        if (_free.Count < MostKept)
        {
            _free.Enqueue(batch);
        }
    }
}
