using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Bench.Networks;

/// <summary>
/// Multiply-adds per nanosecond that one thread reaches in a dot product of two arrays in its first-level cache: the best of three ways to
/// write it, and the best of many rounds of each.
/// </summary>
/// <remarks>
/// Each multiply-add takes two loads here. Products of matrices load less, so on processors with more multiply-adds than pairs of loads a
/// cycle they can go beyond this.
/// </remarks>
internal static unsafe class MachinePeak
{
    private const int Bytes = 8 * 1024;
    private const int Length = Bytes / sizeof(float);
    private const int CacheLine = 64;
    private const int Passes = 500;
    private const int Rounds = 300;
    private const int Chains = 8;

    private static float sink;

    /// <returns>Multiply-adds per nanosecond.</returns>
    internal static double Measure()
    {
        var x = (float*)NativeMemory.AlignedAlloc(Bytes, CacheLine);
        var y = (float*)NativeMemory.AlignedAlloc(Bytes, CacheLine);
        try
        {
            for (var i = 0; i < Length; i++)
            {
                // No sum grows over the passes: neighbours cancel.
                (x[i], y[i]) = (1f / (1 + i), (i / Vector512<float>.Count) % 2 == 0 ? 1 : -1);
            }

            var best = Math.Max(Best(&Dot256, x, y), Best(&DotOfLibrary, x, y));
            return Vector512.IsHardwareAccelerated ? Math.Max(best, Best(&Dot512, x, y)) : best;
        }
        finally
        {
            NativeMemory.AlignedFree(x);
            NativeMemory.AlignedFree(y);
        }
    }

    private static double Best(delegate*<float*, float*, float> dot, float* x, float* y)
    {
        var shortest = double.PositiveInfinity;
        for (var round = 0; round < Rounds; round++)
        {
            var start = TimeProvider.System.GetTimestamp();
            sink += dot(x, y);
            shortest = Math.Min(shortest, TimeProvider.System.GetElapsedTime(start).TotalNanoseconds);
        }

        return (double)Length * Passes / shortest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot512(float* x, float* y)
    {
        const int Lanes = 16;
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var i = 0; i < Length; i += Chains * Lanes)
            {
                s0 = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(x + i), Vector512.LoadAligned(y + i), s0);
                s1 = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(x + i + Lanes), Vector512.LoadAligned(y + i + Lanes), s1);
                s2 = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(x + i + (2 * Lanes)), Vector512.LoadAligned(y + i + (2 * Lanes)), s2);
                s3 = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(x + i + (3 * Lanes)), Vector512.LoadAligned(y + i + (3 * Lanes)), s3);
                s4 = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(x + i + (4 * Lanes)), Vector512.LoadAligned(y + i + (4 * Lanes)), s4);
                s5 = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(x + i + (5 * Lanes)), Vector512.LoadAligned(y + i + (5 * Lanes)), s5);
                s6 = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(x + i + (6 * Lanes)), Vector512.LoadAligned(y + i + (6 * Lanes)), s6);
                s7 = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(x + i + (7 * Lanes)), Vector512.LoadAligned(y + i + (7 * Lanes)), s7);
            }
        }

        return Vector512.Sum(s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot256(float* x, float* y)
    {
        const int Lanes = 8;
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var i = 0; i < Length; i += Chains * Lanes)
            {
                s0 = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(x + i), Vector256.LoadAligned(y + i), s0);
                s1 = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(x + i + Lanes), Vector256.LoadAligned(y + i + Lanes), s1);
                s2 = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(x + i + (2 * Lanes)), Vector256.LoadAligned(y + i + (2 * Lanes)), s2);
                s3 = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(x + i + (3 * Lanes)), Vector256.LoadAligned(y + i + (3 * Lanes)), s3);
                s4 = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(x + i + (4 * Lanes)), Vector256.LoadAligned(y + i + (4 * Lanes)), s4);
                s5 = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(x + i + (5 * Lanes)), Vector256.LoadAligned(y + i + (5 * Lanes)), s5);
                s6 = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(x + i + (6 * Lanes)), Vector256.LoadAligned(y + i + (6 * Lanes)), s6);
                s7 = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(x + i + (7 * Lanes)), Vector256.LoadAligned(y + i + (7 * Lanes)), s7);
            }
        }

        return Vector256.Sum(s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float DotOfLibrary(float* x, float* y)
    {
        var sum = 0f;
        for (var pass = 0; pass < Passes; pass++)
        {
            sum += TensorPrimitives.Dot(new ReadOnlySpan<float>(x, Length), new ReadOnlySpan<float>(y, Length));
        }

        return sum;
    }
}
