using StreamLearn.Learners.Networks.Cpu;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary><see cref="AdaGradRule"/> for every parameter.</summary>
internal sealed unsafe class AdaGradBlockOptimizer(BlockShape shape, double learningRate, double damping) : BlockOptimizer(shape, learningRate)
{
    private readonly float[] _sums = new float[shape.Count];

    /// <inheritdoc/>
    internal override string Kind => "adagrad";

    /// <inheritdoc/>
    private protected override float[][] Vectors => field ??= [_sums];

    /// <inheritdoc/>
    internal override void Step(float* parameters, BlockGradient gradient)
    {
        var rate = LearningRate;
        fixed (float* sums = _sums)
        {
            var at = (nint)gradient.Block * Shape.BlockLength;
            for (var row = 0; row < Shape.Rows; row++, at += Shape.Stride)
            {
                AdaGradRule.Step(parameters + at, sums + at, gradient.X[row], gradient.Delta, Shape.Stride, rate, (float)damping);
            }

            AdaGradRule.StepShared(Shape, parameters, sums + Shape.Bias, gradient, rate, (float)damping);
        }
    }
}
