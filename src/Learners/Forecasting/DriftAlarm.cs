using MessagePack;

namespace StreamLearn.Learners.Forecasting;

/// <summary>A detector has found a change at an example.</summary>
/// <param name="Row">The example's row in its batch of predictions.</param>
/// <param name="Detector">Which detector: its place in <see cref="ForecastPlan.Drift"/>.</param>
[MessagePackObject]
public readonly record struct DriftAlarm([property: Key(0)] int Row, [property: Key(1)] int Detector);
