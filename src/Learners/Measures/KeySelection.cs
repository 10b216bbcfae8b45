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
    /// their rank.</summary>
    public IReadOnlyList<KeyMeasures> Merge(IEnumerable<KeyMeasures> chosen)
    {
        var all = chosen.ToList();
        return
        [
            .. all.Where(key => key.IsNamed).OrderBy(key => key.Key, ByBytes),
            .. all.Where(key => !key.IsNamed).OrderByDescending(key => key.Rank).ThenBy(key => key.Key, ByBytes).Take(Top),
        ];
    }

    private static Comparer<byte[]> ByBytes { get; } = Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y));
}
