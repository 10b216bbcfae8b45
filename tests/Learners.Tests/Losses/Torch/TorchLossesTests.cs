using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Losses.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Losses.Torch;

public sealed class TorchLossesTests
{
    private const int Samples = 50;

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_a_loss_When_Torch_computes_it_too_Then_loss_and_gradient_are_the_same(string name)
    {
        var row = LossRows.Named(name);
        foreach (var scale in new[] { 0.1, 1.5, 8 })
        {
            var (predictions, targets) = row.Samples(Samples, seed: 20, scale);
            using var scope = NewDisposeScope();
            var f = Predictions(row, predictions);

            var losses = TorchLosses.PerSample(row.Loss, f, tensor(targets, [Samples, row.TargetWidth]));

            var gradient = autograd.grad([losses.sum()], [f])[0];
            var (actualLosses, actualGradient) = row.Evaluate(predictions, targets);
            Assert.Equal([Samples], losses.shape);
            AssertClose(losses, actualLosses, relative: 1e-5);
            AssertClose(gradient, actualGradient, relative: 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_a_direction_When_Torch_differentiates_twice_Then_it_is_the_slope_of_the_gradient_along_it(string name)
    {
        var row = LossRows.Named(name);
        var (predictions, targets) = row.Samples(Samples, seed: 21, scale: 1);
        float[] direction = [.. Enumerable.Range(0, predictions.Length).Select(i => (i * 7 % 5) - 2f)];
        using var scope = NewDisposeScope();
        var f = Predictions(row, predictions);

        var losses = TorchLosses.PerSample(row.Loss, f, tensor(targets, [Samples, row.TargetWidth]));

        // Without being told to retain the graph, Torch ends the process on the second pass.
        var gradient = autograd.grad([losses.sum()], [f], retain_graph: true, create_graph: true)[0];

        // The slope of a straight piece is a constant, without a graph.
        var v = tensor(direction, [Samples, row.Outputs], float64);
        var curvature = gradient.requires_grad ? autograd.grad([(gradient * v).sum()], [f])[0] : zeros_like(f);
        var expected = new float[predictions.Length];
        for (var s = 0; s < Samples; s++)
        {
            var sample = (s * row.Outputs)..((s + 1) * row.Outputs);
            var y = targets[(s * row.TargetWidth)..((s + 1) * row.TargetWidth)];
            var loss = row.HeldAt?.Invoke(predictions[sample]) ?? row.Loss;
            var (near, far) = (Slope(1f / 128), Slope(1f / 64));
            for (var k = 0; k < row.Outputs; k++)
            {
                expected[(s * row.Outputs) + k] = (float)(((4 * near[k]) - far[k]) / 3);
            }

            double[] Slope(float step)
            {
                var above = row.Evaluate(loss, Moved(predictions[sample], direction[sample], step), y).Gradient;
                var below = row.Evaluate(loss, Moved(predictions[sample], direction[sample], -step), y).Gradient;
                return [.. above.Zip(below, (high, low) => ((double)high - low) / (2 * step))];
            }
        }

        AssertClose(curvature, expected, relative: 1e-3);
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_float_predictions_When_Torch_computes_a_loss_Then_it_is_a_float_that_outlives_the_computation(string name)
    {
        var row = LossRows.Named(name);
        var (predictions, targets) = row.Samples(Samples, seed: 22);
        using var scope = NewDisposeScope();

        var losses = TorchLosses.PerSample(
            row.Loss, tensor(predictions, [Samples, row.Outputs]), tensor(targets, [Samples, row.TargetWidth]));

        Assert.Equal(ScalarType.Float32, losses.dtype);
        Assert.Equal(3, scope.DisposablesCount);

        // A large lambda multiplies the rounding of a logarithm.
        AssertClose(losses, row.Evaluate(predictions, targets).Losses, relative: 1e-4);
    }

    [Fact]
    public void Given_outputs_at_the_kink_When_Torch_differentiates_Then_the_subgradient_is_the_same()
    {
        using var scope = NewDisposeScope();
        var f = tensor([1.0, 2, 3], [1, 3]).requires_grad_();
        var loss = new PinballLoss(0.1, 0.4, 0.9);

        var gradient = autograd.grad([TorchLosses.PerSample(loss, f, tensor([2.0], [1, 1])).sum()], [f])[0];

        AssertClose(gradient, loss.Of([1, 2, 3], 2).Gradient, relative: 1e-6);
    }

    [Fact]
    public void Given_shapes_that_do_not_fit_When_Torch_computes_a_loss_Then_the_message_says_which_were_expected()
    {
        using var scope = NewDisposeScope();

        var flat = Throws("predictions", new SquaredLoss(), zeros(4), zeros(4));
        var narrow = Throws("targets", new SquaredLoss(), zeros(4, 2), zeros(4, 1));
        var labels = Throws("targets", new CrossEntropyLoss(), zeros(4, 2), zeros(4));

        Assert.StartsWith("Predictions have the shape [4]; expected [samples, outputs].", flat.Message, StringComparison.Ordinal);
        Assert.StartsWith("Targets have the shape [4, 1]; expected [4, 2].", narrow.Message, StringComparison.Ordinal);
        Assert.StartsWith("Targets have the shape [4]; expected [4, 1].", labels.Message, StringComparison.Ordinal);

        static ArgumentException Throws(string parameter, Loss loss, Tensor predictions, Tensor targets) =>
            Assert.Throws<ArgumentException>(parameter, () => TorchLosses.PerSample(loss, predictions, targets));
    }

    [Fact]
    public void Given_a_loss_of_somebody_elses_When_Torch_is_asked_for_it_Then_it_is_refused_by_name()
    {
        using var scope = NewDisposeScope();

        var exception = Assert.Throws<NotSupportedException>(() => TorchLosses.PerSample(new StrangeLoss(), zeros(1, 1), zeros(1, 1)));

        Assert.Equal("There is no Torch form of the loss 'strange'.", exception.Message);
    }

    /// <summary>In double precision, so that what differs is the other's rounding.</summary>
    private static Tensor Predictions(LossRow row, float[] predictions) =>
        tensor(predictions, [Samples, row.Outputs], float64).requires_grad_();

    private static float[] Moved(float[] from, float[] direction, float step) =>
        [.. from.Zip(direction, (start, along) => start + (step * along))];

    private static void AssertClose(Tensor expected, float[] actual, double relative)
    {
        var numbers = expected.detach().to_type(ScalarType.Float64).reshape(-1).data<double>().ToArray();
        Assert.Equal(numbers.Length, actual.Length);
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.True(
                Math.Abs(actual[i] - numbers[i]) <= relative * Math.Max(1, Math.Abs(numbers[i])),
                $"Number {i}: {actual[i]}, by Torch {numbers[i]}.");
        }
    }

    private sealed class StrangeLoss : Loss
    {
        public override string Kind => "strange";

        public override LossInput Input => LossInput.Outputs;

        public override int TargetWidth(int outputs) => outputs;

        public override void Evaluate(
            ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int outputs, Span<float> losses, Span<float> gradient) =>
            throw new NotSupportedException();
    }
}
