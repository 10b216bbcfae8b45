namespace StreamLearn.Learners.Measures;

/// <summary>Which keys are to be measured one by one.</summary>
/// <param name="Top">So many, at most.</param>
/// <param name="By">Which these are.</param>
/// <param name="Named">And these, in UTF-8, where they are.</param>
public sealed record KeySelection(int Top, KeyRank By, IReadOnlyList<byte[]> Named)
{
    /// <summary>None.</summary>
    public static KeySelection None { get; } = new(0, KeyRank.Records, []);

    /// <summary>From what several fleets have chosen, those that all together would: named ones in the order of their bytes, then the others in the order of
    /// their rank. A key that several have, as replicas do, is one, added up.</summary>
    /// <param name="chosen">What they have chosen.</param>
    /// <param name="create">Makes measures of nothing.</param>
    public IReadOnlyList<KeyMeasures> Merge(IEnumerable<KeyMeasures> chosen, Func<TaskMeasures> create)
    {
        var all = chosen.GroupBy(key => Convert.ToHexString(key.Key)).Select(same => Together([.. same], create)).ToList();
        return
        [
            .. all.Where(key => key.IsNamed).OrderBy(key => key.Key, ByBytes),
            .. all.Where(key => !key.IsNamed).OrderByDescending(key => key.Rank).ThenBy(key => key.Key, ByBytes).Take(Top),
        ];
    }

    private KeyMeasures Together(IReadOnlyList<KeyMeasures> same, Func<TaskMeasures> create)
    {
        if (same.Count == 1)
        {
            return same[0];
        }

        var measures = create();
        foreach (var one in same)
        {
            measures.Add(one.Measures);
        }

        return new KeyMeasures(
            same[0].Key, same.Any(one => one.IsNamed), By == KeyRank.Records ? same.Sum(one => one.Rank) : same.Max(one => one.Rank), measures);
    }

    private static Comparer<byte[]> ByBytes { get; } = Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y));
}
