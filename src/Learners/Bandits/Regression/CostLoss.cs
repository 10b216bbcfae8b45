namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>What a regression of costs makes small, and with it what its output is.</summary>
internal enum CostLoss
{
    /// <summary>½ (f - y)², the prediction being f.</summary>
    Squared,

    /// <summary>y ln(y/q) + (1 - y) ln((1 - y)/(1 - q)), the prediction being q = 1 / (1 + exp(-f)).</summary>
    KullbackLeibler,
}
