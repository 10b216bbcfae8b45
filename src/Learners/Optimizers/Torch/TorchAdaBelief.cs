using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary><see cref="AdaBeliefOptions"/> on a Torch device.</summary>
internal sealed class TorchAdaBelief(AdaBeliefOptions options, int count, Device device)
    : TorchOptimizer(options.Checked(), count, device)
{
    /// <inheritdoc/>
    private protected override void Step(Tensor parameters, Tensor gradient, long step)
    {
        var (first, second) = (Vectors[0], Vectors[1]);
        if (options.WeightDecay > 0)
        {
            parameters.Multiply(1 - (LearningRate * options.WeightDecay));
        }

        first.Multiply(options.Beta1).AddScaled(gradient, 1 - options.Beta1);
        var surprise = gradient - first;
        second.Multiply(options.Beta2).AddProduct(surprise, surprise, 1 - options.Beta2).Add(options.Epsilon);

        // A surprise can be twice the largest gradient whose square is a float.
        second.Limit(float.MaxValue);
        var (size, rootFactor, epsilon) = options.Denominator(LearningRate, step);
        parameters.AddQuotient(first, second.sqrt().Multiply(rootFactor).Add(epsilon), -size);
    }
}
