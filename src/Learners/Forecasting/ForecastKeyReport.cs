using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Forecasting;

/// <summary>How the learners of one key stand.</summary>
/// <param name="Key">The key, UTF-8.</param>
/// <param name="Records">Examples learned from.</param>
/// <param name="Time">Event time of the last one, ms since 1970.</param>
/// <param name="Value">Its value.</param>
/// <param name="Forecasts">What the pipeline's own learner forecast from it, one for each horizon.</param>
/// <param name="Errors">For each learner and then the last-value baseline, for each horizon, the sums of each of the
/// <see cref="Views"/>.</param>
/// <param name="Covered">For each horizon, how many scored targets lay in the interval of the own learner's forecast.</param>
/// <param name="Refused">For each learner, updates that were undone because a number would not have stayed finite.</param>
/// <param name="StateDigest">SHA-256 of the state of all learners of the key.</param>
/// <param name="NoRate">Readings of a counter that had no rate: the first, and those after a reset.</param>
/// <param name="Dropped">Late records that were passed over.</param>
/// <param name="ClampedElapsed">Observations whose time was not after the last one's: learners that use the time between them clamp
/// it.</param>
/// <param name="DriftAlarms">Alarms of its drift detectors.</param>
/// <param name="AlertsRaised">How often its alert was raised.</param>
/// <param name="Alerts">How its alert was right and wrong.</param>
/// <param name="Recoveries">For each learner, returns to its last good state; null: none.</param>
[MessagePackObject]
public sealed record ForecastKeyReport(
    [property: Key(0)] byte[] Key,
    [property: Key(1)] long Records,
    [property: Key(2)] long Time,
    [property: Key(3)] double Value,
    [property: Key(4)] double[] Forecasts,
    [property: Key(5)] ErrorSums[] Errors,
    [property: Key(6)] long[] Covered,
    [property: Key(7)] long[] Refused,
    [property: Key(8)] byte[] StateDigest,
    [property: Key(9)] long NoRate = 0,
    [property: Key(10)] long Dropped = 0,
    [property: Key(11)] long ClampedElapsed = 0,
    [property: Key(12)] long DriftAlarms = 0,
    [property: Key(13)] long AlertsRaised = 0,
    [property: Key(14)] AlertCounts Alerts = default,
    [property: Key(15)] long[]? Recoveries = null)
    : KeyReport
{
    /// <summary>Sums are kept since the start, over a window, and fading: see <see cref="ScoreView"/>.</summary>
    public const int Views = 3;

    /// <summary>The sums of a learner (the number of learners: the baseline) at a horizon (by index) in a view.</summary>
    public ErrorSums ErrorsOf(int learner, int horizon, ScoreView view) =>
        Errors[(((learner * Forecasts.Length) + horizon) * Views) + (int)view];
}
