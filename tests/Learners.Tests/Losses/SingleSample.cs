using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

/// <summary>A loss of one sample, for examples by hand.</summary>
internal static class SingleSample
{
    internal static (float Loss, float[] Gradient) Of(this Loss loss, float[] predictions, params float[] targets)
    {
        var losses = new float[1];
        var gradient = new float[predictions.Length];
        loss.Evaluate(predictions, targets, predictions.Length, losses, gradient);
        return (losses[0], gradient);
    }

    /// <summary>Two logits that give the first class a probability.</summary>
    internal static float[] LogitsOf(double probability) => [(float)Math.Log(probability / (1 - probability)), 0];
}
