namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// <c>adam</c>: g ← g + w x; m ← β₁ m + (1-β₁) g; v ← β₂ v + (1-β₂) g²; x ← x - η m̂ / (√v̂ + ε), where m̂ = m / (1-β₁ᵗ) and
/// v̂ = v / (1-β₂ᵗ) correct for the start at 0.
/// </summary>
/// <remarks>
/// Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; ε and decay as in PyTorch's
/// <c>torch.optim.Adam</c>. <see cref="AdamWOptions"/> has the decay that does not go through the moments.
/// </remarks>
public sealed record AdamOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Kind => "adam";

    /// <summary>Step size η at the start, above 0. Default 0.001.</summary>
    public override double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay β₁ of the mean of gradients, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β₂ of the mean of squared gradients, in [0, 1). Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>What is added to √v̂, above 0, in units of the gradient. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay w, at least 0, added to the gradient as w times the parameter. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override IOptimizer Create(int count) => new AdamOptimizer(this, count);

    internal AdamOptions Checked()
    {
        OptionRange.StepSize(LearningRate);
        OptionRange.Decay(Beta1);
        OptionRange.Decay(Beta2);
        OptionRange.Positive(Epsilon);
        OptionRange.NotNegative(WeightDecay);
        return this;
    }
}
