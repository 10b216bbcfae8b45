using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

public sealed class PinballLossTests
{
    [Fact]
    public void Given_two_targets_with_three_levels_When_evaluated_Then_the_outputs_of_a_target_stand_together()
    {
        var loss = new PinballLoss(0.1, 0.5, 0.9);

        var (value, gradient) = loss.Of([0, 1, 3, -1, -1, -1], 1, -2);

        // Residuals y - f: 1, 0, -2 and -1, -1, -1.
        Assert.Equal((0.1 + 0 + 0.2 + 0.9 + 0.5 + 0.1) / 6, value, 1e-6);
        float[] expected = [-0.1f, 0, 0.1f, 0.9f, 0.5f, 0.1f];
        Assert.All(expected.Zip(gradient), pair => Assert.Equal(pair.First / 6, pair.Second, 1e-7));
        Assert.Equal(2, loss.TargetWidth(6));
    }

    [Fact]
    public void Given_the_median_When_evaluated_Then_it_is_half_the_absolute_error()
    {
        Assert.Equal(1.5f, new PinballLoss(0.5).Of([4], 1).Loss);
        Assert.Equal(1.5f, new PinballLoss(0.5).Of([1], 4).Loss);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.75)]
    public void Given_many_targets_When_one_output_is_moved_through_them_Then_the_mean_loss_is_smallest_at_their_quantile(double level)
    {
        var loss = new PinballLoss(level);
        const int Targets = 100;
        float[] targets = [.. Enumerable.Range(0, Targets).Select(i => (float)((37 * i) % Targets))];
        var losses = new float[Targets];

        var best = Enumerable.Range(0, 4 * Targets).Select(i => (i * 0.25f) - 0.1f).MinBy(output =>
        {
            loss.Evaluate([.. Enumerable.Repeat(output, Targets)], targets, 1, losses, new float[Targets]);
            return losses.Sum(each => (double)each);
        });

        Assert.InRange(targets.Count(target => target < best), (Targets * level) - 1, (Targets * level) + 1);
    }

    [Fact]
    public void Given_outputs_that_are_no_multiple_of_the_levels_When_the_target_width_is_asked_for_Then_the_message_says_so()
    {
        var exception = Assert.Throws<ArgumentException>("outputs", () => new PinballLoss(0.1, 0.5, 0.9).TargetWidth(4));

        Assert.StartsWith(
            "The loss 'pinball' of 3 levels is of a multiple of 3 outputs; there are 4.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_no_levels_When_made_Then_the_message_says_so()
    {
        var exception = Assert.Throws<ArgumentException>("levels", () => new PinballLoss());

        Assert.StartsWith("There are no quantile levels; expected at least one.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, new[] { 0.0 })]
    [InlineData(0, new[] { -0.1, 0.5 })]
    [InlineData(1, new[] { 0.1, 1.0 })]
    [InlineData(1, new[] { 0.5, 0.1 })]
    [InlineData(2, new[] { 0.1, 0.5, 0.5 })]
    [InlineData(1, new[] { 0.1, double.NaN, 0.9 })]
    public void Given_levels_that_do_not_ascend_between_0_and_1_When_made_Then_the_message_names_the_first(int wrong, double[] levels)
    {
        var exception = Assert.Throws<ArgumentException>(nameof(levels), () => new PinballLoss(levels));

        Assert.StartsWith(
            $"Quantile level {wrong} is {levels[wrong]}; expected levels between 0 and 1, each above the one before.",
            exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Given_an_array_of_levels_When_it_is_changed_later_Then_the_loss_keeps_its_own()
    {
        double[] levels = [0.1, 0.9];
        var loss = new PinballLoss(levels);

        levels[0] = 0.8;

        Assert.Equal([0.1, 0.9], loss.Levels.AsSpan());
    }
}
