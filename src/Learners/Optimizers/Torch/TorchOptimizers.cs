using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary>Makes optimisers on a Torch device.</summary>
public static class TorchOptimizers
{
    /// <summary>Makes the optimiser for a vector of <paramref name="count"/> parameters on a device.</summary>
    /// <remarks>
    /// <code>
    /// using ITorchOptimizer optimizer = TorchOptimizers.Create(new AdamOptions(), 6273, torch.CUDA);
    /// optimizer.Update(parameters, gradient);
    /// </code>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A setting has a value that cannot be used, or there are no parameters.</exception>
    /// <exception cref="NotSupportedException">There is no such optimiser on this backend.</exception>
    public static ITorchOptimizer Create(OptimizerOptions options, int count, Device device) => options switch
    {
        SgdOptions sgd => new TorchSgd(sgd, count, device),
        AdaGradNormOptions adaGradNorm => new TorchAdaGradNorm(adaGradNorm, count, device),
        AdamOptions adam => new TorchAdam(adam, count, device),
        AdamWOptions adamW => new TorchAdam(adamW, count, device),
        AdaBeliefOptions adaBelief => new TorchAdaBelief(adaBelief, count, device),
        LionOptions lion => new TorchLion(lion, count, device),
        OptimisticMirrorDescentOptions optimistic => new TorchOptimisticMirrorDescent(optimistic, count, device),
        AdaHessianOptions adaHessian => new TorchAdaHessian(adaHessian, count, device),
        _ => throw new NotSupportedException($"There is no optimiser '{options.Kind}' on the Torch backend."),
    };
}
