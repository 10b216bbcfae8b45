using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary><see cref="OptimisticMirrorDescentOptions"/> on a Torch device: nothing is read back from it.</summary>
internal sealed class TorchOptimisticMirrorDescent(OptimisticMirrorDescentOptions options, int count, Device device)
    : TorchOptimizer(options.Checked(), count, device)
{
    /// <inheritdoc/>
    private protected override void Step(Tensor parameters, Tensor gradient, long step)
    {
        var (center, leader, hint) = (Vectors[0], Vectors[1], Vectors[2]);
        var variation = Numbers[0];
        if (step == 1)
        {
            center.copy_(parameters);
            leader.copy_(parameters);
        }

        var g = gradient * gradient.norm().Reciprocal(options.GradientBound).Limit(1);
        leader.sub_(g * StepSize(variation));
        leader.Project(center, options.Radius);
        variation.AddScaled((g - hint).SquaredNorm(), 1);
        hint.copy_(g);
        parameters.copy_(leader - (g * StepSize(variation)));
        parameters.Project(center, options.Radius);
    }

    /// <summary>η D / √(δ + 4G² + V), a single number on the device.</summary>
    private Tensor StepSize(Tensor variation) => variation.clone()
        .Add(options.Delta + (4 * options.GradientBound * options.GradientBound))
        .sqrt_()
        .Reciprocal(LearningRate * 2 * options.Radius)
        .to(ScalarType.Float32);
}
