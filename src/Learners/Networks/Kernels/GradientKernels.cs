using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace StreamLearn.Learners.Networks.Kernels;

/// <summary>What going backward through a linear layer y = x W + b needs, besides <see cref="MatrixKernels"/>.</summary>
internal static unsafe class GradientKernels
{
    private const int Lanes = 8;

    /// <summary>
    /// Backward through a linear layer for one sample, in one pass over its weights: dW = xᵀ d, db = d, and dx = d Wᵀ where it is asked for.
    /// </summary>
    /// <param name="x">[<paramref name="inputs"/>], the layer's input.</param>
    /// <param name="d">[<paramref name="outputs"/>], the gradient by its output.</param>
    /// <param name="weights">W [<paramref name="inputs"/>, <paramref name="outputs"/>].</param>
    /// <param name="weightGradient">dW, written.</param>
    /// <param name="biasGradient">db, written.</param>
    /// <param name="dx">[<paramref name="inputs"/>], written; null: not wanted.</param>
    internal static void BackwardRow(
        float* x, float* d, float* weights, float* weightGradient, float* biasGradient, float* dx, int inputs, int outputs)
    {
        Unsafe.CopyBlockUnaligned(biasGradient, d, (uint)outputs * sizeof(float));
        if (outputs == 1)
        {
            Scale(x, *d, weightGradient, inputs);
            if (dx is not null)
            {
                Scale(weights, *d, dx, inputs);
            }
        }
        else if (outputs < Lanes)
        {
            BackwardRowNarrow(x, d, weights, weightGradient, dx, inputs, outputs);
        }
        else if (dx is null)
        {
            for (var i = 0; i < inputs; i++)
            {
                Scale(d, x[i], weightGradient + ((nint)i * outputs), outputs);
            }
        }
        else
        {
            BackwardRowWide(x, d, weights, weightGradient, dx, inputs, outputs);
        }
    }

    /// <summary>y = factor x.</summary>
    internal static void Scale(float* x, float factor, float* y, int length)
    {
        var i = 0;
        var factors = Vector256.Create(factor);
        for (; i + Lanes <= length; i += Lanes)
        {
            (Vector256.Load(x + i) * factors).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] = x[i] * factor;
        }
    }

    /// <summary>y = y + factor x.</summary>
    internal static void AddScaled(float* x, float factor, float* y, int length)
    {
        var i = 0;
        var factors = Vector256.Create(factor);
        for (; i + Lanes <= length; i += Lanes)
        {
            Vector256.FusedMultiplyAdd(Vector256.Load(x + i), factors, Vector256.Load(y + i)).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] = MathF.FusedMultiplyAdd(x[i], factor, y[i]);
        }
    }

    /// <summary>sums[j] = the sum over rows of d[row, j], in the order of the rows.</summary>
    internal static void SumRows(float* d, float* sums, int rows, int columns)
    {
        var j = 0;
        for (; j + Lanes <= columns; j += Lanes)
        {
            var sum = Vector256.Load(d + j);
            for (var row = 1; row < rows; row++)
            {
                sum += Vector256.Load(d + ((nint)row * columns) + j);
            }

            sum.Store(sums + j);
        }

        for (; j < columns; j++)
        {
            var sum = d[j];
            for (var row = 1; row < rows; row++)
            {
                sum += d[((nint)row * columns) + j];
            }

            sums[j] = sum;
        }
    }

    /// <summary>Writes the transpose of A [<paramref name="rows"/>, <paramref name="columns"/>].</summary>
    internal static void Transpose(float* a, float* transposed, int rows, int columns)
    {
        var i = 0;
        if (Avx.IsSupported && columns >= Lanes)
        {
            for (; i + Lanes <= rows; i += Lanes)
            {
                for (var column = 0; column < columns; column += Lanes)
                {
                    var j = Math.Min(column, columns - Lanes);
                    TransposeEight(a + ((nint)i * columns) + j, columns, transposed + ((nint)j * rows) + i, rows);
                }
            }
        }

        for (; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                transposed[((nint)j * rows) + i] = a[((nint)i * columns) + j];
            }
        }
    }

    private static void BackwardRowWide(
        float* x, float* d, float* weights, float* weightGradient, float* dx, int inputs, int outputs)
    {
        // The columns that do not fill a vector: the last vector of the row, with zeros where the sums have been already.
        var whole = outputs & ~(Lanes - 1);
        var last = outputs - Lanes;
        var lastD = Vector256.Load(d + last);
        var isNew = Vector256.GreaterThanOrEqual(Vector256<int>.Indices, Vector256.Create(whole - last)).AsSingle();
        var newD = lastD & isNew;
        var i = 0;
        for (; i + 4 <= inputs; i += 4)
        {
            float* w0 = weights + ((nint)i * outputs), w1 = w0 + outputs, w2 = w1 + outputs, w3 = w2 + outputs;
            float* g0 = weightGradient + ((nint)i * outputs), g1 = g0 + outputs, g2 = g1 + outputs, g3 = g2 + outputs;
            var x0 = Vector256.Create(x[i]);
            var x1 = Vector256.Create(x[i + 1]);
            var x2 = Vector256.Create(x[i + 2]);
            var x3 = Vector256.Create(x[i + 3]);
            Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (var j = 0; j < whole; j += Lanes)
            {
                var dj = Vector256.Load(d + j);
                s0 = Vector256.FusedMultiplyAdd(Vector256.Load(w0 + j), dj, s0);
                s1 = Vector256.FusedMultiplyAdd(Vector256.Load(w1 + j), dj, s1);
                s2 = Vector256.FusedMultiplyAdd(Vector256.Load(w2 + j), dj, s2);
                s3 = Vector256.FusedMultiplyAdd(Vector256.Load(w3 + j), dj, s3);
                (x0 * dj).Store(g0 + j);
                (x1 * dj).Store(g1 + j);
                (x2 * dj).Store(g2 + j);
                (x3 * dj).Store(g3 + j);
            }

            if (whole < outputs)
            {
                s0 = Vector256.FusedMultiplyAdd(Vector256.Load(w0 + last), newD, s0);
                s1 = Vector256.FusedMultiplyAdd(Vector256.Load(w1 + last), newD, s1);
                s2 = Vector256.FusedMultiplyAdd(Vector256.Load(w2 + last), newD, s2);
                s3 = Vector256.FusedMultiplyAdd(Vector256.Load(w3 + last), newD, s3);
                (x0 * lastD).Store(g0 + last);
                (x1 * lastD).Store(g1 + last);
                (x2 * lastD).Store(g2 + last);
                (x3 * lastD).Store(g3 + last);
            }

            dx[i] = MatrixKernels.Sum(s0);
            dx[i + 1] = MatrixKernels.Sum(s1);
            dx[i + 2] = MatrixKernels.Sum(s2);
            dx[i + 3] = MatrixKernels.Sum(s3);
        }

        for (; i < inputs; i++)
        {
            dx[i] = MatrixKernels.Dot(weights + ((nint)i * outputs), d, outputs);
            Scale(d, x[i], weightGradient + ((nint)i * outputs), outputs);
        }
    }

    private static void BackwardRowNarrow(float* x, float* d, float* weights, float* weightGradient, float* dx, int inputs, int outputs)
    {
        for (var i = 0; i < inputs; i++)
        {
            var sum = 0f;
            for (var j = 0; j < outputs; j++)
            {
                sum = MathF.FusedMultiplyAdd(weights[j], d[j], sum);
                weightGradient[j] = x[i] * d[j];
            }

            weights += outputs;
            weightGradient += outputs;
            if (dx is not null)
            {
                dx[i] = sum;
            }
        }
    }

    /// <summary>An 8 x 8 block by the usual network of interleavings.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeEight(float* a, nint aRow, float* t, nint tRow)
    {
        var r0 = Vector256.Load(a);
        var r1 = Vector256.Load(a + aRow);
        var r2 = Vector256.Load(a + (2 * aRow));
        var r3 = Vector256.Load(a + (3 * aRow));
        var r4 = Vector256.Load(a + (4 * aRow));
        var r5 = Vector256.Load(a + (5 * aRow));
        var r6 = Vector256.Load(a + (6 * aRow));
        var r7 = Vector256.Load(a + (7 * aRow));

        // Pairs, then fours, within each half; then the halves change places.
        var (p0, p1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (p2, p3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        var (p4, p5) = (Avx.UnpackLow(r4, r5), Avx.UnpackHigh(r4, r5));
        var (p6, p7) = (Avx.UnpackLow(r6, r7), Avx.UnpackHigh(r6, r7));
        var (q0, q1) = (Avx.Shuffle(p0, p2, 0x44), Avx.Shuffle(p0, p2, 0xEE));
        var (q2, q3) = (Avx.Shuffle(p1, p3, 0x44), Avx.Shuffle(p1, p3, 0xEE));
        var (q4, q5) = (Avx.Shuffle(p4, p6, 0x44), Avx.Shuffle(p4, p6, 0xEE));
        var (q6, q7) = (Avx.Shuffle(p5, p7, 0x44), Avx.Shuffle(p5, p7, 0xEE));
        Avx.Permute2x128(q0, q4, 0x20).Store(t);
        Avx.Permute2x128(q1, q5, 0x20).Store(t + tRow);
        Avx.Permute2x128(q2, q6, 0x20).Store(t + (2 * tRow));
        Avx.Permute2x128(q3, q7, 0x20).Store(t + (3 * tRow));
        Avx.Permute2x128(q0, q4, 0x31).Store(t + (4 * tRow));
        Avx.Permute2x128(q1, q5, 0x31).Store(t + (5 * tRow));
        Avx.Permute2x128(q2, q6, 0x31).Store(t + (6 * tRow));
        Avx.Permute2x128(q3, q7, 0x31).Store(t + (7 * tRow));
    }
}
