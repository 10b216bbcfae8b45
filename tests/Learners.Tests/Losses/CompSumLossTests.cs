using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

public sealed class CompSumLossTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.8284271)]
    [InlineData(1, 0.6931472)]
    [InlineData(1.5, 0.5857864)]
    [InlineData(2, 0.5)]
    public void Given_a_label_of_probability_one_half_When_evaluated_Then_it_is_the_sheets_value(double tau, double expected)
    {
        Assert.Equal(expected, new CompSumLoss(tau).Of([3, 3], 0).Loss, 1e-6);
        Assert.Equal(expected, new CompSumLoss(tau).Of([0, MathF.Log(2), 0], 1).Loss, 1e-6);
    }

    [Fact]
    public void Given_class_probabilities_When_the_excess_risk_of_equal_logits_is_computed_Then_the_sheets_bound_on_mistakes_holds()
    {
        // Classes of probability (1 + t) / 2 and (1 - t) / 2: equal logits lose t against the best decision.
        const double T = 0.5;
        var best = SingleSample.LogitsOf((1 + T) / 2);
        var loss = new CompSumLoss(1);

        var excess = Risk([0, 0]) - Risk(best);

        Assert.Equal(0.1308120, excess, 1e-6);
        Assert.Equal(0.5114920, Math.Sqrt(2 * excess), 1e-5);
        Assert.True(Math.Sqrt(2 * excess) >= T);

        double Risk(float[] logits) => ((1 + T) / 2 * loss.Of(logits, 0).Loss) + ((1 - T) / 2 * loss.Of(logits, 1).Loss);
    }

    [Property(MaxTest = 500)]
    public Property Given_any_logits_When_tau_grows_Then_the_loss_falls_and_the_gradient_is_the_sheets()
    {
        var cases = from classes in Gen.Choose(2, 6)
                    from f in Gen.Choose(-1500, 1500).Select(f => f / 512f).ArrayOf(classes)
                    from label in Gen.Choose(0, classes - 1)
                    from taus in Gen.Choose(0, 200).Select(tau => tau / 100.0).Two()
                    select (f, label, taus);
        return Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var (f, label, (first, second)) = sample;
            var (lower, upper) = (Math.Min(first, second), Math.Max(first, second));

            var (loss, gradient) = new CompSumLoss(lower).Of(f, label);

            Assert.True(new CompSumLoss(upper).Of(f, label).Loss <= loss);
            var probability = Math.Exp(f[label]) / f.Sum(each => Math.Exp(each));
            var expected = -Math.Pow(probability, lower - 1) * (1 - probability);
            Assert.Equal(expected, gradient[label], 1e-5 * Math.Max(1, -expected));
        });
    }

    [Fact]
    public void Given_tau_one_When_evaluated_Then_it_is_the_cross_entropy_to_the_bit()
    {
        var row = new LossRow(new CompSumLoss(), 5);
        var (predictions, targets) = row.Samples(samples: 100, seed: 12);

        var (losses, gradient) = row.Evaluate(predictions, targets);

        var (expectedLosses, expectedGradient) = row.Evaluate(new CrossEntropyLoss(), predictions, targets);
        Assert.Equal(expectedLosses, losses);
        Assert.Equal(expectedGradient, gradient);
    }

    [Theory]
    [InlineData(1 - 1e-9)]
    [InlineData(1 + 1e-9)]
    public void Given_tau_next_to_one_When_evaluated_Then_it_is_next_to_the_cross_entropy(double tau)
    {
        Assert.Equal(new CrossEntropyLoss().Of([2, 1, 0], 2).Loss, new CompSumLoss(tau).Of([2, 1, 0], 2).Loss, 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void Given_a_sure_and_right_sample_When_evaluated_Then_the_loss_keeps_its_digits(double tau)
    {
        // To first order the whole family is 1 - p[y].
        Assert.Equal(Math.Exp(-40), new CompSumLoss(tau).Of([40, 0], 0).Loss, 1e-6 * Math.Exp(-40));
    }

    [Theory]
    [InlineData(0, float.PositiveInfinity)]
    [InlineData(0.5, float.PositiveInfinity)]
    [InlineData(1, 2e4f)]
    [InlineData(1.5, 2)]
    [InlineData(2, 1)]
    public void Given_a_label_as_unlikely_as_can_be_When_evaluated_Then_the_loss_is_its_limit(double tau, float expected)
    {
        var (loss, gradient) = new CompSumLoss(tau).Of([-1e4f, 1e4f], 0);

        Assert.Equal(expected, loss);
        if (tau > 1)
        {
            Assert.All(gradient, slope => Assert.Equal(0, slope));
        }
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(2.01)]
    [InlineData(double.NaN)]
    public void Given_a_tau_outside_the_family_When_made_Then_the_message_says_what_was_expected(double tau)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(nameof(tau), () => new CompSumLoss(tau));

        Assert.Equal(tau, exception.ActualValue);
        Assert.StartsWith("Expected a number from 0 to 2.", exception.Message, StringComparison.Ordinal);
    }
}
