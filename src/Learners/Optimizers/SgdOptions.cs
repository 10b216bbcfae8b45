namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// <c>sgd</c>: stochastic gradient descent, with momentum if so wished. g ← g + w x; b ← μ b + g; x ← x - η b, or with Nesterov's momentum
/// x ← x - η (g + μ b).
/// </summary>
/// <remarks>
/// <para>Source: the algorithm box of PyTorch's <c>torch.optim.SGD</c> (dampening 0); Sutskever et al., "On the importance of
/// initialization and momentum in deep learning", 2013.</para>
/// <para>Without momentum and decay a step visits the gradient's support only.</para>
/// </remarks>
public sealed record SgdOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Kind => "sgd";

    /// <summary>Step size η at the start, above 0. Default 0.01.</summary>
    public override double LearningRate { get; init; } = 0.01;

    /// <summary>Momentum μ, in [0, 1). Default 0: none.</summary>
    public double Momentum { get; init; }

    /// <summary>Whether to look ahead along the momentum, which must be above 0 then. Default false.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight decay w, at least 0, added to the gradient as w times the parameter. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override IOptimizer Create(int count) => new SgdOptimizer(this, count);

    internal SgdOptions Checked()
    {
        OptionRange.StepSize(LearningRate);
        OptionRange.Decay(Momentum);
        OptionRange.Require(Momentum > 0 || !Nesterov, Nesterov, "false where there is no momentum", nameof(Nesterov));
        OptionRange.NotNegative(WeightDecay);
        return this;
    }
}
