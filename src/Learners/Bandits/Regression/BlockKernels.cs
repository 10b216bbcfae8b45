using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// Loops over rows of whole vectors, sixteen numbers at a time on every processor: the same bits on all that fuse multiplication and
/// addition. Steps leave a parameter as it was where it would leave ±<see cref="Largest"/>: whatever comes, it stays finite.
/// </summary>
internal static unsafe class BlockKernels
{
    /// <summary>No parameter gets larger.</summary>
    internal const float Largest = 1e15f;

    private const int Lanes = BlockShape.Lanes;

    /// <summary>hidden = bias + Σᵢ xᵢ wᵢ over rows of <paramref name="stride"/> numbers, with its negative numbers set to 0 if asked
    /// for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Combine(float* rows, float* x, int count, float* bias, float* hidden, int stride, bool rectify)
    {
        var least = Vector512.Create(rectify ? 0 : float.NegativeInfinity);
        var j = 0;
        for (; j + (4 * Lanes) <= stride; j += 4 * Lanes)
        {
            Vector512<float> a0 = Vector512.Load(bias + j), a1 = Vector512.Load(bias + j + Lanes);
            Vector512<float> a2 = Vector512.Load(bias + j + (2 * Lanes)), a3 = Vector512.Load(bias + j + (3 * Lanes));
            Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
            var w = rows + j;
            var i = 0;
            for (; i + 2 <= count; i += 2, w += 2 * (nint)stride)
            {
                var (xa, xb) = (Vector512.Create(x[i]), Vector512.Create(x[i + 1]));
                var next = w + stride;
                a0 = Vector512.FusedMultiplyAdd(xa, Vector512.Load(w), a0);
                a1 = Vector512.FusedMultiplyAdd(xa, Vector512.Load(w + Lanes), a1);
                a2 = Vector512.FusedMultiplyAdd(xa, Vector512.Load(w + (2 * Lanes)), a2);
                a3 = Vector512.FusedMultiplyAdd(xa, Vector512.Load(w + (3 * Lanes)), a3);
                b0 = Vector512.FusedMultiplyAdd(xb, Vector512.Load(next), b0);
                b1 = Vector512.FusedMultiplyAdd(xb, Vector512.Load(next + Lanes), b1);
                b2 = Vector512.FusedMultiplyAdd(xb, Vector512.Load(next + (2 * Lanes)), b2);
                b3 = Vector512.FusedMultiplyAdd(xb, Vector512.Load(next + (3 * Lanes)), b3);
            }

            if (i < count)
            {
                var xa = Vector512.Create(x[i]);
                a0 = Vector512.FusedMultiplyAdd(xa, Vector512.Load(w), a0);
                a1 = Vector512.FusedMultiplyAdd(xa, Vector512.Load(w + Lanes), a1);
                a2 = Vector512.FusedMultiplyAdd(xa, Vector512.Load(w + (2 * Lanes)), a2);
                a3 = Vector512.FusedMultiplyAdd(xa, Vector512.Load(w + (3 * Lanes)), a3);
            }

            Vector512.Max(a0 + b0, least).Store(hidden + j);
            Vector512.Max(a1 + b1, least).Store(hidden + j + Lanes);
            Vector512.Max(a2 + b2, least).Store(hidden + j + (2 * Lanes));
            Vector512.Max(a3 + b3, least).Store(hidden + j + (3 * Lanes));
        }

        for (; j < stride; j += Lanes)
        {
            Vector512<float> a = Vector512.Load(bias + j), b = default, c = default, d = default;
            var w = rows + j;
            var i = 0;
            for (; i + 4 <= count; i += 4, w += 4 * (nint)stride)
            {
                a = Vector512.FusedMultiplyAdd(Vector512.Create(x[i]), Vector512.Load(w), a);
                b = Vector512.FusedMultiplyAdd(Vector512.Create(x[i + 1]), Vector512.Load(w + stride), b);
                c = Vector512.FusedMultiplyAdd(Vector512.Create(x[i + 2]), Vector512.Load(w + (2 * (nint)stride)), c);
                d = Vector512.FusedMultiplyAdd(Vector512.Create(x[i + 3]), Vector512.Load(w + (3 * (nint)stride)), d);
            }

            for (; i < count; i++, w += stride)
            {
                a = Vector512.FusedMultiplyAdd(Vector512.Create(x[i]), Vector512.Load(w), a);
            }

            Vector512.Max((a + b) + (c + d), least).Store(hidden + j);
        }
    }

    /// <summary>Σ a b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Dot(float* a, float* b, int length)
    {
        var (even, odd) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var j = 0;
        for (; j + (2 * Lanes) <= length; j += 2 * Lanes)
        {
            even = Vector512.FusedMultiplyAdd(Vector512.Load(a + j), Vector512.Load(b + j), even);
            odd = Vector512.FusedMultiplyAdd(Vector512.Load(a + j + Lanes), Vector512.Load(b + j + Lanes), odd);
        }

        if (j < length)
        {
            even = Vector512.FusedMultiplyAdd(Vector512.Load(a + j), Vector512.Load(b + j), even);
        }

        return Vector512.Sum(even + odd);
    }

    /// <summary>delta = factor a where gate &gt; 0, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gate(float* a, float factor, float* gate, float* delta, int length)
    {
        var factors = Vector512.Create(factor);
        for (var j = 0; j < length; j += Lanes)
        {
            (Vector512.Load(a + j) * factors & Vector512.GreaterThan(Vector512.Load(gate + j), Vector512<float>.Zero)).Store(delta + j);
        }
    }

    /// <summary>y = factor x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Scale(float* x, float factor, float* y, int length)
    {
        var factors = Vector512.Create(factor);
        for (var j = 0; j < length; j += Lanes)
        {
            (Vector512.Load(x + j) * factors).Store(y + j);
        }
    }

    /// <summary>p = p + factor d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Add(float* p, float factor, float* d, int length)
    {
        var factors = Vector512.Create(factor);
        for (var j = 0; j < length; j += Lanes)
        {
            var old = Vector512.Load(p + j);
            Kept(Vector512.FusedMultiplyAdd(factors, Vector512.Load(d + j), old), old).Store(p + j);
        }
    }

    /// <summary>p = p + factor xᵢ d for each of <paramref name="count"/> rows of p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddOuter(float* p, float* x, int count, float factor, float* d, int stride)
    {
        for (var i = 0; i < count; i++, p += stride)
        {
            Add(p, factor * x[i], d, stride);
        }
    }

    /// <summary>p = origin + keep (p - origin).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pull(float* p, float* origin, float keep, int length)
    {
        var kept = Vector512.Create(keep);
        for (var j = 0; j < length; j += Lanes)
        {
            var start = Vector512.Load(origin + j);
            Vector512.FusedMultiplyAdd(kept, Vector512.Load(p + j) - start, start).Store(p + j);
        }
    }

    /// <summary>Σ (p - origin)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double SquaredDistance(float* p, float* origin, int length)
    {
        var sum = Vector512<float>.Zero;
        for (var j = 0; j < length; j += Lanes)
        {
            var distance = Vector512.Load(p + j) - Vector512.Load(origin + j);
            sum = Vector512.FusedMultiplyAdd(distance, distance, sum);
        }

        return Vector512.Sum(sum);
    }

    /// <summary>What has moved, where it may be there; what was, where not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Kept(Vector512<float> moved, Vector512<float> old) =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(Vector512.Abs(moved), Vector512.Create(Largest)), moved, old);

    /// <summary>The same for one number.</summary>
    internal static float Kept(float moved, float old) => Math.Abs(moved) <= Largest ? moved : old;
}
