namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// <c>adabelief</c>: steps are large where gradients are as expected: m ← β₁ m + (1-β₁) g; s ← β₂ s + (1-β₂) (g-m)² + ε;
/// x ← (1 - η w) x - η m̂ / (√ŝ + ε), where m̂ = m / (1-β₁ᵗ) and ŝ = s / (1-β₂ᵗ).
/// </summary>
/// <remarks>
/// <para>Source: Zhuang et al., "AdaBelief optimizer: adapting stepsizes by the belief in observed gradients", NeurIPS 2020, algorithm 2,
/// as in the authors' package <c>adabelief-pytorch</c> 0.2.1: ε stays in s. Decay is decoupled, as in AdamW.</para>
/// <para>Rectified (Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020, algorithm 2): with N∞ = 2/(1-β₂) - 1
/// and N = N∞ - 2 t β₂ᵗ/(1-β₂ᵗ), a step is η m̂ while N is below 5, then η m̂ √((1-β₂ᵗ) (N-4)/(N∞-4) (N-2)/N N∞/(N∞-2)) / (√s + ε).</para>
/// </remarks>
public sealed record AdaBeliefOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Kind => "adabelief";

    /// <summary>Step size η at the start, above 0. Default 0.001.</summary>
    public override double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay β₁ of the mean of gradients, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β₂ of the mean of squared surprises, in [0, 1). Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>
    /// ε, in [1e-30, 1]. Default 1e-16; the authors advise 1e-12 for recurrent networks and reinforcement learning. It gathers in s up to
    /// ε/(1-β₂), so by default no surprise counts as less than about 3e-7.
    /// </summary>
    public double Epsilon { get; init; } = 1e-16;

    /// <summary>Decoupled weight decay w, at least 0: a step takes η w of each parameter away. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether first steps, for which s is a poor estimate, are rectified. Default true.</summary>
    public bool Rectify { get; init; } = true;

    /// <inheritdoc/>
    public override IOptimizer Create(int count) => new AdaBeliefOptimizer(this, count);

    internal AdaBeliefOptions Checked()
    {
        OptionRange.StepSize(LearningRate);
        OptionRange.Decay(Beta1);
        OptionRange.Decay(Beta2);
        OptionRange.Require(Epsilon is >= 1e-30 and <= 1, Epsilon, "a number in [1e-30, 1]", nameof(Epsilon));
        OptionRange.NotNegative(WeightDecay);
        return this;
    }

    /// <summary>
    /// The step numbered <paramref name="step"/> as x ← x - Size m / (RootFactor √s + Epsilon); the first, rectified ones have the
    /// denominator 1.
    /// </summary>
    internal (double Size, double RootFactor, double Epsilon) Denominator(double learningRate, long step)
    {
        var power = Math.Pow(Beta2, step);
        var size = learningRate / (1 - Math.Pow(Beta1, step));
        if (!Rectify)
        {
            return (size, 1 / Math.Sqrt(1 - power), Epsilon);
        }

        var most = (2 / (1 - Beta2)) - 1;
        var samples = most - (2 * step * power / (1 - power));
        return samples < 5
            ? (size, 0, 1)
            : (size * Math.Sqrt((1 - power) * (samples - 4) / (most - 4) * (samples - 2) / samples * most / (most - 2)), 1, Epsilon);
    }
}
