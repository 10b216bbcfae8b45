using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Scoring;

namespace StreamLearn.Learners.Forecasting;

/// <summary>How the learners of one key of a forecast pipeline stand.</summary>
/// <inheritdoc cref="KeyReport" path="/param"/>
/// <param name="Value">The value of the last record.</param>
/// <param name="Forecasts">What the pipeline's own learner forecast from it, one for each horizon.</param>
/// <param name="Errors">For each learner and then the last-value baseline, for each horizon, the sums of each of the
/// <see cref="Views"/>.</param>
/// <param name="Covered">For each horizon, how many scored targets lay in the interval of the own learner's forecast.</param>
/// <param name="NoRate">Readings of a counter that had no rate: the first, and those after a reset.</param>
/// <param name="Dropped">Late records that were passed over.</param>
/// <param name="ClampedElapsed">Observations whose time was not after the last one's: learners that use the time between them clamp
/// it.</param>
/// <param name="DriftAlarms">Alarms of its drift detectors.</param>
/// <param name="AlertsRaised">How often its alert was raised.</param>
/// <param name="Alerts">How its alert was right and wrong.</param>
[MessagePackObject]
public sealed record ForecastKeyReport(
    byte[] Key, long Records, long Time, long[] Refused, long[] Recoveries, byte[] StateDigest, bool Frozen,
    [property: Key(7)] double Value,
    [property: Key(8)] double[] Forecasts,
    [property: Key(9)] ErrorSums[] Errors,
    [property: Key(10)] long[] Covered,
    [property: Key(11)] long NoRate = 0,
    [property: Key(12)] long Dropped = 0,
    [property: Key(13)] long ClampedElapsed = 0,
    [property: Key(14)] long DriftAlarms = 0,
    [property: Key(15)] long AlertsRaised = 0,
    [property: Key(16)] AlertCounts Alerts = default)
    : KeyReport(Key, Records, Time, Refused, Recoveries, StateDigest, Frozen)
{
    /// <summary>Sums are kept since the start, over a window, and fading: see <see cref="ScoreView"/>.</summary>
    public const int Views = 3;

    /// <summary>The sums of a learner (the number of learners: the baseline) at a horizon (by index) in a view.</summary>
    public ErrorSums ErrorsOf(int learner, int horizon, ScoreView view) =>
        Errors[(((learner * Forecasts.Length) + horizon) * Views) + (int)view];
}
