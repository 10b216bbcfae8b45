using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Networks.Kernels;

/// <summary>
/// exp, sigmoid and tanh of eight numbers at once. Each lane's result depends on its own input only, so a number has the same bits wherever
/// it stands in a row and however long the row is: what library calls over spans do not promise.
/// </summary>
/// <remarks>
/// e^y = 2^n e^r with n = round(y / ln 2), |r| at most 0.3466, and e^r - 1 as its Taylor polynomial of degree 7, whose remainder (r^8 / 8!,
/// below 5.2e-9) lies under half a unit in the last place. Largest errors, measured by the tests: 1.2 units in the last place of exp, 2e-7
/// relative to themselves of sigmoid and tanh.
/// </remarks>
internal static class VectorMath
{
    // Above the first (a few floats early) e^y is infinite. Below the second, which is as far as the power of two goes, it counts as 0: it
    // is then less than 2e-38, where normal floats end.
    private const float LargestExponent = 88.7228f;
    private const float SmallestExponent = -86.9f;

    /// <summary>e^y. NaN stays NaN; below -86.9, where it is less than 2e-38: 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Exp(Vector256<float> y)
    {
        var (fraction, power) = Split(y);
        var result = Vector256.FusedMultiplyAdd(fraction, power, power) * Vector256.Create(2f);
        result = Vector256.ConditionalSelect(Vector256.LessThan(y, Vector256.Create(SmallestExponent)), Vector256<float>.Zero, result);
        result = Vector256.ConditionalSelect(
            Vector256.GreaterThan(y, Vector256.Create(LargestExponent)), Vector256.Create(float.PositiveInfinity), result);
        return Vector256.ConditionalSelect(Vector256.Equals(y, y), result, y);
    }

    /// <summary>1 / (1 + e^-x), accurate relative to itself where it is small too; below x = -86.9: 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Sigmoid(Vector256<float> x)
    {
        // With e = e^-|x|, which cannot overflow: 1 / (1 + e) for x >= 0, e / (1 + e) below.
        var e = Exp(-Vector256.Abs(x));
        var numerator = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), e, Vector256<float>.One);
        return numerator / (Vector256<float>.One + e);
    }

    /// <summary>ln(1 + e^x), accurate relative to itself down to x = -86.9.</summary>
    /// <remarks>
    /// max(x, 0) + ln(1 + e), e = e^-|x|; ln(1 + e) = 2 artanh s, s = e / (2 + e), at most 1/3, whose series ends after s^15 / 15.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Softplus(Vector256<float> x)
    {
        var e = Exp(-Vector256.Abs(x));
        var s = e / (Vector256.Create(2f) + e);
        var square = s * s;
        var sum = Vector256.Create(1f / 15);
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(1f / 13));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(1f / 11));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(1f / 9));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(1f / 7));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(1f / 5));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(1f / 3));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256<float>.One);
        return Vector256.FusedMultiplyAdd(sum, s * Vector256.Create(2f), Vector256.Max(x, Vector256<float>.Zero));
    }

    /// <summary>tanh x, accurate relative to itself near zero too; odd, to the sign of zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Tanh(Vector256<float> x)
    {
        // With m = e^(-2|x|) - 1, which keeps its digits near zero: |tanh x| = -m / (2 + m).
        var y = Vector256.Max(Vector256.Abs(x) * Vector256.Create(-2f), Vector256.Create(SmallestExponent));
        var (fraction, half) = Split(y);
        var power = half * Vector256.Create(2f);
        var m = Vector256.FusedMultiplyAdd(fraction, power, power - Vector256<float>.One);
        var result = Vector256.ConditionalSelect(Vector256.Create(-0f), x, -m / (Vector256.Create(2f) + m));
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), result, x);
    }

    /// <summary>e^r - 1, and 2^(n-1): half the power, so that n = 128, whose float would be infinite, is still exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Fraction, Vector256<float> HalfPower) Split(Vector256<float> y)
    {
        // ln 2 in two parts, the first with few enough digits that its product with n is exact.
        const float Log2E = 1.44269504f, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;
        y = Vector256.Min(Vector256.Max(y, Vector256.Create(-100f)), Vector256.Create(100f));
        var n = Vector256.Round(y * Vector256.Create(Log2E));
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), y);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), r);

        var sum = Vector256.Create(1f / 5040);
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 720));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 120));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 24));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 6));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(0.5f));
        var fraction = Vector256.FusedMultiplyAdd(sum * r, r, r);

        var exponent = Vector256.ConvertToInt32Native(n) + Vector256.Create(126);
        exponent = Vector256.Max(exponent, Vector256<int>.Zero);
        return (fraction, Vector256.ShiftLeft(exponent, 23).AsSingle());
    }
}
