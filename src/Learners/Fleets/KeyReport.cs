using MessagePack;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Learners.Fleets;

/// <summary>How the learners of one key stand, whatever their task; the rest is the subclass's.</summary>
[Union(0, typeof(ForecastKeyReport))]
[Union(1, typeof(BanditKeyReport))]
public abstract record KeyReport
{
    /// <summary>The key, UTF-8.</summary>
    public abstract byte[] Key { get; init; }

    /// <summary>Examples predicted and learned from.</summary>
    public abstract long Records { get; init; }

    /// <summary>Event time of the last one, ms since 1970.</summary>
    public abstract long Time { get; init; }

    /// <summary>For each learner, updates that were undone because a number would not have stayed finite.</summary>
    public abstract long[] Refused { get; init; }

    /// <summary>For each learner, returns to its last good state; null: none.</summary>
    public abstract long[]? Recoveries { get; init; }

    /// <summary>SHA-256 of the state of all learners of the key.</summary>
    public abstract byte[] StateDigest { get; init; }
}
