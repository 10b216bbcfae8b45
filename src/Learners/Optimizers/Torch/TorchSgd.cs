using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary><see cref="SgdOptions"/> on a Torch device.</summary>
internal sealed class TorchSgd(SgdOptions options, int count, Device device)
    : TorchOptimizer(options.Checked(), count, device)
{
    /// <inheritdoc/>
    private protected override void Step(Tensor parameters, Tensor gradient, long step)
    {
        var g = options.WeightDecay > 0 ? gradient.clone().AddScaled(parameters, options.WeightDecay) : gradient;
        if (options.Momentum > 0)
        {
            var buffer = Vectors[0];
            buffer.Multiply(options.Momentum).AddScaled(g, 1);
            if (options.WeightDecay > 0)
            {
                // Where parameters have run away, what pulls them back can add up to more than a float.
                buffer.LimitMagnitude(float.MaxValue);
            }

            g = options.Nesterov ? g.clone().AddScaled(buffer, options.Momentum) : buffer;
        }

        parameters.AddScaled(g, -LearningRate);
    }
}
