using System.Runtime.CompilerServices;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>Gradient descent: θ ← θ - η g.</summary>
internal sealed unsafe class SgdBlockOptimizer(BlockShape shape, double learningRate) : BlockOptimizer(shape, learningRate)
{
    /// <inheritdoc/>
    internal override string Kind => "sgd";

    /// <inheritdoc/>
    private protected override float[][] Vectors => [];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Step(float* parameters, BlockGradient gradient)
    {
        BlockKernels.AddOuter(
            parameters + ((nint)gradient.Block * Shape.BlockLength), gradient.X, Shape.Rows, -LearningRate, gradient.Delta, Shape.Stride);
        if (Shape.HasHidden)
        {
            BlockKernels.Add(parameters + Shape.Bias, -LearningRate, gradient.Delta, Shape.Stride);
            BlockKernels.Add(parameters + Shape.Head, -LearningRate * gradient.Residual, gradient.Hidden, Shape.Stride);
        }

        ref var last = ref parameters[Shape.Last];
        last = BlockKernels.Kept(last - (LearningRate * gradient.Residual), last);
    }
}
