namespace StreamLearn.Learners.Optimizers;

/// <summary>How gradients become steps: an optimiser, and the bounds around it. Immutable.</summary>
public sealed record UpdateOptions
{
    /// <summary>The optimiser with its settings.</summary>
    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>
    /// Norm that longer gradients are scaled down to, above 0: g min(1, max / |g|). Default infinity: they are used as they are.
    /// </summary>
    /// <remarks>Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1.</remarks>
    public double MaxGradientNorm { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// Distance ρ from the initial parameters W₀ that steps stay within, above 0: W ← W₀ + (W - W₀) min(1, ρ / |W - W₀|).
    /// Default infinity: no bound.
    /// </summary>
    /// <remarks>Projected online gradient descent in a ball around the start, as the analyses of neural bandits have it.</remarks>
    public double ProjectionRadius { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// Whether the distance is that of each block of parameters by itself (true, the default: each has its ball of that radius) or that of
    /// the whole vector.
    /// </summary>
    public bool ProjectEachBlock { get; init; } = true;

    internal bool Projects => double.IsFinite(ProjectionRadius);

    internal UpdateOptions Checked()
    {
        OptionRange.PositiveOrInfinite(MaxGradientNorm);
        OptionRange.PositiveOrInfinite(ProjectionRadius);
        return this;
    }

    /// <summary>What a gradient of that norm is to be multiplied by: min(1, max / norm), 1 for a norm of 0.</summary>
    internal double ClipFactor(double norm) => norm > MaxGradientNorm ? MaxGradientNorm / norm : 1;
}
