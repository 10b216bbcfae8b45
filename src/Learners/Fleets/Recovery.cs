using MessagePack;

namespace StreamLearn.Learners.Fleets;

/// <summary>
/// A learner of an example's key has returned to its last good state, because too many of its updates in a row were refused.
/// </summary>
/// <param name="Row">The example's row in its batch of predictions.</param>
/// <param name="Learner">Which learner: its place in <see cref="ForecastPlan.Learners"/>.</param>
[MessagePackObject]
public readonly record struct Recovery([property: Key(0)] int Row, [property: Key(1)] int Learner);
