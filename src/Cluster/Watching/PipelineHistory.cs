using StreamLearn.Cluster.Metrics;

namespace StreamLearn.Cluster.Watching;

/// <summary>The last moments of a pipeline. Thread-safe.</summary>
/// <param name="pipeline">Its name.</param>
/// <param name="task">Its task.</param>
/// <param name="capacity">Moments that are kept.</param>
internal sealed class PipelineHistory(string pipeline, string task, int capacity)
{
    private readonly Queue<PipelineMoment> _moments = new(capacity);
    private readonly Lock _lock = new();

    internal void Add(MetricSnapshot snapshot)
    {
        var moment = PipelineMoment.Of(snapshot, pipeline, task);
        lock (_lock)
        {
            if (_moments.Count == capacity)
            {
                _moments.Dequeue();
            }

            _moments.Enqueue(moment);
        }
    }

    internal IReadOnlyList<PipelineMoment> After(DateTimeOffset time)
    {
        lock (_lock)
        {
            return [.. _moments.Where(moment => moment.Time > time)];
        }
    }
}
