using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Networks.Kernels;

/// <summary>
/// exp, sigmoid and tanh of eight numbers at once, the last two of sixteen too. Each lane's result depends on its own input only, so a number has the same bits wherever
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

    // So far that the power of two would not fit. Native minima and maxima here and below lose NaN, which is put back at the end.
    private const float Furthest = 100;

    /// <summary>e^y. NaN stays NaN; below -86.9, where it is less than 2e-38: 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Exp(Vector256<float> y)
    {
        var (fraction, power) = Split(Vector256.MinNative(Vector256.MaxNative(y, Vector256.Create(-Furthest)), Vector256.Create(Furthest)));
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
        var e = ExpOfNegative(-Vector256.Abs(x));
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
        var e = ExpOfNegative(-Vector256.Abs(x));
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
        return Vector256.FusedMultiplyAdd(sum, s * Vector256.Create(2f), Vector256.MaxNative(x, Vector256<float>.Zero));
    }

    /// <summary>tanh x, accurate relative to itself near zero too; odd, to the sign of zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Tanh(Vector256<float> x)
    {
        // With m = e^(-2|x|) - 1, which keeps its digits near zero: |tanh x| = -m / (2 + m).
        var y = Vector256.MaxNative(Vector256.Abs(x) * Vector256.Create(-2f), Vector256.Create(SmallestExponent));
        var (fraction, half) = Split(y);
        var power = half * Vector256.Create(2f);
        var m = Vector256.FusedMultiplyAdd(fraction, power, power - Vector256<float>.One);
        var result = Vector256.ConditionalSelect(Vector256.Create(-0f), x, -m / (Vector256.Create(2f) + m));
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), result, x);
    }

    /// <summary>The bits of <see cref="Sigmoid(Vector256{float})"/> in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Sigmoid(Vector512<float> x)
    {
        var e = ExpOfNegative(-Vector512.Abs(x));
        var numerator = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), e, Vector512<float>.One);
        return numerator / (Vector512<float>.One + e);
    }

    /// <summary>The bits of <see cref="Tanh(Vector256{float})"/> in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Tanh(Vector512<float> x)
    {
        var y = Vector512.MaxNative(Vector512.Abs(x) * Vector512.Create(-2f), Vector512.Create(SmallestExponent));
        var (fraction, half) = Split(y);
        var power = half * Vector512.Create(2f);
        var m = Vector512.FusedMultiplyAdd(fraction, power, power - Vector512<float>.One);
        var result = Vector512.ConditionalSelect(Vector512.Create(-0f), x, -m / (Vector512.Create(2f) + m));
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), result, x);
    }

    /// <summary>The bits of <see cref="Exp"/> for y that is not above 0, or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ExpOfNegative(Vector256<float> y)
    {
        var (fraction, power) = Split(Vector256.MaxNative(y, Vector256.Create(-Furthest)));
        var result = Vector256.FusedMultiplyAdd(fraction, power, power) * Vector256.Create(2f);
        result = Vector256.ConditionalSelect(Vector256.LessThan(y, Vector256.Create(SmallestExponent)), Vector256<float>.Zero, result);
        return Vector256.ConditionalSelect(Vector256.Equals(y, y), result, y);
    }

    /// <summary>
    /// e^r - 1, and 2^(n-1), of y between ±<see cref="Furthest"/>: half the power, so that n = 128, whose float would be infinite, is still exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Fraction, Vector256<float> HalfPower) Split(Vector256<float> y)
    {
        // ln 2 in two parts, the first with few enough digits that its product with n is exact.
        const float Log2E = 1.44269504f, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;
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

    /// <inheritdoc cref="ExpOfNegative(Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ExpOfNegative(Vector512<float> y)
    {
        var (fraction, power) = Split(Vector512.MaxNative(y, Vector512.Create(-Furthest)));
        var result = Vector512.FusedMultiplyAdd(fraction, power, power) * Vector512.Create(2f);
        result = Vector512.ConditionalSelect(Vector512.LessThan(y, Vector512.Create(SmallestExponent)), Vector512<float>.Zero, result);
        return Vector512.ConditionalSelect(Vector512.Equals(y, y), result, y);
    }

    /// <inheritdoc cref="Split(Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Fraction, Vector512<float> HalfPower) Split(Vector512<float> y)
    {
        const float Log2E = 1.44269504f, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;
        var n = Vector512.Round(y * Vector512.Create(Log2E));
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2High), y);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Low), r);

        var sum = Vector512.Create(1f / 5040);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 720));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 120));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 24));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 6));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(0.5f));
        var fraction = Vector512.FusedMultiplyAdd(sum * r, r, r);

        var exponent = Vector512.ConvertToInt32Native(n) + Vector512.Create(126);
        exponent = Vector512.Max(exponent, Vector512<int>.Zero);
        return (fraction, Vector512.ShiftLeft(exponent, 23).AsSingle());
    }
}
