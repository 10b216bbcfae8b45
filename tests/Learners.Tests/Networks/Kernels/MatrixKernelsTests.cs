using StreamLearn.Learners.Networks.Kernels;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks.Kernels;

public sealed unsafe class MatrixKernelsTests
{
    private static readonly int[] Columns =
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 23, 24, 25, 31, 32, 33, 40, 47, 48, 63, 64, 65, 72, 100, 127, 128, 130];

    private static readonly int[] Depths = [1, 2, 3, 7, 8, 9, 31, 32, 33, 40, 65];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(11)]
    public void Given_any_shape_and_either_orientation_When_matrices_are_multiplied_Then_the_product_is_that_of_a_plain_loop(int m)
    {
        var random = new Xoshiro256((ulong)m);
        foreach (var k in Depths)
        {
            var a = RandomCases.Normal(random, m * k);
            var rows = new GuardedFloats(a);
            var columns = new GuardedFloats(Transposed(a, m, k));
            foreach (var n in Columns)
            {
                var b = new GuardedFloats(RandomCases.Normal(random, k * n));
                var bias = new GuardedFloats(RandomCases.Normal(random, n));
                foreach (var withBias in new[] { false, true })
                {
                    var start = withBias ? bias.Pointer : null;
                    foreach (var rectify in new[] { false, true })
                    {
                        var what = $"{m} x {k} x {n}, bias {withBias}, rectify {rectify}";
                        var expected = Product(a, b.Values, withBias ? bias.Values : default, m, k, n, rectify);
                        var c = new GuardedFloats(m * n);
                        MatrixKernels.Multiply(rows.Pointer, k, 1, b.Pointer, start, c.Pointer, m, k, n, rectify);
                        Near.Assert(what, expected, c.Values, 2e-6);
                        c.AssertGuardsUntouched(what);

                        c = new GuardedFloats(m * n);
                        MatrixKernels.Multiply(columns.Pointer, 1, m, b.Pointer, start, c.Pointer, m, k, n, rectify);
                        Near.Assert(what + ", transposed", expected, c.Values, 2e-6);
                        c.AssertGuardsUntouched(what + ", transposed");
                    }
                }
            }
        }
    }

    [Fact]
    public void Given_a_batch_of_rows_When_each_is_multiplied_alone_Then_it_has_the_same_bits()
    {
        const int Rows = 37;
        var random = new Xoshiro256(5);
        foreach (var k in Depths)
        {
            var a = new GuardedFloats(RandomCases.Normal(random, Rows * k));
            foreach (var n in Columns)
            {
                var b = new GuardedFloats(RandomCases.Normal(random, k * n));
                var bias = new GuardedFloats(RandomCases.Normal(random, n));
                var together = new GuardedFloats(Rows * n);
                MatrixKernels.Multiply(a.Pointer, k, 1, b.Pointer, bias.Pointer, together.Pointer, Rows, k, n);
                foreach (var size in new[] { 1, 2, 3, 4, 6 })
                {
                    for (var row = 0; row + size <= Rows; row += size)
                    {
                        var alone = new GuardedFloats(size * n);
                        MatrixKernels.Multiply(a.Pointer + (row * k), k, 1, b.Pointer, bias.Pointer, alone.Pointer, size, k, n);
                        AssertBits.Equal($"{size} of {Rows} rows x {k} x {n}", together.Values.Slice(row * n, size * n), alone.Values);
                    }
                }
            }
        }
    }

    [Fact]
    public void Given_a_transposed_left_side_When_the_right_side_has_two_columns_Then_the_bits_are_those_of_the_other_orientation()
    {
        var random = new Xoshiro256(6);
        foreach (var (m, k) in new[] { (1, 9), (3, 40), (4, 8), (9, 33) })
        {
            var a = RandomCases.Normal(random, m * k);
            var rows = new GuardedFloats(a);
            var columns = new GuardedFloats(Transposed(a, m, k));
            foreach (var n in Columns.Where(n => n > 1))
            {
                var b = new GuardedFloats(RandomCases.Normal(random, k * n));
                var (one, other) = (new GuardedFloats(m * n), new GuardedFloats(m * n));
                MatrixKernels.Multiply(rows.Pointer, k, 1, b.Pointer, null, one.Pointer, m, k, n);
                MatrixKernels.Multiply(columns.Pointer, 1, m, b.Pointer, null, other.Pointer, m, k, n);
                AssertBits.Equal($"{m} x {k} x {n}", one.Values, other.Values);
            }
        }
    }

    [Fact]
    public void Given_NaN_in_one_row_When_it_is_rectified_Then_that_row_is_NaN_and_no_other()
    {
        const int Rows = 9, Depth = 5;
        foreach (var n in Columns)
        {
            var values = new float[Rows * Depth];
            Array.Fill(values, 1);
            values[(6 * Depth) + 2] = float.NaN;
            var a = new GuardedFloats(values);
            var b = new GuardedFloats([.. Enumerable.Repeat(-1f, Depth * n)]);
            var c = new GuardedFloats(Rows * n);
            MatrixKernels.Multiply(a.Pointer, Depth, 1, b.Pointer, null, c.Pointer, Rows, Depth, n, rectify: true);
            for (var i = 0; i < Rows * n; i++)
            {
                Assert.Equal(i / n == 6 ? float.NaN : 0, c.Values[i]);
            }
        }
    }

    [Fact]
    public void Given_any_length_When_a_dot_product_is_taken_Then_it_is_the_sum_of_products()
    {
        var random = new Xoshiro256(7);
        for (var length = 1; length <= 140; length++)
        {
            var x = new GuardedFloats(RandomCases.Normal(random, length));
            var y = new GuardedFloats(RandomCases.Normal(random, length));
            var expected = 0.0;
            for (var i = 0; i < length; i++)
            {
                expected += (double)x.Values[i] * y.Values[i];
            }

            Near.Assert($"length {length}", [expected], [MatrixKernels.Dot(x.Pointer, y.Pointer, length)], 4e-6);
        }
    }

    internal static float[] Transposed(ReadOnlySpan<float> a, int rows, int columns)
    {
        var transposed = new float[a.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                transposed[(j * rows) + i] = a[(i * columns) + j];
            }
        }

        return transposed;
    }

    private static double[] Product(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, int m, int k, int n, bool rectify)
    {
        var product = new double[m * n];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                double sum = bias.IsEmpty ? 0 : bias[j];
                for (var p = 0; p < k; p++)
                {
                    sum += (double)a[(i * k) + p] * b[(p * n) + j];
                }

                product[(i * n) + j] = rectify ? Math.Max(sum, 0) : sum;
            }
        }

        return product;
    }
}
