using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Averaging;

namespace StreamLearn.Actors.Events;

/// <summary>What the replicas of a pipeline have contributed according to the topic of contributions. A replica that was made anew from a log whose end no node
/// has learned waits for averages of contributions that nobody has written: it could not go on. Not thread-safe.</summary>
public sealed class PublishedContributions
{
    private readonly PartCodec _codec = new();
    private readonly Dictionary<(int Replica, int Slice), long> _last = [];

    /// <summary>Takes in a record of the topic.</summary>
    public void Add(ReadOnlySpan<byte> record)
    {
        if (Contribution.TryDecode(record, _codec) is { } contribution)
        {
            var name = (contribution.Replica, contribution.Slice);
            _last[name] = Math.Max(_last.GetValueOrDefault(name), contribution.Sequence);
        }
    }

    /// <summary>The first contribution of a partition's replica that is not there; null: all are. A replica's sequences only go up, and each is written before
    /// the next: where the last one is, all are.</summary>
    public (int Slice, long Sequence)? FirstMissing(RebuiltPartition partition)
    {
        foreach (var (slice, sequence) in partition.Contributed)
        {
            if (_last.GetValueOrDefault((partition.Partition, slice)) is var last && last < sequence)
            {
                return (slice, last + 1);
            }
        }

        return null;
    }
}
