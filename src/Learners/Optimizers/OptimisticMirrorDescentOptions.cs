namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// <c>optimistic-mirror-descent</c>: online gradient descent in a ball that steps ahead on the guess that the next gradient is like the
/// last, for linear and convex models on streams that change.
/// </summary>
/// <remarks>
/// <para>In round t the parameters are x_t = P(x̂_t - η_t M_t) with the guess M_t = g_{t-1} (M_1 = 0) and the step size
/// η_t = η D / √(δ + 4G² + V_{t-1}); after the gradient g_t, x̂_{t+1} = P(x̂_t - η_t g_t) and V_t = V_{t-1} + |g_t - M_t|². P is the
/// Euclidean projection on the ball of radius R around the parameters at the first step, D = 2R. After a step the parameters are
/// x_{t+1}; they are to be left alone until the next one.</para>
/// <para>Source: Chen, Tu, Zhao and Zhang, "Optimistic online mirror descent for bridging stochastic and adversarial online convex
/// optimization", ICML 2023, with the step size as restated in "Parameter-free algorithms for the stochastically extended adversarial
/// model", section 2.2.</para>
/// </remarks>
public sealed record OptimisticMirrorDescentOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Kind => "optimistic-mirror-descent";

    /// <summary>Factor η on the step size, above 0. Default 1, for which the regret bound is proven.</summary>
    public override double LearningRate { get; init; } = 1;

    /// <summary>Radius R of the ball, above 0, in units of the parameters. Default 1.</summary>
    public double Radius { get; init; } = 1;

    /// <summary>Bound G on the norm of gradients, above 0: longer ones are scaled down to it. Default 1.</summary>
    public double GradientBound { get; init; } = 1;

    /// <summary>δ, above 0, in units of the squared gradient. Default 1.</summary>
    public double Delta { get; init; } = 1;

    /// <inheritdoc/>
    public override IOptimizer Create(int count) => new OptimisticMirrorDescentOptimizer(this, count);

    internal OptimisticMirrorDescentOptions Checked()
    {
        OptionRange.StepSize(LearningRate);
        OptionRange.Length(Radius);
        OptionRange.Length(GradientBound);
        OptionRange.Positive(Delta);
        return this;
    }
}
