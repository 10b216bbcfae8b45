using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Optimizers;

/// <summary>Lengths and distances of flat vectors, summed in a fixed order, and the projection on a ball.</summary>
internal static class FlatNorms
{
    // Four vectors of eight: additions wait for each other less.
    private const int Group = 4 * Lanes.Width;

    // So few squares go into one float sum that what it loses is nothing beside the rounding of the squares.
    private const int Chunk = 128 * Group;

    /// <summary>
    /// |values|² over the support. Which sum a number goes into depends on its place in the whole vector only, so a smaller support with the
    /// same numbers in it gives the same bits.
    /// </summary>
    /// <returns>NaN or infinity where a number is not finite; infinity too where squares do not fit into single precision.</returns>
    /// <exception cref="ArgumentException">A range lies outside of the vector, or before the end of the one in front of it.</exception>
    internal static double Squared(ReadOnlySpan<float> values, ReadOnlySpan<ParameterRange> support)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var (a, b, c, d) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        double total = 0;
        long chunkEnd = Chunk;
        long done = 0;
        long supportEnd = 0;
        foreach (var range in support)
        {
            if (range.Length < 0 || range.Offset < supportEnd || (long)range.Offset + range.Length > values.Length)
            {
                throw new ArgumentException(
                    $"The support has the range [{range.Offset}, {(long)range.Offset + range.Length}) after one that ends at {supportEnd}; " +
                    $"expected ascending ranges in [0, {values.Length}).",
                    nameof(support));
            }

            supportEnd = range.End;

            // Whole groups: what they have beside the range is zero.
            var at = Math.Max(range.Offset - (range.Offset % Group), done);
            var to = Math.Min((supportEnd + Group - 1) / Group * Group, values.Length);
            while (at < to)
            {
                if (at >= chunkEnd)
                {
                    total += Sum(a, b, c, d);
                    (a, b, c, d) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
                    chunkEnd = ((at / Chunk) + 1) * Chunk;
                }

                var stop = Math.Min(to, chunkEnd);
                for (; at <= stop - Group; at += Group)
                {
                    a = AddSquare(a, Vector256.LoadUnsafe(ref first, (nuint)at));
                    b = AddSquare(b, Vector256.LoadUnsafe(ref first, (nuint)at + Lanes.Width));
                    c = AddSquare(c, Vector256.LoadUnsafe(ref first, (nuint)at + (2 * Lanes.Width)));
                    d = AddSquare(d, Vector256.LoadUnsafe(ref first, (nuint)at + (3 * Lanes.Width)));
                }

                if (at < stop)
                {
                    // Only at the end of the vector.
                    a = AddSquare(a, LoadOrZero(values, at));
                    b = AddSquare(b, LoadOrZero(values, at + Lanes.Width));
                    c = AddSquare(c, LoadOrZero(values, at + (2 * Lanes.Width)));
                    d = AddSquare(d, LoadOrZero(values, at + (3 * Lanes.Width)));
                    at = stop;
                }
            }

            done = Math.Max(done, to);
        }

        total += Sum(a, b, c, d);
        return total > float.MaxValue ? double.PositiveInfinity : total;
    }

    /// <summary>Moves values that are further than <paramref name="radius"/> from the centre back onto the ball; others stay, to the bit.</summary>
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
        if (!(distance > radius))
        {
            return;
        }

        var factor = Vector256.Create((float)(radius / distance));
        for (var i = 0; i < values.Length; i += Lanes.Width)
        {
            var middle = Lanes.Load(center, i);
            Lanes.Store(Vector256.FusedMultiplyAdd(factor, Lanes.Load(values, i) - middle, middle), values, i);
        }
    }

    private static Vector256<float> LoadOrZero(ReadOnlySpan<float> values, long at) =>
        at < values.Length ? Lanes.Load(values, (int)at) : Vector256<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddSquare(Vector256<float> sum, Vector256<float> values) => Vector256.FusedMultiplyAdd(values, values, sum);

    private static double Sum(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        var (al, au) = Vector256.Widen(a);
        var (bl, bu) = Vector256.Widen(b);
        var (cl, cu) = Vector256.Widen(c);
        var (dl, du) = Vector256.Widen(d);
        return Vector256.Sum(al + au + (bl + bu) + (cl + cu + (dl + du)));
    }
}
