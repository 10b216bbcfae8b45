using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

public sealed class LogisticLossTests
{
    [Fact]
    public void Given_logits_of_known_probabilities_When_evaluated_Then_it_is_the_mean_of_their_negative_logarithms()
    {
        var logit = SingleSample.LogitsOf(0.8)[0];

        var (loss, gradient) = new LogisticLoss().Of([logit, logit, logit], 1, 0, 0.25f);

        var (yes, no) = (-Math.Log(0.8), -Math.Log(0.2));
        Assert.Equal((yes + no + (0.25 * yes) + (0.75 * no)) / 3, loss, 1e-6);
        Assert.Equal(-0.2 / 3, gradient[0], 1e-7);
        Assert.Equal(0.8 / 3, gradient[1], 1e-7);
        Assert.Equal(0.55 / 3, gradient[2], 1e-7);
    }

    [Theory]
    [InlineData(1e4f, 1, 0, 0)]
    [InlineData(1e4f, 0, 1e4f, 1)]
    [InlineData(-1e4f, 1, 1e4f, -1)]
    [InlineData(-1e4f, 0, 0, 0)]
    [InlineData(1e30f, 0, 1e30f, 1)]
    [InlineData(-1e30f, 1, 1e30f, -1)]
    [InlineData(-1e30f, 0, 0, 0)]
    [InlineData(1e30f, 0.5f, 5e29f, 0.5f)]
    public void Given_a_large_logit_When_evaluated_Then_loss_and_gradient_are_their_limits(
        float logit, float target, float loss, float gradient)
    {
        var (actual, slope) = new LogisticLoss().Of([logit], target);

        Assert.Equal(loss, actual);
        Assert.Equal(gradient, slope[0]);
    }

    [Theory]
    [InlineData(40, 1, -1)]
    [InlineData(-40, 0, 1)]
    public void Given_a_sure_and_right_logit_When_evaluated_Then_loss_and_gradient_keep_their_digits(float logit, float target, int sign)
    {
        var (loss, gradient) = new LogisticLoss().Of([logit], target);

        Assert.Equal(Math.Exp(-40), loss, 1e-6 * Math.Exp(-40));
        Assert.Equal(sign * Math.Exp(-40), gradient[0], 1e-6 * Math.Exp(-40));
    }

    [Theory]
    [InlineData(-0.01f)]
    [InlineData(1.01f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Given_a_target_that_is_no_probability_When_evaluated_Then_the_message_names_it_and_nothing_is_written(float target)
    {
        float[] losses = [7, 7];
        float[] gradient = [7, 7, 7, 7];

        var exception = Assert.Throws<ArgumentException>(
            "targets", () => new LogisticLoss().Evaluate(new float[4], [0, 1, 0.5f, target], 2, losses, gradient));

        Assert.StartsWith(
            $"Target 1 of sample 1 is {target}; expected a probability, a number from 0 to 1.",
            exception.Message,
            StringComparison.Ordinal);
        Assert.All([.. losses, .. gradient], number => Assert.Equal(7, number));
    }
}
