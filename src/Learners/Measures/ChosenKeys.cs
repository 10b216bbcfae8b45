namespace StreamLearn.Learners.Measures;

/// <summary>Chooses keys while they go by in the order of their bytes: as many are held as are wanted.</summary>
internal sealed class ChosenKeys<TKey>(int most)
{
    // The least first; of equals the later one, so that the earlier stays.
    private readonly PriorityQueue<TKey, (double Rank, int Order)> _chosen = new();
    private int _seen;

    internal void Add(TKey key, double rank)
    {
        var place = (double.IsNaN(rank) ? double.NegativeInfinity : rank, -_seen++);
        if (_chosen.Count < most)
        {
            _chosen.Enqueue(key, place);
        }
        else if (most > 0)
        {
            _chosen.EnqueueDequeue(key, place);
        }
    }

    /// <summary>Takes them out, the highest rank first.</summary>
    internal IReadOnlyList<(TKey Key, double Rank)> Take()
    {
        var chosen = new List<(TKey, double)>(_chosen.Count);
        while (_chosen.TryDequeue(out var key, out var place))
        {
            chosen.Add((key, place.Rank));
        }

        chosen.Reverse();
        return chosen;
    }
}
