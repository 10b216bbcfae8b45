using StreamLearn.Learners.Measures;

namespace StreamLearn.Actors.Metrics;

/// <summary>How learners are asked how they stand.</summary>
/// <param name="Every">So often.</param>
/// <param name="Keys">Which keys are wanted alone.</param>
public sealed record MetricsCollectorOptions(TimeSpan Every, KeySelection Keys)
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer is waited for before the others are put together without it.</summary>
    public TimeSpan Patience => Every / 2 < LongestPatience ? Every / 2 : LongestPatience;
}
