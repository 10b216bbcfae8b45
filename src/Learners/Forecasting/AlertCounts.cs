using MessagePack;

namespace StreamLearn.Learners.Forecasting;

/// <summary>Steps at which an alert was judged: raised or not, and whether the value did come above the threshold in time.</summary>
/// <param name="TruePositives">Raised, and it came above.</param>
/// <param name="FalsePositives">Raised, and it did not.</param>
/// <param name="Misses">Not raised, and it came above.</param>
/// <param name="TrueNegatives">Not raised, and it did not.</param>
[MessagePackObject]
public readonly record struct AlertCounts(
    [property: Key(0)] long TruePositives,
    [property: Key(1)] long FalsePositives,
    [property: Key(2)] long Misses,
    [property: Key(3)] long TrueNegatives)
{
    /// <summary>Share of the raised steps after which the value came above; NaN where none was raised.</summary>
    [IgnoreMember]
    public double Precision => TruePositives / (double)(TruePositives + FalsePositives);

    /// <summary>Share of the steps after which the value came above that were raised; NaN where it never did.</summary>
    [IgnoreMember]
    public double Recall => TruePositives / (double)(TruePositives + Misses);

    /// <summary>Both together.</summary>
    public static AlertCounts operator +(AlertCounts left, AlertCounts right) => new(
        left.TruePositives + right.TruePositives, left.FalsePositives + right.FalsePositives,
        left.Misses + right.Misses, left.TrueNegatives + right.TrueNegatives);

    /// <summary>Both together.</summary>
    public static AlertCounts Add(AlertCounts left, AlertCounts right) => left + right;

    /// <summary>One more step.</summary>
    internal AlertCounts With(bool raised, bool came) => (raised, came) switch
    {
        (true, true) => this with { TruePositives = TruePositives + 1 },
        (true, false) => this with { FalsePositives = FalsePositives + 1 },
        (false, true) => this with { Misses = Misses + 1 },
        _ => this with { TrueNegatives = TrueNegatives + 1 },
    };
}
