namespace StreamLearn.Actors.Tests.Checkpoints;

/// <summary>What a store says it does, with whole copies instead of rows: for buckets and cursors alike.</summary>
internal sealed class StoreModel<T>
    where T : class
{
    private readonly List<Generation> _generations = [];
    private Generation? _loaded;

    /// <summary>Who has it; 0: nobody has ever taken it.</summary>
    internal long Writer { get; private set; }

    /// <summary>What the writer goes on from.</summary>
    internal T? Loaded => _loaded?.Content;

    internal bool HasNewest => _generations.Count > 0;

    internal bool HasBefore => _generations.Count > 1;

    /// <summary>The newest; null: there is none, or it is damaged.</summary>
    internal T? Newest => _generations.Count > 0 && !_generations[^1].Damaged ? _generations[^1].Content : null;

    /// <summary>The one before the newest; null: there is none, or it is damaged.</summary>
    internal T? BeforeNewest => _generations.Count > 1 && !_generations[^2].Damaged ? _generations[^2].Content : null;

    internal T? Readable => _generations.FindLast(generation => !generation.Damaged)?.Content;

    /// <returns>How many are passed over.</returns>
    internal int Take()
    {
        Writer++;
        _loaded = _generations.FindLast(generation => !generation.Damaged);
        return _generations.Count - 1 - (_loaded is null ? -1 : _generations.IndexOf(_loaded));
    }

    /// <param name="content">The new generation.</param>
    /// <param name="keepsBefore">Of those before it, the newest that this holds for stays, and the oldest that it does not hold
    /// for.</param>
    internal void Save(T content, Func<T, bool> keepsBefore)
    {
        var before = _loaded is null ? [] : _generations[..(_generations.IndexOf(_loaded) + 1)];
        var kept = before.FindLast(generation => keepsBefore(generation.Content));
        var between = before.Find(generation => !keepsBefore(generation.Content));
        _generations.Clear();
        _generations.AddRange(before.Where(generation => generation == kept || generation == between));
        _loaded = new Generation(content);
        _generations.Add(_loaded);
    }

    /// <summary>Goes back to the newest that this holds for, or to nothing.</summary>
    internal void GoBack(Func<T, bool> to)
    {
        _loaded = _generations.FindLast(generation => to(generation.Content));
        var kept = _loaded is null ? 0 : _generations.IndexOf(_loaded) + 1;
        _generations.RemoveRange(kept, _generations.Count - kept);
        Fence();
    }

    /// <summary>Goes back so many generations; the one before is what its writer goes on from, damaged or not.</summary>
    internal void GoBackBy(int generations)
    {
        _generations.RemoveRange(_generations.Count - generations, generations);
        _loaded = _generations.LastOrDefault();
        Fence();
    }

    /// <summary>Puts one generation in the place of all.</summary>
    /// <param name="content">Its content.</param>
    /// <param name="fences">The writer's number then.</param>
    internal void Replace(T content, long fences)
    {
        _generations.Clear();
        _loaded = new Generation(content);
        _generations.Add(_loaded);
        Writer = fences;
    }

    internal void Damage() => _generations[^1].Damaged = true;

    private void Fence() => Writer += Writer > 0 ? 1 : 0;

    private sealed class Generation(T content)
    {
        internal T Content => content;

        internal bool Damaged { get; set; }
    }
}
