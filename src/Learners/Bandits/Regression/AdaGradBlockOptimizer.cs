using System.Runtime.CompilerServices;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary><see cref="AdaGradRule"/> for every parameter.</summary>
internal sealed unsafe class AdaGradBlockOptimizer(BlockShape shape, double learningRate, double damping) : BlockOptimizer(shape, learningRate)
{
    /// <inheritdoc/>
    internal override string Kind => "adagrad";

    /// <inheritdoc/>
    private protected override float[][] Vectors { get; } = [new float[shape.Count]];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Step(float* parameters, BlockGradient gradient)
    {
        var rate = LearningRate;
        fixed (float* sums = Vectors[0])
        {
            var at = (nint)gradient.Block * Shape.BlockLength;
            for (var row = 0; row < Shape.Rows; row++, at += Shape.Stride)
            {
                AdaGradRule.Step(parameters + at, sums + at, gradient.X[row], gradient.Delta, Shape.Stride, rate, (float)damping);
            }

            AdaGradRule.StepShared(Shape, parameters, sums + Shape.Bias, gradient, rate, (float)damping);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Pull(float* parameters, float* initial, int block, float strength)
    {
        fixed (float* sums = Vectors[0])
        {
            var (at, rate) = ((nint)block * Shape.BlockLength, LearningRate * strength);
            AdaGradRule.Pull(parameters + at, initial + at, sums + at, Shape.BlockLength, rate, (float)damping);
            AdaGradRule.Pull(
                parameters + Shape.Bias, initial + Shape.Bias, sums + Shape.Bias, Shape.Last - Shape.Bias, rate, (float)damping);
        }
    }
}
