using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Networks.Kernels;

/// <summary>
/// Products of small matrices, the only arithmetic of a layer that costs. All matrices are row-major and dense; pointers are to memory that
/// does not move.
/// </summary>
/// <remarks>
/// <para><b>Bits.</b> Every element of a product is one chain of fused multiply-adds over k in ascending order, starting from the bias (one
/// output column is a dot product, in an order that depends on k only, unless A is given by its transpose). Neither the number of rows
/// nor how the work is cut into registers is in it: a row of a batch of 256 has the bits that it has alone.</para>
/// <para><b>Edges.</b> Where the columns do not fill whole vectors, the last vector starts further left and computes some columns again:
/// they are the same bits, and no masks or scalar tails are needed.</para>
/// <para><b>Registers.</b> A tile is 4 rows x 2 vectors: 8 independent chains hide the latency of the multiply-add (4 cycles, 2 a cycle). A
/// single row takes 8 vectors at a time for the same reason. Where AVX-512 is to be had, tiles are 8 rows x 2 vectors of twice the width, and
/// the two to seven rows that are left are a tile of 4 rows.</para>
/// </remarks>
internal static unsafe class MatrixKernels
{
    private const int Lanes = 8;

    /// <summary>C = bias + A B, optionally with everything below zero set to zero.</summary>
    /// <param name="a">
    /// A [<paramref name="m"/>, <paramref name="k"/>]: element (i, p) at i <paramref name="aRow"/> + p <paramref name="aColumn"/>.
    /// </param>
    /// <param name="aRow">Distance between rows of A.</param>
    /// <param name="aColumn">Distance between columns of A: 1, or A is given by its transpose.</param>
    /// <param name="b">B [<paramref name="k"/>, <paramref name="n"/>].</param>
    /// <param name="bias">[<paramref name="n"/>], added to every row; null: none. Not in <paramref name="c"/>.</param>
    /// <param name="c">C [<paramref name="m"/>, <paramref name="n"/>], written.</param>
    internal static void Multiply(
        float* a, nint aRow, nint aColumn, float* b, float* bias, float* c, int m, int k, int n, bool rectify = false)
    {
        if (n == 1)
        {
            MultiplyByColumn(a, aRow, aColumn, b, bias, c, m, k, rectify);
            return;
        }

        if (n < 4)
        {
            MultiplyNarrow(a, aRow, aColumn, b, bias, c, m, k, n, rectify);
            return;
        }

        var row = 0;
        if (Vector512.IsHardwareAccelerated && n >= 2 * Lanes)
        {
            for (; row + 8 <= m; row += 8)
            {
                for (var column = 0; column < n; column += 4 * Lanes)
                {
                    var first = n < 4 * Lanes ? 0 : Math.Min(column, n - (4 * Lanes));
                    var second = n < 4 * Lanes ? n - (2 * Lanes) : first + (2 * Lanes);
                    WideTile(a + (row * aRow), aRow, aColumn, b, bias, c + ((nint)row * n), k, n, first, second, rectify);
                }
            }
        }

        if (Vector512.IsHardwareAccelerated && n >= 2 * Lanes)
        {
            // From two rows on: their chains go on while each waits for itself.
            for (; row + 2 <= m; row += 4)
            {
                for (var column = 0; column < n; column += 4 * Lanes)
                {
                    var first = n < 4 * Lanes ? 0 : Math.Min(column, n - (4 * Lanes));
                    var second = n < 4 * Lanes ? n - (2 * Lanes) : first + (2 * Lanes);
                    WideHalfTile(a + (row * aRow), aRow, aColumn, b, bias, c + ((nint)row * n), Math.Min(4, m - row), k, n, first, second, rectify);
                }
            }
        }
        else if (n >= Lanes)
        {
            for (; row + 4 <= m; row += 4)
            {
                for (var column = 0; column < n; column += 2 * Lanes)
                {
                    // The last tile of the row starts where it ends with the row.
                    var first = n < 2 * Lanes ? 0 : Math.Min(column, n - (2 * Lanes));
                    var second = n < 2 * Lanes ? n - Lanes : first + Lanes;
                    Tile(a + (row * aRow), aRow, aColumn, b, bias, c + ((nint)row * n), k, n, first, second, rectify);
                }
            }
        }

        for (; row < m; row++)
        {
            MultiplyRow(a + (row * aRow), aColumn, b, bias, c + ((nint)row * n), k, n, rectify);
        }
    }

    /// <summary>One row of <see cref="Multiply"/> with at least four columns.</summary>
    private static void MultiplyRow(float* a, nint aColumn, float* b, float* bias, float* c, int k, int n, bool rectify)
    {
        if (Vector512.IsHardwareAccelerated && n > 8 * Lanes)
        {
            for (var column = 0; column < n; column += 16 * Lanes)
            {
                var first = n < 16 * Lanes ? 0 : Math.Min(column, n - (16 * Lanes));
                var second = n < 16 * Lanes ? n - (8 * Lanes) : first + (8 * Lanes);
                WideRowOfEight(a, aColumn, b, bias, c, k, n, first, second, rectify);
            }
        }
        else if (Vector512.IsHardwareAccelerated && n >= 4 * Lanes)
        {
            WideRowOfFour(a, aColumn, b, bias, c, k, n, 0, n - (4 * Lanes), rectify);
        }
        else if (n >= 4 * Lanes)
        {
            for (var column = 0; column < n; column += 8 * Lanes)
            {
                var first = n < 8 * Lanes ? 0 : Math.Min(column, n - (8 * Lanes));
                var second = n < 8 * Lanes ? n - (4 * Lanes) : first + (4 * Lanes);
                RowOfEight(a, aColumn, b, bias, c, k, n, first, second, rectify);
            }
        }
        else if (n >= 2 * Lanes)
        {
            RowOfFour(a, aColumn, b, bias, c, k, n, 0, n - (2 * Lanes), rectify);
        }
        else if (n >= Lanes)
        {
            RowOfTwo(a, aColumn, b, bias, c, k, n, 0, n - Lanes, rectify);
        }
        else
        {
            RowOfTwoHalves(a, aColumn, b, bias, c, k, n, 0, n - (Lanes / 2), rectify);
        }
    }

    /// <summary>8 rows x 2 vectors of 16 numbers: the registers of AVX-512 hold 16 chains, and each loaded number serves more of them.</summary>
    private static void WideTile(
        float* a, nint aRow, nint aColumn, float* b, float* bias, float* c, int k, int n, int first, int second, bool rectify)
    {
        var c00 = WideStart(bias, first);
        var c01 = WideStart(bias, second);
        var (c10, c11, c20, c21, c30, c31) = (c00, c01, c00, c01, c00, c01);
        var (c40, c41, c50, c51, c60, c61, c70, c71) = (c00, c01, c00, c01, c00, c01, c00, c01);
        var (two, three) = (2 * aRow, 3 * aRow);
        var lower = a + (4 * aRow);
        float* b0 = b + first, b1 = b + second;
        for (var p = 0; p < k; p++)
        {
            var left = Vector512.Load(b0);
            var right = Vector512.Load(b1);
            var x = Vector512.Create(*a);
            c00 = Vector512.FusedMultiplyAdd(x, left, c00);
            c01 = Vector512.FusedMultiplyAdd(x, right, c01);
            x = Vector512.Create(*(a + aRow));
            c10 = Vector512.FusedMultiplyAdd(x, left, c10);
            c11 = Vector512.FusedMultiplyAdd(x, right, c11);
            x = Vector512.Create(*(a + two));
            c20 = Vector512.FusedMultiplyAdd(x, left, c20);
            c21 = Vector512.FusedMultiplyAdd(x, right, c21);
            x = Vector512.Create(*(a + three));
            c30 = Vector512.FusedMultiplyAdd(x, left, c30);
            c31 = Vector512.FusedMultiplyAdd(x, right, c31);
            x = Vector512.Create(*lower);
            c40 = Vector512.FusedMultiplyAdd(x, left, c40);
            c41 = Vector512.FusedMultiplyAdd(x, right, c41);
            x = Vector512.Create(*(lower + aRow));
            c50 = Vector512.FusedMultiplyAdd(x, left, c50);
            c51 = Vector512.FusedMultiplyAdd(x, right, c51);
            x = Vector512.Create(*(lower + two));
            c60 = Vector512.FusedMultiplyAdd(x, left, c60);
            c61 = Vector512.FusedMultiplyAdd(x, right, c61);
            x = Vector512.Create(*(lower + three));
            c70 = Vector512.FusedMultiplyAdd(x, left, c70);
            c71 = Vector512.FusedMultiplyAdd(x, right, c71);
            a += aColumn;
            lower += aColumn;
            b0 += n;
            b1 += n;
        }

        Finish(c00, rectify).Store(c + first);
        Finish(c01, rectify).Store(c + second);
        c += n;
        Finish(c10, rectify).Store(c + first);
        Finish(c11, rectify).Store(c + second);
        c += n;
        Finish(c20, rectify).Store(c + first);
        Finish(c21, rectify).Store(c + second);
        c += n;
        Finish(c30, rectify).Store(c + first);
        Finish(c31, rectify).Store(c + second);
        c += n;
        Finish(c40, rectify).Store(c + first);
        Finish(c41, rectify).Store(c + second);
        c += n;
        Finish(c50, rectify).Store(c + first);
        Finish(c51, rectify).Store(c + second);
        c += n;
        Finish(c60, rectify).Store(c + first);
        Finish(c61, rectify).Store(c + second);
        c += n;
        Finish(c70, rectify).Store(c + first);
        Finish(c71, rectify).Store(c + second);
    }

    /// <summary>Up to 4 rows x 2 vectors of 16 numbers. Rows that are missing repeat the last one: they are the same bits.</summary>
    private static void WideHalfTile(
        float* a, nint aRow, nint aColumn, float* b, float* bias, float* c, int rows, int k, int n, int first, int second, bool rectify)
    {
        var c00 = WideStart(bias, first);
        var c01 = WideStart(bias, second);
        var (c10, c11, c20, c21, c30, c31) = (c00, c01, c00, c01, c00, c01);
        float* a0 = a, a1 = a + aRow, a2 = a + (Math.Min(2, rows - 1) * aRow), a3 = a + ((rows - 1) * aRow);
        float* b0 = b + first, b1 = b + second;
        for (var p = 0; p < k; p++)
        {
            var left = Vector512.Load(b0);
            var right = Vector512.Load(b1);
            var x = Vector512.Create(*a0);
            c00 = Vector512.FusedMultiplyAdd(x, left, c00);
            c01 = Vector512.FusedMultiplyAdd(x, right, c01);
            x = Vector512.Create(*a1);
            c10 = Vector512.FusedMultiplyAdd(x, left, c10);
            c11 = Vector512.FusedMultiplyAdd(x, right, c11);
            x = Vector512.Create(*a2);
            c20 = Vector512.FusedMultiplyAdd(x, left, c20);
            c21 = Vector512.FusedMultiplyAdd(x, right, c21);
            x = Vector512.Create(*a3);
            c30 = Vector512.FusedMultiplyAdd(x, left, c30);
            c31 = Vector512.FusedMultiplyAdd(x, right, c31);
            a0 += aColumn;
            a1 += aColumn;
            a2 += aColumn;
            a3 += aColumn;
            b0 += n;
            b1 += n;
        }

        Finish(c00, rectify).Store(c + first);
        Finish(c01, rectify).Store(c + second);
        c += n;
        Finish(c10, rectify).Store(c + first);
        Finish(c11, rectify).Store(c + second);
        c += rows > 2 ? n : 0;
        Finish(c20, rectify).Store(c + first);
        Finish(c21, rectify).Store(c + second);
        c += rows > 3 ? n : 0;
        Finish(c30, rectify).Store(c + first);
        Finish(c31, rectify).Store(c + second);
    }

    private static void WideRowOfEight(
        float* a, nint aColumn, float* b, float* bias, float* c, int k, int n, int first, int second, bool rectify)
    {
        var c0 = WideStart(bias, first);
        var c1 = WideStart(bias, first + (2 * Lanes));
        var c2 = WideStart(bias, first + (4 * Lanes));
        var c3 = WideStart(bias, first + (6 * Lanes));
        var c4 = WideStart(bias, second);
        var c5 = WideStart(bias, second + (2 * Lanes));
        var c6 = WideStart(bias, second + (4 * Lanes));
        var c7 = WideStart(bias, second + (6 * Lanes));
        float* b0 = b + first, b1 = b + second;
        for (var p = 0; p < k; p++)
        {
            var x = Vector512.Create(*a);
            c0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b0), c0);
            c1 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b0 + (2 * Lanes)), c1);
            c2 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b0 + (4 * Lanes)), c2);
            c3 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b0 + (6 * Lanes)), c3);
            c4 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b1), c4);
            c5 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b1 + (2 * Lanes)), c5);
            c6 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b1 + (4 * Lanes)), c6);
            c7 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b1 + (6 * Lanes)), c7);
            a += aColumn;
            b0 += n;
            b1 += n;
        }

        Finish(c0, rectify).Store(c + first);
        Finish(c1, rectify).Store(c + first + (2 * Lanes));
        Finish(c2, rectify).Store(c + first + (4 * Lanes));
        Finish(c3, rectify).Store(c + first + (6 * Lanes));
        Finish(c4, rectify).Store(c + second);
        Finish(c5, rectify).Store(c + second + (2 * Lanes));
        Finish(c6, rectify).Store(c + second + (4 * Lanes));
        Finish(c7, rectify).Store(c + second + (6 * Lanes));
    }

    private static void WideRowOfFour(
        float* a, nint aColumn, float* b, float* bias, float* c, int k, int n, int first, int second, bool rectify)
    {
        var c0 = WideStart(bias, first);
        var c1 = WideStart(bias, first + (2 * Lanes));
        var c2 = WideStart(bias, second);
        var c3 = WideStart(bias, second + (2 * Lanes));
        float* b0 = b + first, b1 = b + second;
        for (var p = 0; p < k; p++)
        {
            var x = Vector512.Create(*a);
            c0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b0), c0);
            c1 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b0 + (2 * Lanes)), c1);
            c2 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b1), c2);
            c3 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b1 + (2 * Lanes)), c3);
            a += aColumn;
            b0 += n;
            b1 += n;
        }

        Finish(c0, rectify).Store(c + first);
        Finish(c1, rectify).Store(c + first + (2 * Lanes));
        Finish(c2, rectify).Store(c + second);
        Finish(c3, rectify).Store(c + second + (2 * Lanes));
    }

    private static void Tile(
        float* a, nint aRow, nint aColumn, float* b, float* bias, float* c, int k, int n, int first, int second, bool rectify)
    {
        var c00 = Start(bias, first);
        var c01 = Start(bias, second);
        var (c10, c11, c20, c21, c30, c31) = (c00, c01, c00, c01, c00, c01);
        float* a0 = a, a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        float* b0 = b + first, b1 = b + second;
        for (var p = 0; p < k; p++)
        {
            var left = Vector256.Load(b0);
            var right = Vector256.Load(b1);
            var x = Vector256.Create(*a0);
            c00 = Vector256.FusedMultiplyAdd(x, left, c00);
            c01 = Vector256.FusedMultiplyAdd(x, right, c01);
            x = Vector256.Create(*a1);
            c10 = Vector256.FusedMultiplyAdd(x, left, c10);
            c11 = Vector256.FusedMultiplyAdd(x, right, c11);
            x = Vector256.Create(*a2);
            c20 = Vector256.FusedMultiplyAdd(x, left, c20);
            c21 = Vector256.FusedMultiplyAdd(x, right, c21);
            x = Vector256.Create(*a3);
            c30 = Vector256.FusedMultiplyAdd(x, left, c30);
            c31 = Vector256.FusedMultiplyAdd(x, right, c31);
            a0 += aColumn;
            a1 += aColumn;
            a2 += aColumn;
            a3 += aColumn;
            b0 += n;
            b1 += n;
        }

        Finish(c00, rectify).Store(c + first);
        Finish(c01, rectify).Store(c + second);
        c += n;
        Finish(c10, rectify).Store(c + first);
        Finish(c11, rectify).Store(c + second);
        c += n;
        Finish(c20, rectify).Store(c + first);
        Finish(c21, rectify).Store(c + second);
        c += n;
        Finish(c30, rectify).Store(c + first);
        Finish(c31, rectify).Store(c + second);
    }

    private static void RowOfEight(
        float* a, nint aColumn, float* b, float* bias, float* c, int k, int n, int first, int second, bool rectify)
    {
        var c0 = Start(bias, first);
        var c1 = Start(bias, first + Lanes);
        var c2 = Start(bias, first + (2 * Lanes));
        var c3 = Start(bias, first + (3 * Lanes));
        var c4 = Start(bias, second);
        var c5 = Start(bias, second + Lanes);
        var c6 = Start(bias, second + (2 * Lanes));
        var c7 = Start(bias, second + (3 * Lanes));
        float* b0 = b + first, b1 = b + second;
        for (var p = 0; p < k; p++)
        {
            var x = Vector256.Create(*a);
            c0 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b0), c0);
            c1 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b0 + Lanes), c1);
            c2 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b0 + (2 * Lanes)), c2);
            c3 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b0 + (3 * Lanes)), c3);
            c4 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b1), c4);
            c5 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b1 + Lanes), c5);
            c6 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b1 + (2 * Lanes)), c6);
            c7 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b1 + (3 * Lanes)), c7);
            a += aColumn;
            b0 += n;
            b1 += n;
        }

        Finish(c0, rectify).Store(c + first);
        Finish(c1, rectify).Store(c + first + Lanes);
        Finish(c2, rectify).Store(c + first + (2 * Lanes));
        Finish(c3, rectify).Store(c + first + (3 * Lanes));
        Finish(c4, rectify).Store(c + second);
        Finish(c5, rectify).Store(c + second + Lanes);
        Finish(c6, rectify).Store(c + second + (2 * Lanes));
        Finish(c7, rectify).Store(c + second + (3 * Lanes));
    }

    private static void RowOfFour(
        float* a, nint aColumn, float* b, float* bias, float* c, int k, int n, int first, int second, bool rectify)
    {
        var c0 = Start(bias, first);
        var c1 = Start(bias, first + Lanes);
        var c2 = Start(bias, second);
        var c3 = Start(bias, second + Lanes);
        float* b0 = b + first, b1 = b + second;
        for (var p = 0; p < k; p++)
        {
            var x = Vector256.Create(*a);
            c0 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b0), c0);
            c1 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b0 + Lanes), c1);
            c2 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b1), c2);
            c3 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b1 + Lanes), c3);
            a += aColumn;
            b0 += n;
            b1 += n;
        }

        Finish(c0, rectify).Store(c + first);
        Finish(c1, rectify).Store(c + first + Lanes);
        Finish(c2, rectify).Store(c + second);
        Finish(c3, rectify).Store(c + second + Lanes);
    }

    private static void RowOfTwo(
        float* a, nint aColumn, float* b, float* bias, float* c, int k, int n, int first, int second, bool rectify)
    {
        var c0 = Start(bias, first);
        var c1 = Start(bias, second);
        float* b0 = b + first, b1 = b + second;
        for (var p = 0; p < k; p++)
        {
            var x = Vector256.Create(*a);
            c0 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b0), c0);
            c1 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b1), c1);
            a += aColumn;
            b0 += n;
            b1 += n;
        }

        Finish(c0, rectify).Store(c + first);
        Finish(c1, rectify).Store(c + second);
    }

    private static void RowOfTwoHalves(
        float* a, nint aColumn, float* b, float* bias, float* c, int k, int n, int first, int second, bool rectify)
    {
        var c0 = bias is null ? Vector128<float>.Zero : Vector128.Load(bias + first);
        var c1 = bias is null ? Vector128<float>.Zero : Vector128.Load(bias + second);
        float* b0 = b + first, b1 = b + second;
        for (var p = 0; p < k; p++)
        {
            var x = Vector128.Create(*a);
            c0 = Vector128.FusedMultiplyAdd(x, Vector128.Load(b0), c0);
            c1 = Vector128.FusedMultiplyAdd(x, Vector128.Load(b1), c1);
            a += aColumn;
            b0 += n;
            b1 += n;
        }

        Finish(c0, rectify).Store(c + first);
        Finish(c1, rectify).Store(c + second);
    }

    /// <summary>Up to three columns, a vector of four for each row; four rows at a time where there are so many.</summary>
    private static void MultiplyNarrow(
        float* a, nint aRow, nint aColumn, float* b, float* bias, float* c, int m, int k, int n, bool rectify)
    {
        var start = bias is null ? Vector128<float>.Zero : LoadNarrow(bias, n);
        var row = 0;
        for (; row + 4 <= m; row += 4)
        {
            var (c0, c1, c2, c3) = (start, start, start, start);
            float* a0 = a + (row * aRow), a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
            for (var p = 0; p < k; p++)
            {
                var y = NarrowRow(b, p, k, n);
                c0 = Vector128.FusedMultiplyAdd(Vector128.Create(a0[p * aColumn]), y, c0);
                c1 = Vector128.FusedMultiplyAdd(Vector128.Create(a1[p * aColumn]), y, c1);
                c2 = Vector128.FusedMultiplyAdd(Vector128.Create(a2[p * aColumn]), y, c2);
                c3 = Vector128.FusedMultiplyAdd(Vector128.Create(a3[p * aColumn]), y, c3);
            }

            StoreNarrow(Finish(c0, rectify), c + (row * n), n);
            StoreNarrow(Finish(c1, rectify), c + ((row + 1) * n), n);
            StoreNarrow(Finish(c2, rectify), c + ((row + 2) * n), n);
            StoreNarrow(Finish(c3, rectify), c + ((row + 3) * n), n);
        }

        for (; row < m; row++)
        {
            var sum = start;
            for (var p = 0; p < k; p++)
            {
                sum = Vector128.FusedMultiplyAdd(Vector128.Create(a[(row * aRow) + (p * aColumn)]), NarrowRow(b, p, k, n), sum);
            }

            StoreNarrow(Finish(sum, rectify), c + (row * n), n);
        }
    }

    /// <summary>Row p of B and what follows it in memory, which nobody uses; the last rows end where B does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> NarrowRow(float* b, int p, int k, int n) =>
        (p * n) + (Lanes / 2) <= k * n ? Vector128.Load(b + (p * n)) : LoadNarrow(b + (p * n), n);

    private static Vector128<float> LoadNarrow(float* from, int n) =>
        Vector128.Create(from[0], n > 1 ? from[1] : 0, n > 2 ? from[2] : 0, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreNarrow(Vector128<float> row, float* to, int n)
    {
        to[0] = row.ToScalar();
        if (n > 1)
        {
            to[1] = row.GetElement(1);
        }

        if (n > 2)
        {
            to[2] = row.GetElement(2);
        }
    }

    /// <summary>One column: dot products.</summary>
    private static void MultiplyByColumn(
        float* a, nint aRow, nint aColumn, float* b, float* bias, float* c, int m, int k, bool rectify)
    {
        var start = bias is null ? 0f : *bias;
        if (aColumn != 1 && (aColumn != m || aRow != 1))
        {
            // A is a part of wider rows.
            MultiplyNarrow(a, aRow, aColumn, b, bias, c, m, k, 1, rectify);
            return;
        }

        if (aColumn != 1)
        {
            // A is given by its transpose [k, m], so C, as a row, is bᵀ times it.
            Multiply(b, k, 1, a, null, c, 1, k, m);
            for (var row = 0; row < m; row++)
            {
                c[row] = Finish(c[row] + start, rectify);
            }

            return;
        }

        for (var row = 0; row < m; row++)
        {
            c[row] = Finish(Dot(a + (row * aRow), b, k) + start, rectify);
        }
    }

    /// <summary>x · y, in an order that depends on <paramref name="length"/> only.</summary>
    internal static float Dot(float* x, float* y, int length)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        var i = 0;
        for (; i + (4 * Lanes) <= length; i += 4 * Lanes)
        {
            s0 = Vector256.FusedMultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), s0);
            s1 = Vector256.FusedMultiplyAdd(Vector256.Load(x + i + Lanes), Vector256.Load(y + i + Lanes), s1);
            s2 = Vector256.FusedMultiplyAdd(Vector256.Load(x + i + (2 * Lanes)), Vector256.Load(y + i + (2 * Lanes)), s2);
            s3 = Vector256.FusedMultiplyAdd(Vector256.Load(x + i + (3 * Lanes)), Vector256.Load(y + i + (3 * Lanes)), s3);
        }

        for (; i + Lanes <= length; i += Lanes)
        {
            s0 = Vector256.FusedMultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), s0);
        }

        var sum = Sum(s0 + s1 + (s2 + s3));
        for (; i < length; i++)
        {
            sum = MathF.FusedMultiplyAdd(x[i], y[i], sum);
        }

        return sum;
    }

    /// <summary>The eight lanes added in a fixed order, the same on every machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Sum(Vector256<float> vector)
    {
        var four = vector.GetLower() + vector.GetUpper();
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.ToScalar() + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> WideStart(float* bias, int column) =>
        bias is null ? Vector512<float>.Zero : Vector512.Load(bias + column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Start(float* bias, int column) => bias is null ? Vector256<float>.Zero : Vector256.Load(bias + column);

    // A comparison, not a maximum: NaN stays NaN, so that a broken network shows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Finish(Vector256<float> sum, bool rectify) =>
        rectify ? Vector256.ConditionalSelect(Vector256.LessThan(sum, Vector256<float>.Zero), Vector256<float>.Zero, sum) : sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Finish(Vector512<float> sum, bool rectify) =>
        rectify ? Vector512.ConditionalSelect(Vector512.LessThan(sum, Vector512<float>.Zero), Vector512<float>.Zero, sum) : sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Finish(Vector128<float> sum, bool rectify) =>
        rectify ? Vector128.ConditionalSelect(Vector128.LessThan(sum, Vector128<float>.Zero), Vector128<float>.Zero, sum) : sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Finish(float sum, bool rectify) => rectify && sum < 0 ? 0 : sum;
}
