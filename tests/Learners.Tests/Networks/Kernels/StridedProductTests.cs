using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Kernels;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks.Kernels;

public sealed unsafe class StridedProductTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(40)]
    public void Given_a_transpose_that_is_a_part_of_wider_rows_When_it_is_multiplied_Then_only_that_part_counts(int columns)
    {
        const int Rows = 5, Depth = 6, Stride = 11;
        var random = new Xoshiro256(1);
        var (a, b, c) = (new PinnedFloats(Depth * Stride), new PinnedFloats(Depth * columns), new PinnedFloats(Rows * columns));
        RandomCases.Normal(random, a.Length).CopyTo(a.Span);
        RandomCases.Normal(random, b.Length).CopyTo(b.Span);
        MatrixKernels.Multiply(a.Pointer, 1, Stride, b.Pointer, null, c.Pointer, Rows, Depth, columns);
        var expected = new double[c.Length];
        for (var p = 0; p < Depth; p++)
        {
            for (var place = 0; place < expected.Length; place++)
            {
                expected[place] += (double)a.Span[(p * Stride) + (place / columns)] * b.Span[(p * columns) + (place % columns)];
            }
        }

        Near.Assert("product", expected, c.Span, 1e-6);
        GC.KeepAlive((a, b, c));
    }
}
