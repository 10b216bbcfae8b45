using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

/// <summary>LDR-KL and ALDR-KL.</summary>
public sealed class LabelDistributionallyRobustLossTests
{
    [Theory]
    [InlineData(1, 0, -0.6910063)]
    [InlineData(1e-3, 2, 0.9989014)]
    [InlineData(1, 2, 0.4528324)]
    [InlineData(1e4, 2, 0.3333444)]
    public void Given_the_sheets_logits_When_evaluated_Then_it_is_the_sheets_value(double lambda, double margin, double expected)
    {
        Assert.Equal(expected, new LabelDistributionallyRobustLoss(lambda, margin).Of([2, 1, 0], 0).Loss, 1e-6);
    }

    [Theory]
    [InlineData(new float[] { 2, 1, 0 }, 0.8788396, -0.6714666)]
    [InlineData(new float[] { 1, 1, 1 }, 1, 0)]
    [InlineData(new float[] { 50, 0, 0 }, 0.5, -0.8239592)]
    public void Given_the_sheets_logits_When_lambda_adapts_Then_lambda_and_loss_are_the_sheets(
        float[] logits, double lambda, double expected)
    {
        var loss = new AdaptiveLabelDistributionallyRobustLoss(lambda0: 1, alpha: 2, margin: 0);

        Assert.Equal(lambda, loss.LambdaOf(logits), 1e-6);
        Assert.Equal(expected, loss.Of(logits, 0).Loss, 1e-6);
    }

    [Fact]
    public void Given_the_sheets_logits_When_their_divergence_from_uniform_is_computed_Then_it_is_the_sheets()
    {
        Assert.Equal(0.2662167, LabelSoftmax.DivergenceFromUniform([2, 1, 0], temperature: 1), 1e-6);
    }

    [Fact]
    public void Given_lambda_one_without_margin_When_evaluated_Then_it_is_the_cross_entropy_less_that_of_guessing()
    {
        var row = new LossRow(new LabelDistributionallyRobustLoss(lambda: 1, margin: 0), 5);
        var (predictions, targets) = row.Samples(samples: 100, seed: 13);

        var (losses, gradient) = row.Evaluate(predictions, targets);

        var (crossEntropies, expectedGradient) = row.Evaluate(new CrossEntropyLoss(), predictions, targets);
        Assert.All(losses.Zip(crossEntropies), pair => Assert.Equal(pair.Second - Math.Log(5), pair.First, 1e-6));
        Assert.Equal(expectedGradient, gradient);
    }

    [Property(MaxTest = 500)]
    public Property Given_any_logits_When_lambda_grows_Then_the_loss_falls_from_the_largest_to_the_mean_margin_difference()
    {
        var cases = from f in Logits
                    from label in Gen.Choose(0, f.Length - 1)
                    from margin in Gen.Elements(0.0, 0.5, 2)
                    from lambdas in Gen.Choose(-300, 300).Select(exponent => Math.Pow(10, exponent / 100.0)).Two()
                    select (f, label, margin, lambdas);
        return Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var (f, label, margin, (first, second)) = sample;
            double[] differences = [.. f.Select((each, k) => each - f[label] + (k == label ? 0 : margin))];

            var sharper = new LabelDistributionallyRobustLoss(Math.Min(first, second), margin).Of(f, label).Loss;
            var flatter = new LabelDistributionallyRobustLoss(Math.Max(first, second), margin).Of(f, label).Loss;

            const double Rounding = 1e-6;
            Assert.InRange(sharper, flatter - Rounding, differences.Max() + Rounding);
            Assert.InRange(flatter, differences.Average() - Rounding, sharper + Rounding);
        });
    }

    [Property(MaxTest = 500)]
    public Property Given_any_logits_When_lambda_adapts_Then_it_stays_in_its_range_and_the_gradient_is_that_of_the_held_lambda()
    {
        var cases = from f in Logits
                    from label in Gen.Choose(0, f.Length - 1)
                    from lambda0 in Gen.Elements(0.01, 0.5, 1, 20)
                    from alpha in Gen.Elements(1.001, 2, 10)
                    from margin in Gen.Elements(0.0, 1)
                    from scale in Gen.Elements(0, 1, 1e4f, 1e30f)
                    let loss = new AdaptiveLabelDistributionallyRobustLoss(lambda0, alpha, margin)
                    select (f.Select(each => scale * each).ToArray(), label, loss);
        return Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var (f, label, loss) = sample;

            var lambda = loss.LambdaOf(f);

            Assert.InRange(lambda, loss.Lambda0 * (1 - (1 / loss.Alpha)) * (1 - 1e-12), loss.Lambda0);
            var held = new LabelDistributionallyRobustLoss(lambda, loss.Margin).Of(f, label);
            var adaptive = loss.Of(f, label);
            Assert.Equal(held.Gradient, adaptive.Gradient);
            Assert.True(adaptive.Loss <= held.Loss);
        });
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(1e30f)]
    public void Given_large_logits_When_evaluated_Then_loss_and_gradient_are_their_limits(float size)
    {
        foreach (var loss in new Loss[] { new LabelDistributionallyRobustLoss(), new AdaptiveLabelDistributionallyRobustLoss() })
        {
            var wrong = loss.Of([size, -size], 1);
            var right = loss.Of([size, -size], 0);

            Assert.Equal(2 * size, wrong.Loss, 1e-4 * size);
            Assert.Equal([1, -1], wrong.Gradient);
            Assert.InRange(right.Loss, -1, 0);
            Assert.All(right.Gradient, slope => Assert.Equal(0, slope));
        }
    }

    [Theory]
    [InlineData(0, 1, "lambda", "Expected a finite number above 0.")]
    [InlineData(-1, 1, "lambda", "Expected a finite number above 0.")]
    [InlineData(double.NaN, 1, "lambda", "Expected a finite number above 0.")]
    [InlineData(double.PositiveInfinity, 1, "lambda", "Expected a finite number above 0.")]
    [InlineData(1, -0.1, "margin", "Expected a finite number of at least 0.")]
    [InlineData(1, double.NaN, "margin", "Expected a finite number of at least 0.")]
    [InlineData(1, double.PositiveInfinity, "margin", "Expected a finite number of at least 0.")]
    public void Given_parameters_that_are_none_When_made_Then_the_message_says_what_was_expected(
        double lambda, double margin, string parameter, string message)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(
            parameter, () => new LabelDistributionallyRobustLoss(lambda, margin));

        Assert.Equal(parameter == "lambda" ? lambda : margin, exception.ActualValue);
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2, 1, "lambda0", "Expected a finite number above 0.")]
    [InlineData(1, 1, 1, "alpha", "Expected a finite number above 1, or lambda could become 0.")]
    [InlineData(1, double.NaN, 1, "alpha", "Expected a finite number above 1, or lambda could become 0.")]
    [InlineData(1, double.PositiveInfinity, 1, "alpha", "Expected a finite number above 1, or lambda could become 0.")]
    [InlineData(1, 2, -1, "margin", "Expected a finite number of at least 0.")]
    public void Given_adaptive_parameters_that_are_none_When_made_Then_the_message_says_what_was_expected(
        double lambda0, double alpha, double margin, string parameter, string message)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(
            parameter, () => new AdaptiveLabelDistributionallyRobustLoss(lambda0, alpha, margin));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    private static Gen<float[]> Logits =>
        from classes in Gen.Choose(2, 6)
        from f in Gen.Choose(-1500, 1500).Select(f => f / 512f).ArrayOf(classes)
        select f;

    [Theory]
    [InlineData(1e4)]
    [InlineData(1e9)]
    [InlineData(1e12)]
    [InlineData(1e18)]
    [InlineData(1e300)]
    public void Given_a_lambda_however_large_When_evaluated_Then_it_is_the_mean_margin_difference(double lambda) =>
        Assert.Equal(1.0 / 3, new LabelDistributionallyRobustLoss(lambda, margin: 2).Of([2, 1, 0], 0).Loss, 2e-5);

    [Fact]
    public void Given_a_lambda_however_small_When_evaluated_Then_it_is_the_largest_margin_difference() =>
        Assert.Equal(3, new LabelDistributionallyRobustLoss(lambda: 1e-300, margin: 2).Of([0, 1, 0], 0).Loss, 1e-6);
}
