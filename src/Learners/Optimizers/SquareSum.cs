using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Optimizers;

/// <summary>A sum of squares of floats in double precision, in a fixed order.</summary>
internal struct SquareSum
{
    private Vector256<double> _lower;
    private Vector256<double> _upper;

    /// <summary>The sum so far.</summary>
    internal readonly double Total => Vector256.Sum(_lower + _upper);

    /// <summary>Adds eight squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Vector256<float> values)
    {
        var (lower, upper) = Vector256.Widen(values);
        _lower = Vector256.FusedMultiplyAdd(lower, lower, _lower);
        _upper = Vector256.FusedMultiplyAdd(upper, upper, _upper);
    }
}
