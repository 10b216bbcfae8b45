namespace StreamLearn.Learners.Optimizers;

/// <summary><see cref="AdaGradNormOptions"/> in the process's memory. State: c.</summary>
internal sealed class AdaGradNormOptimizer(AdaGradNormOptions options, int count)
    : FlatOptimizer(options.Checked(), count)
{
    /// <inheritdoc/>
    internal override bool MovesSupportOnly => true;

    /// <inheritdoc/>
    private protected override void Step(Span<float> parameters, in FlatGradient gradient, long step)
    {
        ref var sum = ref State.Numbers[0];
        sum += gradient.Norm * gradient.Norm;
        Lanes.Step(parameters, gradient.Values, gradient.Support, -LearningRate * gradient.Scale / Math.Sqrt(sum));
    }
}
