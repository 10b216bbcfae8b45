namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// <c>adagrad-norm</c>: gradient descent whose step size falls with the gradients seen: c ← c + |g|²; x ← x - η g / √c, with one
/// number c for all parameters.
/// </summary>
/// <remarks>
/// <para>Source: Ward, Wu and Bottou, "AdaGrad stepsizes: sharp convergence over nonconvex landscapes", JMLR 2020, algorithm 1; as used by
/// Lau, Liu and Kolar, "AdAdaGrad", 2024 (whose code has one c for each row of a matrix; here it is one for all).</para>
/// <para>A step visits the gradient's support only.</para>
/// </remarks>
public sealed record AdaGradNormOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Kind => "adagrad-norm";

    /// <summary>Factor η, above 0. Default 1.</summary>
    public override double LearningRate { get; init; } = 1;

    /// <summary>What c starts at, above 0, in units of |g|². Default 0.01.</summary>
    public double InitialSum { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IOptimizer Create(int count) => new AdaGradNormOptimizer(this, count);

    internal AdaGradNormOptions Checked()
    {
        OptionRange.StepSize(LearningRate);
        OptionRange.Positive(InitialSum);
        return this;
    }
}
