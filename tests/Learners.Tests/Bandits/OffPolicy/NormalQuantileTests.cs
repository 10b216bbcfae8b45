using StreamLearn.Learners.Bandits.OffPolicy;

namespace StreamLearn.Learners.Tests.Bandits.OffPolicy;

public sealed class NormalQuantileTests
{
    // Numbers by mpmath with 50 digits.
    [Theory]
    [InlineData(0.5, 0.67448975019608174)]
    [InlineData(0.8, 1.2815515655446005)]
    [InlineData(0.9, 1.6448536269514727)]
    [InlineData(0.95, 1.9599639845400542)]
    [InlineData(0.99, 2.5758293035489008)]
    [InlineData(0.999, 3.2905267314918948)]
    [InlineData(0.999999, 4.8916384756985904)]
    public void Given_a_confidence_When_the_interval_is_asked_for_Then_it_is_that_of_the_table(double confidence, double expected) =>
        Assert.Equal(expected, NormalQuantile.OfInterval(confidence), 1e-9);

    [Theory]
    [InlineData(1e-300, -37.047096299361199)]
    [InlineData(1e-100, -21.273453560965324)]
    [InlineData(1e-20, -9.2623400897984076)]
    [InlineData(1e-10, -6.3613409024040562)]
    [InlineData(0.001, -3.0902323061678135)]
    [InlineData(0.07, -1.4757910281791707)]
    [InlineData(0.08, -1.4050715603096325)]
    [InlineData(0.3, -0.52440051270804082)]
    [InlineData(0.5, 0)]
    [InlineData(0.7, 0.52440051270804066)]
    [InlineData(0.96, 1.7506860712521696)]
    public void Given_a_probability_When_its_quantile_is_asked_for_Then_it_is_right_to_fourteen_digits(
        double probability, double expected) =>
        Assert.Equal(expected, NormalQuantile.Of(probability), Math.Abs(expected) * 1e-14);

    [Fact]
    public void Given_ascending_probabilities_Then_quantiles_ascend_and_are_odd_about_the_middle()
    {
        var last = double.NegativeInfinity;
        for (var i = 1; i < 4096; i++)
        {
            var quantile = NormalQuantile.Of(i / 4096.0);

            Assert.True(quantile > last, $"{i}: {quantile} after {last}.");
            Assert.Equal(-quantile, NormalQuantile.Of((4096 - i) / 4096.0));
            last = quantile;
        }
    }
}
