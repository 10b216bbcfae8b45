namespace StreamLearn.Learners.Measures;

/// <summary>What a measure is now.</summary>
/// <param name="Measure">Which.</param>
/// <param name="Learner">Of which learner, by its place; 0 where it is of all.</param>
/// <param name="Horizon">At which horizon, by its place; 0 where it is of none.</param>
/// <param name="Value">The value; NaN: there is none yet.</param>
public readonly record struct MeasuredValue(Measure Measure, int Learner, int Horizon, double Value);
