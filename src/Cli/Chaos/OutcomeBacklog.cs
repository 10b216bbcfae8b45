using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// Outcomes that are not due yet, by the number of outputs that have been seen, and up to where outputs are done with: what is not written has to be
/// read again after a crash. Pure.
/// </summary>
internal sealed class OutcomeBacklog
{
    private readonly List<(long Due, int Partition, long Offset, OutputRecord Record)> _waiting = [];
    private readonly SortedDictionary<int, long> _next = [];
    private long _seen;

    /// <summary>Whether nothing waits.</summary>
    internal bool IsEmpty => _waiting.Count == 0;

    /// <summary>Of each partition that outputs came from, the first one that is to be read again after a crash.</summary>
    internal IEnumerable<(int Partition, long Offset)> Positions => _next.Select(next =>
        (next.Key, _waiting.Where(waiting => waiting.Partition == next.Key).Select(waiting => waiting.Offset).DefaultIfEmpty(next.Value).Min()));

    /// <summary>An output has been seen.</summary>
    internal void Add(int partition, long offset, IEnumerable<PlannedOutcome> outcomes)
    {
        _seen++;
        _next[partition] = offset + 1;
        _waiting.AddRange(outcomes.Select(outcome => (_seen + outcome.After, partition, offset, outcome.Record)));
    }

    /// <summary>Takes what is due, in the order in which it became so.</summary>
    /// <param name="all">Whether everything is.</param>
    internal IReadOnlyList<OutputRecord> Take(bool all = false)
    {
        var due = _waiting.Where(waiting => all || waiting.Due <= _seen).OrderBy(waiting => waiting.Due).Select(waiting => waiting.Record).ToList();
        _waiting.RemoveAll(waiting => all || waiting.Due <= _seen);
        return due;
    }
}
