using System.Globalization;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Losses;

/// <summary>A loss under test, with its number of outputs, and examples for it.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Outputs">Outputs of a sample.</param>
public sealed record LossRow(Loss Loss, int Outputs)
{
    /// <summary>How far predictions stay from a kink of the loss.</summary>
    internal const double Clearance = 1.0 / 16;

    internal int TargetWidth => Loss.TargetWidth(Outputs);

    /// <summary>
    /// Distance of an error f - y to the nearest place where the loss has a kink or its slope has; infinite where it has none.
    /// </summary>
    internal Func<double, double> DistanceToKink { get; init; } = _ => double.PositiveInfinity;

    /// <summary>The loss whose slope the gradient at some logits is: the loss itself, unless it has a parameter that it holds.</summary>
    internal Func<float[], Loss>? HeldAt { get; init; }

    /// <summary>Whether finite predictions can have an infinite loss, because the loss is exponential in them.</summary>
    internal bool GrowsExponentially { get; init; }

    /// <summary>Samples of normal predictions, and targets that such a loss has. Predictions are multiples of 2^-10.</summary>
    internal (float[] Predictions, float[] Targets) Samples(int samples, ulong seed, double scale = 1.5)
    {
        var random = new Xoshiro256(seed);
        var targets = new float[samples * TargetWidth];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = Loss switch
            {
                LabelLoss => (int)(random.NextDouble() * Outputs),
                LogisticLoss => Math.Clamp((float)((1.5 * random.NextDouble()) - 0.25), 0, 1),
                _ => (float)(scale * random.NextGaussian()),
            };
        }

        var predictions = new float[samples * Outputs];
        for (var i = 0; i < predictions.Length; i++)
        {
            do
            {
                predictions[i] = (float)(Math.Round(1024 * scale * random.NextGaussian()) / 1024);
            }
            while (DistanceToKink(predictions[i] - targets[i * TargetWidth / Outputs]) < Clearance);
        }

        return (predictions, targets);
    }

    internal (float[] Losses, float[] Gradient) Evaluate(float[] predictions, float[] targets) => Evaluate(Loss, predictions, targets);

    internal (float[] Losses, float[] Gradient) Evaluate(Loss loss, float[] predictions, float[] targets)
    {
        // What is not written is seen.
        float[] losses = [.. Enumerable.Repeat(-99f, predictions.Length / Outputs)];
        float[] gradient = [.. Enumerable.Repeat(-99f, predictions.Length)];
        loss.Evaluate(predictions, targets, Outputs, losses, gradient);
        return (losses, gradient);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Loss.Kind}({string.Join(", ", Loss switch
        {
            HuberLoss huber => [huber.Delta],
            PinballLoss pinball => pinball.Levels,
            CrossEntropyLoss crossEntropy => [crossEntropy.Temperature],
            CompSumLoss compSum => [compSum.Tau],
            LabelDistributionallyRobustLoss robust => [robust.Lambda, robust.Margin],
            AdaptiveLabelDistributionallyRobustLoss adaptive => [adaptive.Lambda0, adaptive.Alpha, adaptive.Margin],
            _ => Enumerable.Empty<double>(),
        })}) of {Outputs}");
}
