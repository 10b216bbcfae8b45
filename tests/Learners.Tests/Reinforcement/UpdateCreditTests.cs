using StreamLearn.Learners.Reinforcement.Ratios;

namespace StreamLearn.Learners.Tests.Reinforcement;

public sealed class UpdateCreditTests
{
    /// <summary>The specification's table 1.4, and numbers that binary fractions do not have.</summary>
    [Theory]
    [InlineData(0.5, 250_000)]
    [InlineData(1, 500_000)]
    [InlineData(2, 1_000_000)]
    [InlineData(4, 2_000_000)]
    [InlineData(1.0 / 3, 166_666)]
    [InlineData(2.0 / 3, 333_333)]
    [InlineData(0.3, 150_000)]
    [InlineData(0.1, 50_000)]
    [InlineData(2.5, 1_250_000)]
    [InlineData(0.001, 500)]
    public void Given_a_ratio_When_half_a_million_agent_steps_are_taken_Then_the_updates_are_exact(double ratio, long updates)
    {
        var credit = new UpdateCredit();
        var sum = 0L;
        for (var step = 0; step < 500_000; step++)
        {
            var due = credit.Earn(ratio);
            Assert.InRange(due, (int)Math.Floor(ratio), (int)Math.Ceiling(ratio));
            sum += due;
        }

        Assert.Equal(updates, sum);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Given_a_ratio_that_is_none_When_a_step_is_taken_Then_it_is_refused(double ratio) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new UpdateCredit().Earn(ratio));
}
