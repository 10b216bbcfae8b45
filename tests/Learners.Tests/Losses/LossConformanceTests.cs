using System.Reflection;
using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

/// <summary>What every loss has to keep to, whatever it measures.</summary>
public sealed class LossConformanceTests
{
    private static readonly float[] NotFinite = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    [Fact]
    public void Given_the_rows_When_losses_are_counted_Then_none_is_left_out()
    {
        var losses = typeof(Loss).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Loss)) && !type.IsAbstract).ToArray();

        Assert.NotEmpty(losses);
        Assert.Equal(losses.ToHashSet(), [.. LossRows.List.Select(row => row.Loss.GetType())]);
        Assert.Equal(losses.Length, LossRows.List.Select(row => row.Loss.Kind).Distinct().Count());
        Assert.All(losses, loss => Assert.True(loss.IsSealed && loss.IsPublic, loss.Name));
        Assert.All(losses, loss => Assert.All(
            loss.GetProperties(BindingFlags.Public | BindingFlags.Instance), property => Assert.False(property.CanWrite, property.Name)));
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_predictions_When_it_is_evaluated_Then_the_gradient_is_the_slope_by_finite_differences(string name)
    {
        var row = LossRows.Named(name);
        const int Samples = 40;
        var (predictions, targets) = row.Samples(Samples, seed: 1);

        var (losses, gradient) = row.Evaluate(predictions, targets);

        for (var s = 0; s < Samples; s++)
        {
            var f = predictions.AsSpan(s * row.Outputs, row.Outputs).ToArray();
            var y = targets.AsSpan(s * row.TargetWidth, row.TargetWidth).ToArray();
            var loss = row.HeldAt?.Invoke(f) ?? row.Loss;
            for (var k = 0; k < row.Outputs; k++)
            {
                // Richardson's extrapolation: what a step of twice the width gets wrong is four times as much.
                const float Step = 1f / 64;
                var expected = ((4 * Slope(Step)) - Slope(2 * Step)) / 3;

                // Differences of large losses are as coarse as these are in a float.
                var actual = gradient[(s * row.Outputs) + k];
                var tolerance = 1e-4 * Math.Max(1, Math.Max(Math.Abs(expected), 0.1 * Math.Abs(losses[s])));
                Assert.True(
                    Math.Abs(actual - expected) <= tolerance,
                    $"Sample {s}, output {k}: {actual}, expected {expected}.");

                double Slope(float step)
                {
                    var (above, below) = (f.ToArray(), f.ToArray());
                    above[k] += step;
                    below[k] -= step;
                    return ((double)row.Evaluate(loss, above, y).Losses[0] - row.Evaluate(loss, below, y).Losses[0]) / (2 * step);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_a_sample_When_others_come_with_it_Then_its_loss_and_gradient_are_the_same_bits(string name)
    {
        var row = LossRows.Named(name);
        const int Samples = 37;
        var (predictions, targets) = row.Samples(Samples, seed: 2, scale: 4);

        var (losses, gradient) = row.Evaluate(predictions, targets);

        for (var s = 0; s < Samples; s++)
        {
            var (loss, slope) = row.Evaluate(
                predictions.AsSpan(s * row.Outputs, row.Outputs).ToArray(), targets.AsSpan(s * row.TargetWidth, row.TargetWidth).ToArray());

            Assert.Equal(Bits(loss), Bits([losses[s]]));
            Assert.Equal(Bits(slope), Bits(gradient.AsSpan(s * row.Outputs, row.Outputs).ToArray()));
        }
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_many_evaluations_When_allocated_bytes_are_counted_Then_there_are_none(string name)
    {
        var row = LossRows.Named(name);
        var (predictions, targets) = row.Samples(samples: 16, seed: 3);
        var losses = new float[16];
        var gradient = new float[predictions.Length];
        row.Loss.Evaluate(predictions, targets, row.Outputs, losses, gradient);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            row.Loss.Evaluate(predictions, targets, row.Outputs, losses, gradient);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_a_prediction_that_is_not_finite_When_evaluated_Then_neither_is_that_samples_loss_and_others_are_as_ever(string name)
    {
        var row = LossRows.Named(name);
        const int Samples = 3;
        var (predictions, targets) = row.Samples(Samples, seed: 4);
        var (losses, gradient) = row.Evaluate(predictions, targets);
        foreach (var value in NotFinite)
        {
            for (var k = 0; k < row.Outputs; k++)
            {
                var damaged = predictions.ToArray();
                damaged[row.Outputs + k] = value;

                var (damagedLosses, damagedGradient) = row.Evaluate(damaged, targets);

                Assert.False(float.IsFinite(damagedLosses[1]), $"{value} as output {k}: {damagedLosses[1]}");
                AssertOthersAreAsEver(row, losses, gradient, damagedLosses, damagedGradient);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LossRows.OfOutputs), MemberType = typeof(LossRows))]
    public void Given_a_target_that_is_not_finite_When_evaluated_Then_neither_is_that_samples_loss_and_others_are_as_ever(string name)
    {
        var row = LossRows.Named(name);
        var (predictions, targets) = row.Samples(samples: 3, seed: 5);
        var (losses, gradient) = row.Evaluate(predictions, targets);
        foreach (var value in NotFinite)
        {
            for (var j = 0; j < row.TargetWidth; j++)
            {
                var damaged = targets.ToArray();
                damaged[row.TargetWidth + j] = value;

                var (damagedLosses, damagedGradient) = row.Evaluate(predictions, damaged);

                Assert.False(float.IsFinite(damagedLosses[1]), $"{value} as target {j}: {damagedLosses[1]}");
                AssertOthersAreAsEver(row, losses, gradient, damagedLosses, damagedGradient);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_the_largest_predictions_When_it_is_evaluated_Then_no_loss_is_NaN_and_a_finite_loss_has_a_finite_gradient(string name)
    {
        var row = LossRows.Named(name);
        var (_, targets) = row.Samples(samples: 20, seed: 6);

        // Up to this size a loss has to be finite, unless it grows exponentially: a float has no square of 1e30.
        var representable = row.Loss is SquaredLoss ? 1e4f : 1e30f;
        foreach (var size in new[] { 1e-30f, 100, 1e4f, 1e30f, float.MaxValue })
        {
            // Every mixture of -size, 0 and size.
            var predictions = row.Samples(samples: 20, seed: 7).Predictions.Select(f => size * MathF.Round(MathF.Tanh(f))).ToArray();

            var (losses, gradient) = row.Evaluate(predictions, targets);

            for (var s = 0; s < losses.Length; s++)
            {
                Assert.False(float.IsNaN(losses[s]), $"Size {size}, sample {s}: the loss is NaN.");
                Assert.True(
                    float.IsFinite(losses[s]) || size > representable || (row.GrowsExponentially && size >= 100),
                    $"Size {size}, sample {s}: the loss is {losses[s]}.");
                if (float.IsFinite(losses[s]))
                {
                    Assert.All(gradient.AsSpan(s * row.Outputs, row.Outputs).ToArray(), slope => Assert.True(float.IsFinite(slope)));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_no_samples_When_it_is_evaluated_Then_there_is_nothing_to_do(string name)
    {
        var row = LossRows.Named(name);

        row.Loss.Evaluate([], [], row.Outputs, [], []);
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_no_outputs_When_the_target_width_is_asked_for_Then_the_message_says_how_many_there_have_to_be(string name)
    {
        var loss = LossRows.Named(name).Loss;
        var fewest = loss switch { LabelLoss => 2, PinballLoss pinball => pinball.Levels.Length, _ => 1 };

        var exception = Assert.Throws<ArgumentException>("outputs", () => loss.TargetWidth(0));

        Assert.StartsWith(
            $"The loss '{loss.Kind}' is of at least {fewest} outputs; there are 0.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_lengths_that_do_not_fit_When_it_is_evaluated_Then_the_message_says_expected_and_actual_length(string name)
    {
        var row = LossRows.Named(name);
        var (outputs, width) = (row.Outputs, row.TargetWidth);

        Throws("predictions", outputs, predictions: (2 * outputs) + 1, targets: 2 * width, gradient: 2 * outputs, (2 * outputs) + 1);
        Throws("targets", width, predictions: 2 * outputs, targets: (2 * width) - 1, gradient: 2 * outputs, (2 * width) - 1);
        Throws("gradient", outputs, predictions: 2 * outputs, targets: 2 * width, gradient: 0, 0);

        void Throws(string what, int each, int predictions, int targets, int gradient, int actual)
        {
            var exception = Assert.Throws<ArgumentException>(
                what,
                () => row.Loss.Evaluate(new float[predictions], new float[targets], outputs, new float[2], new float[gradient]));
            Assert.StartsWith(
                $"Length of the {what} is {actual}; expected {2 * each}, {each} for each of 2 losses.",
                exception.Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_a_gradient_over_the_predictions_When_it_is_evaluated_Then_it_is_refused(string name)
    {
        var row = LossRows.Named(name);
        var (predictions, targets) = row.Samples(samples: 2, seed: 8);

        var exception = Assert.Throws<ArgumentException>(
            "gradient", () => row.Loss.Evaluate(predictions, targets, row.Outputs, new float[2], predictions));

        Assert.StartsWith(
            "The gradient overlaps the predictions; expected memory of its own.", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertOthersAreAsEver(
        LossRow row, float[] losses, float[] gradient, float[] damagedLosses, float[] damagedGradient)
    {
        foreach (var s in new[] { 0, 2 })
        {
            var sample = (s * row.Outputs)..((s + 1) * row.Outputs);
            Assert.Equal(losses[s], damagedLosses[s]);
            Assert.Equal(gradient[sample], damagedGradient[sample]);
        }
    }

    private static int[] Bits(float[] numbers) => [.. numbers.Select(BitConverter.SingleToInt32Bits)];
}
