namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// <c>adamw</c>: <see cref="AdamOptions"/> with decoupled weight decay: x ← (1 - η w) x before the step, and no w in the moments.
/// </summary>
/// <remarks>
/// Source: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2, with the decay in units of the learning
/// rate as in PyTorch's <c>torch.optim.AdamW</c>.
/// </remarks>
public sealed record AdamWOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Kind => "adamw";

    /// <summary>Step size η at the start, above 0. Default 0.001.</summary>
    public override double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay β₁ of the mean of gradients, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β₂ of the mean of squared gradients, in [0, 1). Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>What is added to √v̂, above 0, in units of the gradient. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay w, at least 0: a step takes η w of each parameter away. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IOptimizer Create(int count) => new AdamOptimizer(this, count);

    internal AdamWOptions Checked()
    {
        OptionRange.StepSize(LearningRate);
        OptionRange.Decay(Beta1);
        OptionRange.Decay(Beta2);
        OptionRange.Positive(Epsilon);
        OptionRange.NotNegative(WeightDecay);
        return this;
    }
}
