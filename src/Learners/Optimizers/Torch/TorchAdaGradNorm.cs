using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary><see cref="AdaGradNormOptions"/> on a Torch device: nothing is read back from it.</summary>
internal sealed class TorchAdaGradNorm(AdaGradNormOptions options, int count, Device device)
    : TorchOptimizer(options.Checked(), count, device)
{
    /// <inheritdoc/>
    private protected override void Step(Tensor parameters, Tensor gradient, long step)
    {
        var sum = Numbers[0];
        sum.AddScaled(gradient.SquaredNorm(), 1);
        parameters.sub_(gradient * sum.sqrt().Reciprocal(LearningRate).to(ScalarType.Float32));
    }
}
