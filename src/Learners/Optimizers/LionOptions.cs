namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// <c>lion</c>: every parameter moves by the learning rate, in the direction of a mean of gradients: u = β₁ m + (1-β₁) g;
/// x ← (1 - η w) x - η sign(u); m ← β₂ m + (1-β₂) g. sign(0) = 0.
/// </summary>
/// <remarks>
/// Source: Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, program 1. The authors advise a learning rate 3 to
/// 10 times smaller, and a decay 3 to 10 times larger, than for AdamW; β = (0.95, 0.98) has a shorter memory.
/// </remarks>
public sealed record LionOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Kind => "lion";

    /// <summary>Step size η at the start, above 0: how far each parameter moves in a step. Default 0.0001.</summary>
    public override double LearningRate { get; init; } = 1e-4;

    /// <summary>Weight β₁ of the mean in the direction, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β₂ of the mean of gradients, in [0, 1). Default 0.99.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Decoupled weight decay w, at least 0: a step takes η w of each parameter away. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override IOptimizer Create(int count) => new LionOptimizer(this, count);

    internal LionOptions Checked()
    {
        OptionRange.StepSize(LearningRate);
        OptionRange.Decay(Beta1);
        OptionRange.Decay(Beta2);
        OptionRange.NotNegative(WeightDecay);
        return this;
    }
}
