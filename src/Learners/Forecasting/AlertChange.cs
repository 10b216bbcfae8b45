using MessagePack;

namespace StreamLearn.Learners.Forecasting;

/// <summary>An alert has been raised or cleared.</summary>
/// <param name="Raised">Raised, or cleared.</param>
/// <param name="Horizon">Steps ahead. Raised: the nearest at which the threshold is reached; cleared: where it is missed by the
/// least.</param>
/// <param name="Forecast">What is forecast there.</param>
/// <param name="Bound">The value will be above this with the alert's probability.</param>
/// <param name="Threshold">What it should not be above.</param>
[MessagePackObject]
public readonly record struct AlertChange(
    [property: Key(0)] bool Raised,
    [property: Key(1)] int Horizon,
    [property: Key(2)] double Forecast,
    [property: Key(3)] double Bound,
    [property: Key(4)] double Threshold);
