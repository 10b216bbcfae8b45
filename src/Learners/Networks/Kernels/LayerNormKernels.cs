using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Networks.Kernels;

/// <summary>
/// Layer normalisation y = g (x - mean) / sqrt(variance + eps) + b over each row, with the population's variance.
/// Ba, Kiros and Hinton 2016, "Layer Normalization", equation 4.
/// </summary>
internal static unsafe class LayerNormKernels
{
    private const int Lanes = 8;

    /// <summary>Added to the variance; PyTorch's default.</summary>
    internal const float Epsilon = 1e-5f;

    /// <summary>Normalises x [rows, width] in place and writes y; keeps 1 / sqrt(variance + eps) of each row for the way back.</summary>
    internal static void Forward(float* x, float* gain, float* bias, float* y, float* inverseDeviation, int rows, int width)
    {
        for (var row = 0; row < rows; row++, x += width, y += width)
        {
            var mean = (float)(Sum(x, width) / width);
            var shift = Vector256.Create(mean);
            var i = 0;
            for (; i + Lanes <= width; i += Lanes)
            {
                (Vector256.Load(x + i) - shift).Store(x + i);
            }

            for (; i < width; i++)
            {
                x[i] -= mean;
            }

            var inverse = 1 / MathF.Sqrt((MatrixKernels.Dot(x, x, width) / width) + Epsilon);
            inverseDeviation[row] = inverse;
            var scale = Vector256.Create(inverse);
            for (i = 0; i + Lanes <= width; i += Lanes)
            {
                var normal = Vector256.Load(x + i) * scale;
                normal.Store(x + i);
                Vector256.FusedMultiplyAdd(normal, Vector256.Load(gain + i), Vector256.Load(bias + i)).Store(y + i);
            }

            for (; i < width; i++)
            {
                x[i] *= inverse;
                y[i] = MathF.FusedMultiplyAdd(x[i], gain[i], bias[i]);
            }
        }
    }

    /// <summary>
    /// Turns d, the gradient by y, into that by the row before normalisation, and writes the gradients of gain and bias.
    /// </summary>
    /// <param name="normal">The normalised rows that <see cref="Forward"/> left in its x.</param>
    internal static void Backward(
        float* normal, float* gain, float* inverseDeviation, float* d, float* gainGradient, float* biasGradient, int rows, int width)
    {
        GradientKernels.SumRows(d, biasGradient, rows, width);
        new Span<float>(gainGradient, width).Clear();
        for (var row = 0; row < rows; row++, normal += width, d += width)
        {
            for (var i = 0; i < width; i++)
            {
                gainGradient[i] = MathF.FusedMultiplyAdd(d[i], normal[i], gainGradient[i]);
                d[i] *= gain[i];
            }

            // dx = (d - mean(d) - normal mean(d normal)) / deviation
            var mean = (float)(Sum(d, width) / width);
            var slope = MatrixKernels.Dot(d, normal, width) / width;
            var inverse = inverseDeviation[row];
            for (var i = 0; i < width; i++)
            {
                d[i] = (d[i] - mean - (normal[i] * slope)) * inverse;
            }
        }
    }

    /// <summary>
    /// In double precision: a mean that is off by a rounding would be, in a row of equal numbers, all that is left of it, and be blown up
    /// to the size of a deviation.
    /// </summary>
    private static double Sum(float* x, int length)
    {
        Vector256<double> lower = default, upper = default;
        var i = 0;
        for (; i + Lanes <= length; i += Lanes)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(x + i));
            lower += low;
            upper += high;
        }

        var sum = Vector256.Sum(lower + upper);
        for (; i < length; i++)
        {
            sum += x[i];
        }

        return sum;
    }
}
