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

    /// <summary>The first contribution that a partition's replica waits for and that is not there; null: there is none. A replica's sequences only go up, and each is
    /// written before the next: where the last one is, all are. What averages in the log have, need not be there: retention may have deleted it.</summary>
    public (int Slice, long Sequence)? FirstMissing(RebuiltPartition partition)
    {
        foreach (var (slice, waiting) in partition.Outstanding)
        {
            if (_last.GetValueOrDefault((partition.Partition, slice)) is var last && last < waiting.Last)
            {
                return (slice, Math.Max(last + 1, waiting.First));
            }
        }

        return null;
    }
}
