using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace StreamLearn.Learners.Networks.Kernels;

/// <summary>What going backward through a linear layer y = x W + b needs, besides <see cref="MatrixKernels"/>.</summary>
internal static unsafe class GradientKernels
{
    private const int Lanes = 8;

    /// <summary>dx = W d for one sample: the gradient by a linear layer's input.</summary>
    /// <param name="weights">W [<paramref name="inputs"/>, <paramref name="outputs"/>].</param>
    /// <param name="d">[<paramref name="outputs"/>], the gradient by the layer's output.</param>
    /// <param name="dx">[<paramref name="inputs"/>], written.</param>
    internal static void InputGradient(float* weights, float* d, float* dx, int inputs, int outputs)
    {
        if (outputs == 1)
        {
            Scale(weights, *d, dx, inputs);
            return;
        }

        var i = 0;
        if (outputs >= Lanes)
        {
            for (; i + 4 <= inputs; i += 4)
            {
                FourDots(weights + ((nint)i * outputs), d, dx + i, outputs);
            }
        }

        for (; i < inputs; i++)
        {
            dx[i] = MatrixKernels.Dot(weights + ((nint)i * outputs), d, outputs);
        }
    }

    /// <summary>G = xᵀ d for one sample: the gradient by a linear layer's weights, [<paramref name="inputs"/>, <paramref name="outputs"/>].</summary>
    internal static void OuterProduct(float* x, float* d, float* g, int inputs, int outputs) =>
        Outer<Written>(x, d, 1, g, inputs, outputs);

    /// <summary>
    /// P = P + factor xᵀ d, as if xᵀ d had been computed first and then added by the optimiser: the same bits, and what would not stay finite stays
    /// as it was.
    /// </summary>
    internal static void AddOuterProduct(float* x, float* d, float factor, float* p, int inputs, int outputs) =>
        Outer<Added>(x, d, factor, p, inputs, outputs);

    /// <summary>y = factor x.</summary>
    internal static void Scale(float* x, float factor, float* y, int length)
    {
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var wide = Vector512.Create(factor);
            for (; i + (2 * Lanes) <= length; i += 2 * Lanes)
            {
                (Vector512.Load(x + i) * wide).Store(y + i);
            }
        }

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

    /// <summary>p = p + factor x, as <see cref="AddOuterProduct"/> does.</summary>
    internal static void AddChecked(float* x, float factor, float* p, int length)
    {
        var one = 1f;
        Outer<Added>(&one, x, factor, p, 1, length);
    }

    /// <summary>Four rows of the product at a time, so that d is loaded once for them.</summary>
    private static void Outer<TUse>(float* x, float* d, float factor, float* p, int inputs, int outputs)
        where TUse : struct, IUse
    {
        if (outputs == 1)
        {
            // A column is a row.
            OuterRow<TUse>(*d, x, factor, p, inputs);
            return;
        }

        var i = 0;
        for (; i + 4 <= inputs; i += 4, p += 4 * (nint)outputs)
        {
            FourOuterRows<TUse>(x + i, d, factor, p, outputs);
        }

        for (; i < inputs; i++, p += outputs)
        {
            OuterRow<TUse>(x[i], d, factor, p, outputs);
        }
    }

    private static void FourOuterRows<TUse>(float* x, float* d, float factor, float* p, int length)
        where TUse : struct, IUse
    {
        float* p0 = p, p1 = p0 + length, p2 = p1 + length, p3 = p2 + length;
        var j = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var (x0, x1, x2, x3) = (Vector512.Create(x[0]), Vector512.Create(x[1]), Vector512.Create(x[2]), Vector512.Create(x[3]));
            var factors = Vector512.Create(factor);
            for (; j + (2 * Lanes) <= length; j += 2 * Lanes)
            {
                var dj = Vector512.Load(d + j);
                Use<TUse>(x0 * dj, factors, p0 + j);
                Use<TUse>(x1 * dj, factors, p1 + j);
                Use<TUse>(x2 * dj, factors, p2 + j);
                Use<TUse>(x3 * dj, factors, p3 + j);
            }
        }

        if (j + Lanes <= length)
        {
            var (x0, x1, x2, x3) = (Vector256.Create(x[0]), Vector256.Create(x[1]), Vector256.Create(x[2]), Vector256.Create(x[3]));
            var factors = Vector256.Create(factor);
            for (; j + Lanes <= length; j += Lanes)
            {
                var dj = Vector256.Load(d + j);
                Use<TUse>(x0 * dj, factors, p0 + j);
                Use<TUse>(x1 * dj, factors, p1 + j);
                Use<TUse>(x2 * dj, factors, p2 + j);
                Use<TUse>(x3 * dj, factors, p3 + j);
            }
        }

        if (j + (Lanes / 2) <= length)
        {
            var dj = Vector128.Load(d + j);
            var factors = Vector128.Create(factor);
            Use<TUse>(Vector128.Create(x[0]) * dj, factors, p0 + j);
            Use<TUse>(Vector128.Create(x[1]) * dj, factors, p1 + j);
            Use<TUse>(Vector128.Create(x[2]) * dj, factors, p2 + j);
            Use<TUse>(Vector128.Create(x[3]) * dj, factors, p3 + j);
            j += Lanes / 2;
        }

        for (; j < length; j++)
        {
            Use<TUse>(x[0] * d[j], factor, p0 + j);
            Use<TUse>(x[1] * d[j], factor, p1 + j);
            Use<TUse>(x[2] * d[j], factor, p2 + j);
            Use<TUse>(x[3] * d[j], factor, p3 + j);
        }
    }

    private static void OuterRow<TUse>(float x, float* d, float factor, float* p, int length)
        where TUse : struct, IUse
    {
        var j = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var (wideX, wideFactor) = (Vector512.Create(x), Vector512.Create(factor));
            for (; j + (2 * Lanes) <= length; j += 2 * Lanes)
            {
                Use<TUse>(wideX * Vector512.Load(d + j), wideFactor, p + j);
            }
        }

        var (xs, factors) = (Vector256.Create(x), Vector256.Create(factor));
        for (; j + Lanes <= length; j += Lanes)
        {
            Use<TUse>(xs * Vector256.Load(d + j), factors, p + j);
        }

        for (; j < length; j++)
        {
            Use<TUse>(x * d[j], factor, p + j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Use<TUse>(Vector512<float> product, Vector512<float> factor, float* p)
        where TUse : struct, IUse
    {
        if (TUse.Adds)
        {
            var old = Vector512.Load(p);
            var moved = Vector512.FusedMultiplyAdd(product, factor, old);
            product = Vector512.ConditionalSelect(Vector512.IsFinite(moved), moved, old);
        }

        product.Store(p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Use<TUse>(Vector256<float> product, Vector256<float> factor, float* p)
        where TUse : struct, IUse
    {
        if (TUse.Adds)
        {
            var old = Vector256.Load(p);
            var moved = Vector256.FusedMultiplyAdd(product, factor, old);
            product = Vector256.ConditionalSelect(Vector256.IsFinite(moved), moved, old);
        }

        product.Store(p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Use<TUse>(Vector128<float> product, Vector128<float> factor, float* p)
        where TUse : struct, IUse
    {
        if (TUse.Adds)
        {
            var old = Vector128.Load(p);
            var moved = Vector128.FusedMultiplyAdd(product, factor, old);
            product = Vector128.ConditionalSelect(Vector128.IsFinite(moved), moved, old);
        }

        product.Store(p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Use<TUse>(float product, float factor, float* p)
        where TUse : struct, IUse
    {
        if (TUse.Adds)
        {
            var moved = MathF.FusedMultiplyAdd(product, factor, *p);
            product = float.IsFinite(moved) ? moved : *p;
        }

        *p = product;
    }

    /// <summary>Four dot products with consecutive rows of at least eight columns.</summary>
    private static void FourDots(float* rows, float* d, float* dots, int columns)
    {
        float* w0 = rows, w1 = w0 + columns, w2 = w1 + columns, w3 = w2 + columns;
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        var j = 0;
        if (Vector512.IsHardwareAccelerated && columns >= 2 * Lanes)
        {
            Vector512<float> t0 = default, t1 = default, t2 = default, t3 = default;
            for (; j + (2 * Lanes) <= columns; j += 2 * Lanes)
            {
                var dj = Vector512.Load(d + j);
                t0 = Vector512.FusedMultiplyAdd(Vector512.Load(w0 + j), dj, t0);
                t1 = Vector512.FusedMultiplyAdd(Vector512.Load(w1 + j), dj, t1);
                t2 = Vector512.FusedMultiplyAdd(Vector512.Load(w2 + j), dj, t2);
                t3 = Vector512.FusedMultiplyAdd(Vector512.Load(w3 + j), dj, t3);
            }

            s0 = t0.GetLower() + t0.GetUpper();
            s1 = t1.GetLower() + t1.GetUpper();
            s2 = t2.GetLower() + t2.GetUpper();
            s3 = t3.GetLower() + t3.GetUpper();
        }

        for (; j + Lanes <= columns; j += Lanes)
        {
            var dj = Vector256.Load(d + j);
            s0 = Vector256.FusedMultiplyAdd(Vector256.Load(w0 + j), dj, s0);
            s1 = Vector256.FusedMultiplyAdd(Vector256.Load(w1 + j), dj, s1);
            s2 = Vector256.FusedMultiplyAdd(Vector256.Load(w2 + j), dj, s2);
            s3 = Vector256.FusedMultiplyAdd(Vector256.Load(w3 + j), dj, s3);
        }

        if (j < columns)
        {
            // The columns that do not fill a vector: the last vector of the row, with zeros where the sums have been already.
            var last = columns - Lanes;
            var isNew = Vector256.GreaterThanOrEqual(Vector256<int>.Indices, Vector256.Create(j - last)).AsSingle();
            var dj = Vector256.Load(d + last) & isNew;
            s0 = Vector256.FusedMultiplyAdd(Vector256.Load(w0 + last), dj, s0);
            s1 = Vector256.FusedMultiplyAdd(Vector256.Load(w1 + last), dj, s1);
            s2 = Vector256.FusedMultiplyAdd(Vector256.Load(w2 + last), dj, s2);
            s3 = Vector256.FusedMultiplyAdd(Vector256.Load(w3 + last), dj, s3);
        }

        if (Avx.IsSupported)
        {
            // Pairs of lanes are added side by side, of all four at once.
            var pairs = Avx.HorizontalAdd(Avx.HorizontalAdd(s0, s1), Avx.HorizontalAdd(s2, s3));
            (pairs.GetLower() + pairs.GetUpper()).Store(dots);
        }
        else
        {
            dots[0] = MatrixKernels.Sum(s0);
            dots[1] = MatrixKernels.Sum(s1);
            dots[2] = MatrixKernels.Sum(s2);
            dots[3] = MatrixKernels.Sum(s3);
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

    /// <summary>What becomes of an outer product; known to the compiler, which makes a kernel of each.</summary>
    private interface IUse
    {
        /// <summary>Whether it is added, times a factor, to what is there.</summary>
        static abstract bool Adds { get; }
    }

    private readonly struct Written : IUse
    {
        public static bool Adds => false;
    }

    private readonly struct Added : IUse
    {
        public static bool Adds => true;
    }
}
