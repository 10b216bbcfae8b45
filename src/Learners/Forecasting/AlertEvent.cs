using MessagePack;

namespace StreamLearn.Learners.Forecasting;

/// <summary>A change of the alert of an example's key.</summary>
/// <param name="Row">The example's row in its batch of predictions.</param>
/// <param name="Change">The change.</param>
[MessagePackObject]
public readonly record struct AlertEvent([property: Key(0)] int Row, [property: Key(1)] AlertChange Change);
