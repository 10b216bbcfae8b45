namespace StreamLearn.Learners.Bandits.OffPolicy;

/// <summary>A policy's expected cost as one method estimates it, in the unit of the costs. A number is NaN where there is too little data
/// for it.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Estimated standard deviation of <paramref name="Value"/>.</param>
/// <param name="Low">Lower end of the interval: value - z · standard error, z the normal quantile of the confidence.</param>
/// <param name="High">Upper end.</param>
public readonly record struct OffPolicyEstimate(double Value, double StandardError, double Low, double High)
{
    internal static OffPolicyEstimate Normal(double value, double standardError, double quantile) =>
        new(value, standardError, value - (quantile * standardError), value + (quantile * standardError));
}
