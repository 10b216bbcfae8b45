using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>AdaGrad for each number by itself: s ← s + g², θ ← θ - η g / (√s + ε).</summary>
/// <remarks>Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 2011, the
/// diagonal form.</remarks>
internal static unsafe class AdaGradRule
{
    /// <summary>No sum gets larger: none overflows, however long it goes on.</summary>
    internal const float LargestSum = 1e30f;

    /// <summary>A row whose gradient is x d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Step(float* p, float* sums, float x, float* d, int length, float rate, float damping)
    {
        var (xs, rates, dampings) = (Vector512.Create(x), Vector512.Create(rate), Vector512.Create(damping));
        for (var j = 0; j < length; j += BlockShape.Lanes)
        {
            var g = xs * Vector512.Load(d + j);
            var sum = Vector512.Min(Vector512.FusedMultiplyAdd(g, g, Vector512.Load(sums + j)), Vector512.Create(LargestSum));
            sum.Store(sums + j);
            var old = Vector512.Load(p + j);
            BlockKernels.Kept(old - (rates * g / (Vector512.Sqrt(sum) + dampings)), old).Store(p + j);
        }
    }

    /// <summary>A pull towards the start as part of the gradient, but not of its sums: θ ← θ - η λ (θ - θ₀) / (√s + ε), never past
    /// θ₀.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pull(float* p, float* initial, float* sums, int length, float rate, float damping)
    {
        var (rates, dampings) = (Vector512.Create(rate), Vector512.Create(damping));
        for (var j = 0; j < length; j += BlockShape.Lanes)
        {
            var share = Vector512.Min(rates / (Vector512.Sqrt(Vector512.Load(sums + j)) + dampings), Vector512<float>.One);
            var old = Vector512.Load(p + j);
            Vector512.FusedMultiplyAdd(share, Vector512.Load(initial + j) - old, old).Store(p + j);
        }
    }

    /// <summary>What all blocks share: the hidden layer's bias, the head's weights, the output's bias.</summary>
    /// <param name="shape">Of the parameters.</param>
    /// <param name="p">All parameters.</param>
    /// <param name="sums">The sums of the shared ones, in their order.</param>
    /// <param name="gradient">Whose step it is.</param>
    /// <param name="rate">η.</param>
    /// <param name="damping">ε.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void StepShared(BlockShape shape, float* p, float* sums, BlockGradient gradient, float rate, float damping)
    {
        if (shape.HasHidden)
        {
            Step(p + shape.Bias, sums, 1, gradient.Delta, shape.Stride, rate, damping);
            Step(p + shape.Head, sums + shape.Stride, gradient.Residual, gradient.Hidden, shape.Stride, rate, damping);
        }

        Step(ref p[shape.Last], ref sums[shape.Last - shape.Bias], gradient.Residual, rate, damping);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref float p, ref float sum, float g, float rate, float damping)
    {
        sum = MathF.Min(sum + (g * g), LargestSum);

        // 0/0 without damping and without a gradient: such a number is not kept.
        p = BlockKernels.Kept(p - (rate * g / (MathF.Sqrt(sum) + damping)), p);
    }
}
