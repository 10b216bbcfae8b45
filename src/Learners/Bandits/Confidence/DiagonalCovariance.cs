using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MessagePack;
using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.Confidence;

/// <summary>
/// U = λ 1 + Σ g², the diagonal of a network's design matrix by the gradients g of its output, and Σⱼ gⱼ²/Uⱼ, the uncertainty of an output.
/// Gradients come as their factors: only their block and what all blocks share are visited.
/// </summary>
/// <remarks>Zhou, Li and Gu, "Neural Contextual Bandits with UCB-based Exploration", ICML 2020, with the diagonal as in its
/// experiments.</remarks>
internal sealed unsafe class DiagonalCovariance
{
    private readonly BlockShape _shape;
    private readonly float _prior;
    private readonly PinnedFloats _diagonal;

    /// <param name="shape">Of the network.</param>
    /// <param name="prior">λ.</param>
    internal DiagonalCovariance(BlockShape shape, double prior)
    {
        _shape = shape;
        _prior = (float)prior;
        _diagonal = new PinnedFloats(shape.Count);
        _diagonal.Span.Fill(_prior);
    }

    /// <summary>Σⱼ gⱼ²/Uⱼ.</summary>
    internal double Uncertainty(BlockGradient gradient)
    {
        var diagonal = _diagonal.Pointer;
        var at = diagonal + ((nint)gradient.Block * _shape.BlockLength);
        var sum = 0.0;
        for (var row = 0; row < _shape.Rows; row++, at += _shape.Stride)
        {
            sum += Row(gradient.X[row], gradient.Delta, at, _shape.Stride);
        }

        if (_shape.HasHidden)
        {
            sum += Row(1, gradient.Delta, diagonal + _shape.Bias, _shape.Stride);
            sum += Row(gradient.Residual, gradient.Hidden, diagonal + _shape.Head, _shape.Stride);
        }

        sum += gradient.Residual * gradient.Residual / diagonal[_shape.Last];
        return double.IsFinite(sum) ? sum : 0;
    }

    /// <summary>U ← U + g².</summary>
    internal void Add(BlockGradient gradient)
    {
        var diagonal = _diagonal.Pointer;
        var at = diagonal + ((nint)gradient.Block * _shape.BlockLength);
        for (var row = 0; row < _shape.Rows; row++, at += _shape.Stride)
        {
            AddRow(gradient.X[row], gradient.Delta, at, _shape.Stride);
        }

        if (_shape.HasHidden)
        {
            AddRow(1, gradient.Delta, diagonal + _shape.Bias, _shape.Stride);
            AddRow(gradient.Residual, gradient.Hidden, diagonal + _shape.Head, _shape.Stride);
        }

        ref var last = ref diagonal[_shape.Last];
        last = MathF.Min(last + (gradient.Residual * gradient.Residual), AdaGradRule.LargestSum);
    }

    internal void Save(ref MessagePackWriter writer) => writer.WriteFloats(_diagonal.Span);

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadFloats(_diagonal.Span);
        StateFormat.Require(
            !_diagonal.Span.ContainsAnyExceptInRange(_prior, AdaGradRule.LargestSum), "a sum of squares is smaller than it was at the start");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Row(float x, float* d, float* diagonal, int length)
    {
        var (xs, sum) = (Vector512.Create(x), Vector512<float>.Zero);
        for (var j = 0; j < length; j += BlockShape.Lanes)
        {
            var g = xs * Vector512.Load(d + j);
            sum += g * g / Vector512.Load(diagonal + j);
        }

        return Vector512.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(float x, float* d, float* diagonal, int length)
    {
        var xs = Vector512.Create(x);
        for (var j = 0; j < length; j += BlockShape.Lanes)
        {
            var g = xs * Vector512.Load(d + j);
            Vector512.Min(Vector512.FusedMultiplyAdd(g, g, Vector512.Load(diagonal + j)), Vector512.Create(AdaGradRule.LargestSum)).Store(diagonal + j);
        }
    }
}
