namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// <c>adahessian</c>: Adam with the loss's curvature in place of the gradient's size. D = |H z| for a vector z of random signs;
/// m ← β₁ m + (1-β₁) g; v ← β₂ v + (1-β₂) D²; x ← x - η (m̂ / (√v̂ᵏ + ε) + w x), where m̂ = m / (1-β₁ᵗ) and v̂ = v / (1-β₂ᵗ).
/// </summary>
/// <remarks>
/// <para>Source: Yao et al., "ADAHESSIAN: an adaptive second order optimizer for machine learning", AAAI 2021, algorithm 1, as in the
/// authors' <c>optim_adahessian.py</c> with blocks of size 1.</para>
/// <para>H z takes differentiating twice: there is this optimiser on the Torch backend only.</para>
/// </remarks>
public sealed record AdaHessianOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Kind => "adahessian";

    /// <summary>Step size η at the start, above 0. Default 0.15; 1 with exact curvature is Newton's step.</summary>
    public override double LearningRate { get; init; } = 0.15;

    /// <summary>Decay β₁ of the mean of gradients, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β₂ of the mean of squared curvatures, in [0, 1). Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>What is added to √v̂ᵏ, above 0. Default 0.0001.</summary>
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>Power k of the curvature, in (0, 1]. Default 1.</summary>
    public double HessianPower { get; init; } = 1;

    /// <summary>Weight decay w, at least 0: a step takes η w of each parameter away. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Seed of the random signs z. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// In how many steps the curvature is to be probed once, at least 1; between, the last one is used. Default 1: in each.
    /// </summary>
    public int ProbeEvery { get; init; } = 1;

    /// <summary>Throws: see <see cref="Torch.TorchOptimizers"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting has a value that cannot be used.</exception>
    /// <exception cref="NotSupportedException">Always, otherwise.</exception>
    public override IOptimizer Create(int count)
    {
        Checked();
        throw new NotSupportedException(
            $"The optimiser '{Kind}' needs the Torch backend, because it differentiates the loss twice; expected another one here.");
    }

    internal AdaHessianOptions Checked()
    {
        OptionRange.StepSize(LearningRate);
        OptionRange.Decay(Beta1);
        OptionRange.Decay(Beta2);
        OptionRange.Positive(Epsilon);
        OptionRange.Require(HessianPower is > 0 and <= 1, HessianPower, "a number in (0, 1]", nameof(HessianPower));
        OptionRange.NotNegative(WeightDecay);
        OptionRange.AtLeastOne(ProbeEvery);
        return this;
    }
}
