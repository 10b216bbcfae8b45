using System.Globalization;
using System.Runtime.Intrinsics;
using StreamLearn.Learners.Networks.Kernels;

namespace StreamLearn.Learners.Tests.Networks.Kernels;

public sealed class VectorMathTests
{
    private const int Lanes = 8;

    [Fact]
    public void Given_a_dense_grid_When_exponentials_are_taken_Then_they_are_within_little_more_than_one_unit_in_the_last_place() =>
        AssertErrors(
            VectorMath.Exp, Math.Exp, Grid(-86.9, 88.72), (exact, actual) => Math.Abs(actual - exact) / Unit(exact), 1.2);

    [Fact]
    public void Given_a_dense_grid_When_sigmoids_are_taken_Then_their_relative_error_is_bounded() =>
        AssertErrors(
            VectorMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), Grid(-86.9, 100), (exact, actual) => Math.Abs(actual - exact) / exact, 2e-7);

    [Fact]
    public void Given_a_dense_grid_When_hyperbolic_tangents_are_taken_Then_their_relative_error_is_bounded_near_zero_too()
    {
        var small = Enumerable.Range(0, 4000).SelectMany(i =>
        {
            var x = (float)Math.Pow(10, (-38 * i / 4000.0) - 0.001);
            return new[] { x, -x };
        });
        AssertErrors(
            VectorMath.Tanh, Math.Tanh, [.. Grid(-100, 100), .. Grid(-1, 1), .. small],
            (exact, actual) => exact == 0 ? Math.Abs(actual) : Math.Abs((actual - exact) / exact), 2e-7);
    }

    [Theory]
    [InlineData(0f, 1, 0.5, 0)]
    [InlineData(-0f, 1, 0.5, -0.0)]
    [InlineData(float.PositiveInfinity, double.PositiveInfinity, 1, 1)]
    [InlineData(float.NegativeInfinity, 0, 0, -1)]
    [InlineData(float.NaN, double.NaN, double.NaN, double.NaN)]
    [InlineData(88f, 1.6516363e38, 1, 1)]
    [InlineData(-88f, 0, 0, -1)]
    [InlineData(88.73f, double.PositiveInfinity, 1, 1)]
    [InlineData(100f, double.PositiveInfinity, 1, 1)]
    [InlineData(-100f, 0, 0, -1)]
    [InlineData(1e30f, double.PositiveInfinity, 1, 1)]
    [InlineData(-1e30f, 0, 0, -1)]
    [InlineData(float.MaxValue, double.PositiveInfinity, 1, 1)]
    [InlineData(float.MinValue, 0, 0, -1)]
    [InlineData(float.Epsilon, 1, 0.5, 1.401298464324817e-45)]
    [InlineData(-float.Epsilon, 1, 0.5, -1.401298464324817e-45)]
    [InlineData(1e-40f, 1, 0.5, 1e-40)]
    public void Given_a_special_number_When_functions_are_taken_Then_they_have_their_limits(
        float x, double exponential, double sigmoid, double tangent)
    {
        AssertClose("exp", exponential, One(VectorMath.Exp, x));
        AssertClose("sigmoid", sigmoid, One(VectorMath.Sigmoid, x));
        AssertClose("tanh", tangent, One(VectorMath.Tanh, x));
        Assert.Equal(double.IsNegative(tangent), float.IsNegative(One(VectorMath.Tanh, x)));
    }

    [Fact]
    public void Given_any_neighbours_When_functions_are_taken_Then_a_lane_has_the_bits_that_it_has_alone()
    {
        float[] numbers = [0, -0f, 1, -1, 0.3f, -7, 50, -88.5f, 1e-40f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e38f];
        foreach (var function in new Func<Vector256<float>, Vector256<float>>[] { VectorMath.Exp, VectorMath.Sigmoid, VectorMath.Tanh })
        {
            foreach (var number in numbers)
            {
                var alone = One(function, number);
                foreach (var neighbour in numbers)
                {
                    for (var lane = 0; lane < Lanes; lane++)
                    {
                        var result = function(Vector256.Create(neighbour).WithElement(lane, number));
                        AssertBits.Equal($"{number} beside {neighbour}", [alone], [result[lane]]);
                    }
                }
            }
        }
    }

    [Fact]
    public void Given_sixteen_numbers_at_once_When_functions_are_taken_Then_they_have_the_bits_of_eight()
    {
        float[] special = [0, -0f, 1e-40f, -1e-40f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e38f, -3e38f, 88, -88, -86.9f, -100];
        float[] numbers = [.. Grid(-100, 100), .. special, .. new float[(2 * Lanes) - special.Length]];
        for (var i = 0; i + (2 * Lanes) <= numbers.Length; i += 2 * Lanes)
        {
            var wide = Vector512.Create(numbers.AsSpan(i, 2 * Lanes));
            AssertHalves($"sigmoid from {i}", VectorMath.Sigmoid, VectorMath.Sigmoid(wide), wide);
            AssertHalves($"tanh from {i}", VectorMath.Tanh, VectorMath.Tanh(wide), wide);
        }

        static void AssertHalves(string name, Func<Vector256<float>, Vector256<float>> function, Vector512<float> actual, Vector512<float> x)
        {
            var expected = Vector512.Create(function(x.GetLower()), function(x.GetUpper()));
            Assert.True(expected.AsInt32() == actual.AsInt32(), $"{name}: {actual}; expected {expected}");
        }
    }

    [Fact]
    public void Given_a_rising_grid_When_functions_are_taken_Then_they_do_not_fall_by_more_than_rounding()
    {
        foreach (var function in new Func<Vector256<float>, Vector256<float>>[] { VectorMath.Exp, VectorMath.Sigmoid, VectorMath.Tanh })
        {
            var last = float.NegativeInfinity;
            foreach (var x in Grid(-90, 88).Where((_, i) => i % 20 == 0))
            {
                var y = One(function, x);
                Assert.True(y >= last - (4e-7f * MathF.Abs(last)), $"{y} at {x} after {last}");
                last = y;
            }
        }
    }

    private static float One(Func<Vector256<float>, Vector256<float>> function, float x) => function(Vector256.Create(x))[3];

    private static float[] Grid(double from, double to) =>
        [.. Enumerable.Range(0, 400_001).Select(i => (float)(from + ((to - from) * i / 400_000.0)))];

    private static double Unit(double value) => MathF.BitIncrement((float)value) - (float)value;

    private static void AssertErrors(
        Func<Vector256<float>, Vector256<float>> function, Func<double, double> exact, float[] grid, Func<double, double, double> error,
        double largest)
    {
        var (worst, at) = (0.0, 0f);
        for (var i = 0; i + Lanes <= grid.Length; i += Lanes)
        {
            var results = function(Vector256.Create(grid.AsSpan(i, Lanes)));
            for (var lane = 0; lane < Lanes; lane++)
            {
                var e = error(exact(grid[i + lane]), results[lane]);
                if (!(e <= worst))
                {
                    (worst, at) = (e, grid[i + lane]);
                }
            }
        }

        Assert.True(
            worst <= largest, string.Create(CultureInfo.InvariantCulture, $"the largest error is {worst:G3} at {at}, expected {largest}"));
    }

    private static void AssertClose(string what, double expected, float actual)
    {
        if (double.IsFinite(expected))
        {
            Assert.True(
                Math.Abs(expected - actual) <= (2e-7 * Math.Abs(expected)) + float.Epsilon, $"{what} is {actual}, expected {expected}");
        }
        else
        {
            Assert.Equal((float)expected, actual);
        }
    }
}
