using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

public sealed class CrossEntropyLossTests
{
    [Fact]
    public void Given_logits_When_evaluated_Then_it_is_the_negative_logarithm_of_the_labels_probability()
    {
        var (loss, gradient) = new CrossEntropyLoss().Of([2, 1, 0], 0);

        Assert.Equal(0.4076060, loss, 1e-6);
        var sum = Math.Exp(2) + Math.Exp(1) + 1;
        Assert.Equal((Math.Exp(2) / sum) - 1, gradient[0], 1e-7);
        Assert.Equal(Math.Exp(1) / sum, gradient[1], 1e-7);
        Assert.Equal(1 / sum, gradient[2], 1e-7);
    }

    [Fact]
    public void Given_a_temperature_When_evaluated_Then_it_is_the_loss_of_the_logits_divided_by_it()
    {
        var (loss, gradient) = new CrossEntropyLoss(temperature: 4).Of([8, 4, 0], 1);

        var (expected, slope) = new CrossEntropyLoss().Of([2, 1, 0], 1);
        Assert.Equal(expected, loss);
        Assert.Equal(slope.Select(each => each / 4), gradient);
    }

    [Theory]
    [InlineData(1e4f, 0, 0, 0)]
    [InlineData(1e4f, 1, 2e4f, 1)]
    [InlineData(1e30f, 0, 0, 0)]
    [InlineData(1e30f, 1, 2e30f, 1)]
    public void Given_large_logits_When_evaluated_Then_loss_and_gradient_are_their_limits(float size, int label, float loss, float slope)
    {
        var (actual, gradient) = new CrossEntropyLoss().Of([size, -size], label);

        Assert.Equal(loss, actual);
        Assert.Equal([slope, -slope], gradient);
    }

    [Fact]
    public void Given_a_sure_and_right_sample_When_evaluated_Then_loss_and_gradient_keep_their_digits()
    {
        var (loss, gradient) = new CrossEntropyLoss().Of([0, 40, 0], 1);

        var expected = 2 * Math.Exp(-40);
        Assert.Equal(expected, loss, 1e-6 * expected);
        Assert.Equal(-expected, gradient[1], 1e-6 * expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Given_a_temperature_that_is_none_When_made_Then_the_message_says_what_was_expected(double temperature)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(nameof(temperature), () => new CrossEntropyLoss(temperature));

        Assert.Equal(temperature, exception.ActualValue);
        Assert.StartsWith("Expected a finite number above 0.", exception.Message, StringComparison.Ordinal);
    }
}
