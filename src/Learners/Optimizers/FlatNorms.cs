using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Optimizers;

/// <summary>Lengths and distances of flat vectors, summed in a fixed order, and the projection on a ball.</summary>
internal static class FlatNorms
{
    // So few squares go into one float sum that what it loses is nothing beside the rounding of the squares.
    private const int Chunk = 512;

    /// <summary>
    /// |values|² over the support. The vector is summed in chunks that lie at the same places whatever the support, so a smaller support
    /// with the same numbers in it gives the same bits.
    /// </summary>
    /// <returns>NaN or infinity where a number is not finite; infinity too where the sum does not fit into single precision.</returns>
    /// <exception cref="ArgumentException">A range lies outside of the vector, or before the end of the one in front of it.</exception>
    internal static double Squared(ReadOnlySpan<float> values, ReadOnlySpan<ParameterRange> support)
    {
        var total = Vector256<double>.Zero;
        var supportEnd = 0;
        long summed = 0;
        foreach (var range in support)
        {
            if (range.Length < 0 || range.Offset < supportEnd || range.Length > values.Length - range.Offset)
            {
                throw new ArgumentException(
                    $"The support has the range [{range.Offset}, {(long)range.Offset + range.Length}) after one that ends at " +
                    $"{supportEnd}; expected ascending ranges in [0, {values.Length}).",
                    nameof(support));
            }

            // Whole chunks: what they have beside the range is zero.
            supportEnd = range.End;
            var at = Math.Max(range.Offset - (range.Offset % Chunk), summed);
            for (; at < supportEnd; at += Chunk)
            {
                total += at + Chunk <= values.Length ? SquaredChunk(values.Slice((int)at, Chunk)) : SquaredRest(values[(int)at..]);
            }

            summed = Math.Max(summed, at);
        }

        var sum = Vector256.Sum(total);
        return sum > float.MaxValue ? double.PositiveInfinity : sum;
    }

    /// <summary>
    /// Moves values that are further than <paramref name="radius"/> from the centre back onto the ball; others stay, to the bit. What is not
    /// finite goes to the centre.
    /// </summary>
    /// <remarks>Euclidean projection: c + (x - c) min(1, r / |x - c|).</remarks>
    internal static void Project(Span<float> values, ReadOnlySpan<float> center, double radius)
    {
        var sum = default(SquareSum);
        for (var i = 0; i < values.Length; i += Lanes.Width)
        {
            sum.Add(Lanes.Load(values, i) - Lanes.Load(center, i));
        }

        Project(values, center, radius, Math.Sqrt(sum.Total));
    }

    /// <summary>The same, where the distance is known.</summary>
    internal static void Project(Span<float> values, ReadOnlySpan<float> center, double radius, double distance)
    {
        if (distance <= radius)
        {
            return;
        }

        if (!double.IsFinite(distance))
        {
            // A number is not finite, or so far away that no direction is left.
            center.CopyTo(values);
            return;
        }

        var factor = Vector256.Create((float)(radius / distance));
        for (var i = 0; i < values.Length; i += Lanes.Width)
        {
            var middle = Lanes.Load(center, i);
            Lanes.Store(Vector256.FusedMultiplyAdd(factor, Lanes.Load(values, i) - middle, middle), values, i);
        }
    }

    private static Vector256<double> SquaredChunk(ReadOnlySpan<float> chunk)
    {
        // Eight sums: additions to one would wait for each other.
        ref var first = ref MemoryMarshal.GetReference(chunk);
        var (a, b, c, d) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (e, f, g, h) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        for (nuint i = 0; i < Chunk; i += 8 * Lanes.Width)
        {
            a = AddSquare(a, ref first, i);
            b = AddSquare(b, ref first, i + Lanes.Width);
            c = AddSquare(c, ref first, i + (2 * Lanes.Width));
            d = AddSquare(d, ref first, i + (3 * Lanes.Width));
            e = AddSquare(e, ref first, i + (4 * Lanes.Width));
            f = AddSquare(f, ref first, i + (5 * Lanes.Width));
            g = AddSquare(g, ref first, i + (6 * Lanes.Width));
            h = AddSquare(h, ref first, i + (7 * Lanes.Width));
        }

        var (lower, upper) = Vector256.Widen(a + b + (c + d) + (e + f + (g + h)));
        return lower + upper;
    }

    private static Vector256<double> SquaredRest(ReadOnlySpan<float> rest)
    {
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < rest.Length; i += Lanes.Width)
        {
            var values = Lanes.Load(rest, i);
            sum = Vector256.FusedMultiplyAdd(values, values, sum);
        }

        var (lower, upper) = Vector256.Widen(sum);
        return lower + upper;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddSquare(Vector256<float> sum, ref float first, nuint at)
    {
        var values = Vector256.LoadUnsafe(ref first, at);
        return Vector256.FusedMultiplyAdd(values, values, sum);
    }
}
