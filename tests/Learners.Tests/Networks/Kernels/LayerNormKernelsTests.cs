using StreamLearn.Learners.Networks.Kernels;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks.Kernels;

public sealed unsafe class LayerNormKernelsTests
{
    private static readonly int[] Widths = [1, 2, 3, 5, 7, 8, 9, 12, 16, 17, 31, 33, 64, 100];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(1234.567)]
    [InlineData(1e6)]
    public void Given_rows_of_one_constant_When_normalised_Then_they_are_the_bias_and_no_gradient_goes_to_the_row(double constant)
    {
        foreach (var width in Widths)
        {
            const int Rows = 3;
            var x = new GuardedFloats([.. Enumerable.Repeat((float)constant, Rows * width)]);
            var gain = new GuardedFloats([.. Enumerable.Repeat(2f, width)]);
            var bias = new GuardedFloats([.. Enumerable.Range(0, width).Select(j => j + 0.5f)]);
            var (y, inverse) = (new GuardedFloats(Rows * width), new GuardedFloats(Rows));
            LayerNormKernels.Forward(x.Pointer, gain.Pointer, bias.Pointer, y.Pointer, inverse.Pointer, Rows, width);
            Near.Assert(
                $"{constant} x {width}", Enumerable.Range(0, Rows * width).Select(i => (i % width) + 0.5), y.Values, 1e-6);
            Assert.All(inverse.Values.ToArray(), value => Assert.Equal(1 / Math.Sqrt(1e-5), value, 1e-3));
            y.AssertGuardsUntouched($"width {width}");
            x.AssertGuardsUntouched($"width {width}");

            // The same gradient for all numbers of a row moves only its mean, which the normalisation takes away.
            var d = new GuardedFloats([.. Enumerable.Repeat(1f, Rows * width)]);
            var (gainGradient, biasGradient) = (new GuardedFloats(width), new GuardedFloats(width));
            LayerNormKernels.Backward(
                x.Pointer, gain.Pointer, inverse.Pointer, d.Pointer, gainGradient.Pointer, biasGradient.Pointer, Rows, width);
            Near.Assert("row", new double[Rows * width], d.Values, 1e-4);
            Near.Assert("gain", new double[width], gainGradient.Values, 1e-5);
            Near.Assert("bias", Enumerable.Repeat((double)Rows, width), biasGradient.Values);
        }
    }

    [Fact]
    public void Given_rows_far_from_zero_When_normalised_Then_it_is_the_definition()
    {
        var random = new Xoshiro256(1);
        foreach (var width in Widths.Where(width => width > 1))
        {
            var values = RandomCases.Normal(random, width);
            for (var j = 0; j < width; j++)
            {
                values[j] = MathF.Round(values[j] * 8) / 8 + 1000;
            }

            var (x, y, inverse) = (new GuardedFloats(values), new GuardedFloats(width), new GuardedFloats(1));
            var gain = new GuardedFloats([.. Enumerable.Repeat(1f, width)]);
            var bias = new GuardedFloats(new float[width]);
            LayerNormKernels.Forward(x.Pointer, gain.Pointer, bias.Pointer, y.Pointer, inverse.Pointer, 1, width);

            var mean = values.Average(value => (double)value);
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) + 1e-5);
            Near.Assert($"width {width}", values.Select(value => (value - mean) / deviation), y.Values, 2e-4);
        }
    }
}
