using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Bandits.OffPolicy;

public sealed class OffPolicyOptionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(95)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    public void Given_a_confidence_that_is_no_probability_When_an_estimator_is_made_Then_it_is_refused(double confidence) =>
        AssertRefused(new OffPolicyOptions { Confidence = confidence }, "confidence", "a number between 0 and 1");

    [Theory]
    [InlineData(0.99)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Given_a_cap_that_would_clip_equal_policies_When_an_estimator_is_made_Then_it_is_refused(double cap) =>
        AssertRefused(new OffPolicyOptions { WeightCap = cap }, "weight-cap", "a number of at least 1, or infinity for no cap");

    [Theory]
    [InlineData(0.49)]
    [InlineData(1.01)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Given_a_fading_out_of_range_When_an_estimator_is_made_Then_it_is_refused(double fading) =>
        AssertRefused(new OffPolicyOptions { Fading = fading }, "fading", "a number from 0.5 to 1");

    [Fact]
    public void Given_settings_at_their_limits_When_an_estimator_is_made_Then_they_are_taken()
    {
        OffPolicyOptions[] usable =
        [
            new(),
            new() { WeightCap = 1, Fading = 0.5, Confidence = double.Epsilon },
            new() { WeightCap = double.MaxValue, Fading = Math.BitDecrement(1), Confidence = Math.BitDecrement(1) },
        ];

        Assert.All(usable, options => Assert.Equal(0, new OffPolicyEstimator(options).Count));
    }

    private static void AssertRefused(OffPolicyOptions options, string name, string expected)
    {
        var refusal = Assert.Throws<OptionException>(() => new OffPolicyEstimator(options));
        Assert.Equal("off-policy." + name, refusal.Path);
        Assert.Equal(expected, refusal.Expected);
    }
}
