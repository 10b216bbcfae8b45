using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// Adam that moves a block when it learns and not otherwise; its bias correction counts the block's own steps. m ← m + (1 - β₁)(g - m),
/// s ← s + (1 - β₂)(g² - s), θ ← θ - η m̂ / (√ŝ + ε) with β₁ = 0.9, β₂ = 0.99.
/// </summary>
/// <remarks>Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1; lazy as torch.optim.SparseAdam
/// is.</remarks>
internal sealed unsafe class AdamBlockOptimizer : BlockOptimizer
{
    private const float Mean = 0.9f;
    private const float Square = 0.99f;

    private readonly float[] _means;
    private readonly float[] _squares;

    // For each block, and at the end for what they share, what the means lack of 1: βᵗ is 1 less that.
    private readonly float[] _meanWeights;
    private readonly float[] _squareWeights;
    private readonly float _damping;

    internal AdamBlockOptimizer(BlockShape shape, double learningRate, double damping)
        : base(shape, learningRate)
    {
        _means = new float[shape.Count];
        _squares = new float[shape.Count];
        _meanWeights = new float[shape.Blocks + 1];
        _squareWeights = new float[shape.Blocks + 1];
        _damping = (float)damping;
        Vectors = [_means, _squares, _meanWeights, _squareWeights];
    }

    /// <inheritdoc/>
    internal override string Kind => "adam";

    /// <inheritdoc/>
    private protected override float[][] Vectors { get; }

    /// <inheritdoc/>
    private protected override bool HasMeans => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Step(float* parameters, BlockGradient gradient)
    {
        fixed (float* means = _means, squares = _squares)
        {
            var (rate, correction) = Advance(gradient.Block);
            var at = (nint)gradient.Block * Shape.BlockLength;
            for (var row = 0; row < Shape.Rows; row++, at += Shape.Stride)
            {
                Row(parameters + at, means + at, squares + at, gradient.X[row], gradient.Delta, rate, correction);
            }

            (rate, correction) = Advance(Shape.Blocks);
            if (Shape.HasHidden)
            {
                Row(parameters + Shape.Bias, means + Shape.Bias, squares + Shape.Bias, 1, gradient.Delta, rate, correction);
                Row(parameters + Shape.Head, means + Shape.Head, squares + Shape.Head, gradient.Residual, gradient.Hidden, rate, correction);
            }

            Last(ref parameters[Shape.Last], ref means[Shape.Last], ref squares[Shape.Last], gradient.Residual, rate, correction);
        }
    }

    /// <summary>Counts a step; η over the first bias correction, and what squares are multiplied by for the second.</summary>
    private (float Rate, float Correction) Advance(int part)
    {
        _meanWeights[part] += (1 - Mean) * (1 - _meanWeights[part]);
        _squareWeights[part] += (1 - Square) * (1 - _squareWeights[part]);
        return (LearningRate / MathF.Max(_meanWeights[part], 1 - Mean), 1 / MathF.Max(_squareWeights[part], 1 - Square));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(float* p, float* means, float* squares, float x, float* d, float rate, float correction)
    {
        var (xs, rates, corrections, damping) = (Vector512.Create(x), Vector512.Create(rate), Vector512.Create(correction), Vector512.Create(_damping));
        var (now, nowSquare) = (Vector512.Create(1 - Mean), Vector512.Create(1 - Square));
        for (var j = 0; j < Shape.Stride; j += BlockShape.Lanes)
        {
            var g = xs * Vector512.Load(d + j);
            var (oldMean, oldSquare) = (Vector512.Load(means + j), Vector512.Load(squares + j));
            var mean = Vector512.FusedMultiplyAdd(now, g - oldMean, oldMean);
            var square = Vector512.Max(Vector512.FusedMultiplyAdd(nowSquare, (g * g) - oldSquare, oldSquare), Vector512<float>.Zero);
            mean.Store(means + j);
            square.Store(squares + j);
            var old = Vector512.Load(p + j);
            BlockKernels.Kept(old - (rates * mean / (Vector512.Sqrt(square * corrections) + damping)), old).Store(p + j);
        }
    }

    private void Last(ref float p, ref float mean, ref float square, float g, float rate, float correction)
    {
        mean += (1 - Mean) * (g - mean);
        square = MathF.Max(square + ((1 - Square) * ((g * g) - square)), 0);
        p = BlockKernels.Kept(p - (rate * mean / (MathF.Sqrt(square * correction) + _damping)), p);
    }
}
