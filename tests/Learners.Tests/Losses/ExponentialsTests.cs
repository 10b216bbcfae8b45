using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

public sealed class ExponentialsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-300, 1e-300)]
    [InlineData(1e-10, 9.9999999995e-11)]
    [InlineData(1e-5, 9.9999500003333309e-6)]
    [InlineData(0.5, 0.40546510810816438)]
    [InlineData(1e300, 690.77552789821368)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Given_a_number_When_the_logarithm_of_one_more_is_taken_Then_no_digit_is_lost(double x, double expected)
    {
        AssertClose(expected, Exponentials.LogP1(x));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-300, 1e-300)]
    [InlineData(-1e-10, -9.9999999995e-11)]
    [InlineData(1e-5, 1.0000050000166668e-5)]
    [InlineData(0.5, 0.64872127070012815)]
    [InlineData(-50, -1)]
    [InlineData(double.NegativeInfinity, -1)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Given_a_number_When_the_exponential_less_one_is_taken_Then_no_digit_is_lost(double x, double expected)
    {
        AssertClose(expected, Exponentials.ExpM1(x));
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.True(
            expected.Equals(actual) || Math.Abs(actual - expected) <= 1e-15 * Math.Abs(expected), $"{actual:R}, expected {expected:R}.");
}
