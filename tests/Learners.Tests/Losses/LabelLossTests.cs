using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

/// <summary>What the losses of class labels have in common.</summary>
public sealed class LabelLossTests
{
    [Theory]
    [MemberData(nameof(LossRows.OfLabels), MemberType = typeof(LossRows))]
    public void Given_a_target_that_is_no_class_When_it_is_evaluated_Then_the_message_names_sample_value_and_classes_and_nothing_is_written(
        string name)
    {
        var row = LossRows.Named(name);
        var predictions = new float[3 * row.Outputs];
        foreach (var target in new[] { -1, 0.5f, row.Outputs, 1e30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            float[] losses = [7, 7, 7];
            float[] gradient = [.. Enumerable.Repeat(7f, predictions.Length)];

            var exception = Assert.Throws<ArgumentException>(
                "targets", () => row.Loss.Evaluate(predictions, [0, 1, target], row.Outputs, losses, gradient));

            Assert.StartsWith(
                $"The target of sample 2 is {target}; expected a class index, a whole number from 0 to {row.Outputs - 1}.",
                exception.Message,
                StringComparison.Ordinal);
            Assert.All([.. losses, .. gradient], number => Assert.Equal(7, number));
        }
    }

    [Theory]
    [MemberData(nameof(LossRows.OfLabels), MemberType = typeof(LossRows))]
    public void Given_logits_that_are_not_finite_When_it_is_evaluated_Then_the_gradient_of_the_sample_is_NaN(string name)
    {
        var row = LossRows.Named(name);
        var (predictions, targets) = row.Samples(samples: 1, seed: 9);
        predictions[^1] = float.NegativeInfinity;

        var (losses, gradient) = row.Evaluate(predictions, targets);

        Assert.True(float.IsNaN(losses[0]));
        Assert.All(gradient, slope => Assert.True(float.IsNaN(slope)));
    }

    [Theory]
    [MemberData(nameof(LossRows.OfLabels), MemberType = typeof(LossRows))]
    public void Given_all_logits_raised_alike_When_it_is_evaluated_Then_loss_and_gradient_stay_and_the_gradient_sums_to_zero(string name)
    {
        var row = LossRows.Named(name);
        var (predictions, targets) = row.Samples(samples: 50, seed: 10);

        var (losses, gradient) = row.Evaluate(predictions, targets);

        // Exact in a float: predictions are multiples of 2^-10.
        var (raisedLosses, raisedGradient) = row.Evaluate([.. predictions.Select(f => f + 1024)], targets);
        for (var s = 0; s < losses.Length; s++)
        {
            var slopes = gradient.AsSpan(s * row.Outputs, row.Outputs).ToArray();
            Assert.Equal(losses[s], raisedLosses[s], 1e-6 * Math.Max(1, Math.Abs(losses[s])));
            Assert.Equal(0, slopes.Sum(slope => (double)slope), 1e-6 * Math.Max(1, slopes.Max(Math.Abs)));
            Assert.True(slopes[(int)targets[s]] <= 0 && slopes.Count(slope => slope < 0) <= 1, "Only the label's logit is to rise.");
        }

        for (var i = 0; i < gradient.Length; i++)
        {
            Assert.Equal(gradient[i], raisedGradient[i], 1e-6 * Math.Max(1, Math.Abs(gradient[i])));
        }
    }

    [Property]
    public Property Given_any_logits_When_classes_change_places_Then_the_gradient_does_with_them()
    {
        var logits = Gen.Choose(-2000, 2000).Select(f => f / 512f).ArrayOf(5);
        var rows = LossRows.List.Where(row => row is { Loss: LabelLoss, Outputs: 5 });
        var cases = from row in Gen.Elements(rows)
                    from f in logits
                    from label in Gen.Choose(0, 4)
                    select (row, f, label);
        return Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var (row, f, label) = sample;

            var (loss, gradient) = row.Evaluate(f, [label]);
            var (reversedLoss, reversedGradient) = row.Evaluate([.. f.Reverse()], [4 - label]);

            Assert.Equal(loss[0], reversedLoss[0], 1e-6 * Math.Max(1, Math.Abs(loss[0])));
            for (var k = 0; k < 5; k++)
            {
                Assert.Equal(gradient[k], reversedGradient[4 - k], 1e-6 * Math.Max(1, Math.Abs(gradient[k])));
            }
        });
    }
}
