using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary><see cref="AdamOptions"/> and <see cref="AdamWOptions"/> on a Torch device.</summary>
internal sealed class TorchAdam : TorchOptimizer
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _gradientDecay;
    private readonly double _decoupledDecay;

    internal TorchAdam(AdamOptions options, int count, Device device)
        : base(options.Checked(), count, device)
    {
        (_beta1, _beta2, _epsilon) = (options.Beta1, options.Beta2, options.Epsilon);
        _gradientDecay = options.WeightDecay;
    }

    internal TorchAdam(AdamWOptions options, int count, Device device)
        : base(options.Checked(), count, device)
    {
        (_beta1, _beta2, _epsilon) = (options.Beta1, options.Beta2, options.Epsilon);
        _decoupledDecay = options.WeightDecay;
    }

    /// <inheritdoc/>
    private protected override void Step(Tensor parameters, Tensor gradient, long step)
    {
        var (first, second) = (Vectors[0], Vectors[1]);
        var g = _gradientDecay > 0 ? gradient.clone().AddScaled(parameters, _gradientDecay) : gradient;
        if (_decoupledDecay > 0)
        {
            parameters.Multiply(1 - (LearningRate * _decoupledDecay));
        }

        first.Multiply(_beta1).AddScaled(g, 1 - _beta1);
        second.Multiply(_beta2).AddProduct(g, g, 1 - _beta2);
        if (_gradientDecay > 0)
        {
            // Of a parameter that has run away, the square of what pulls it back is no float.
            second.Limit(float.MaxValue);
        }

        var denominator = second.sqrt().Multiply(1 / Math.Sqrt(1 - Math.Pow(_beta2, step))).Add(_epsilon);
        parameters.AddQuotient(first, denominator, -LearningRate / (1 - Math.Pow(_beta1, step)));
    }
}
