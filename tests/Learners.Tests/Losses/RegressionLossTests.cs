using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

/// <summary>Squared and Huber loss by hand.</summary>
public sealed class RegressionLossTests
{
    [Fact]
    public void Given_two_outputs_When_squared_Then_it_is_the_mean_of_half_the_squares()
    {
        var (loss, gradient) = new SquaredLoss().Of([3, -1], 1, 2);

        Assert.Equal((2 + 4.5f) / 2, loss);
        Assert.Equal([1, -1.5f], gradient);
    }

    [Fact]
    public void Given_errors_within_and_beyond_delta_When_Huber_Then_they_count_squared_and_absolute()
    {
        var (loss, gradient) = new HuberLoss(delta: 2).Of([1, 2, 5, -5], 0, 0, 0, 0);

        Assert.Equal((0.5f + 2 + 8 + 8) / 4, loss);
        Assert.Equal([0.25f, 0.5f, 0.5f, -0.5f], gradient);
    }

    [Theory]
    [MemberData(nameof(LossRows.OfOutputs), MemberType = typeof(LossRows))]
    public void Given_predictions_that_are_right_When_evaluated_Then_loss_and_gradient_are_zero(string name)
    {
        var row = LossRows.Named(name);
        float[] targets = [.. Enumerable.Range(0, row.TargetWidth).Select(j => j - 0.3f)];
        float[] predictions = [.. Enumerable.Range(0, row.Outputs).Select(k => targets[k * row.TargetWidth / row.Outputs])];

        var (losses, gradient) = row.Evaluate(predictions, targets);

        Assert.Equal(0, losses[0]);
        Assert.All(gradient, slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void Given_a_huge_delta_When_Huber_Then_it_is_the_squared_loss_to_the_bit()
    {
        var (predictions, targets) = new LossRow(new SquaredLoss(), 3).Samples(samples: 100, seed: 11);

        var (losses, gradient) = new LossRow(new HuberLoss(delta: 1e9), 3).Evaluate(predictions, targets);

        var (expectedLosses, expectedGradient) = new LossRow(new SquaredLoss(), 3).Evaluate(predictions, targets);
        Assert.Equal(expectedLosses, losses);
        Assert.Equal(expectedGradient, gradient);
    }

    [Fact]
    public void Given_errors_as_large_as_floats_get_When_Huber_Then_the_gradient_is_bounded_by_delta()
    {
        var (loss, gradient) = new HuberLoss().Of([1e30f, -1e30f], 0, 0);

        Assert.Equal(1e30f, loss);
        Assert.Equal([0.5f, -0.5f], gradient);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Given_a_delta_that_is_none_When_Huber_is_made_Then_the_message_says_what_was_expected(double delta)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(nameof(delta), () => new HuberLoss(delta));

        Assert.Equal(delta, exception.ActualValue);
        Assert.StartsWith("Expected a finite number above 0.", exception.Message, StringComparison.Ordinal);
    }
}
