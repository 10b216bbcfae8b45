using StreamLearn.Learners.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary><see cref="LionOptions"/> on a Torch device.</summary>
internal sealed class TorchLion(LionOptions options, int count, Device device)
    : TorchOptimizer(options.Checked(), count, device)
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <inheritdoc/>
    private protected override void Step(Tensor parameters, Tensor gradient, long step)
    {
        var mean = Vectors[0];
        if (options.WeightDecay > 0)
        {
            parameters.Multiply(1 - (LearningRate * options.WeightDecay));
        }

        var direction = mean.clone().Multiply(options.Beta1).AddScaled(gradient, 1 - options.Beta1).sign_();
        parameters.AddScaled(direction, -LearningRate);
        mean.Multiply(options.Beta2).AddScaled(gradient, 1 - options.Beta2);

        // As in the process's memory: a mean that decays by rounding would keep its sign for ever.
        using Scalar smallest = SmallestNormal;
        mean.mul_(mean.abs().ge_(smallest));
    }
}
