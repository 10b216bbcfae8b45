using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Bandits.Exploration;

public sealed class ActionSamplerTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.249, 1)]
    [InlineData(0.25, 3)]
    [InlineData(0.9999999999999999, 3)]
    public void Given_a_number_When_an_action_is_looked_up_Then_it_is_the_one_whose_share_it_falls_into(double uniform, int expected) =>
        Assert.Equal(expected, ActionSampler.At([0, 0.25, 0, 0.75, 0], uniform));

    [Fact]
    public void Given_probabilities_that_sum_to_less_than_one_When_the_number_is_beyond_Then_it_is_the_last_that_has_one() =>
        Assert.Equal(1, ActionSampler.At([0.5, 0.4, 0], 0.95));

    [Fact]
    public void Given_no_probability_When_an_action_is_drawn_Then_it_is_refused() =>
        Assert.Throws<ArgumentException>(() => ActionSampler.At([0, 0], 0.5));

    [Fact]
    public void Given_many_draws_When_they_are_counted_Then_they_are_as_frequent_as_they_should_be()
    {
        double[] probabilities = [0.1, 0.6, 0, 0.3];
        var counts = new int[4];
        var random = new Xoshiro256(4);
        for (var draw = 0; draw < 100_000; draw++)
        {
            counts[ActionSampler.Draw(probabilities, random)]++;
        }

        Assert.All(probabilities.Zip(counts), pair => Assert.Equal(pair.First, pair.Second / 100_000.0, 0.01));
        Assert.Equal(0, counts[2]);
    }
}
