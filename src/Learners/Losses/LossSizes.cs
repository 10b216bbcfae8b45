namespace StreamLearn.Learners.Losses;

/// <summary>What sizes the arguments of a loss have to have.</summary>
internal static class LossSizes
{
    /// <exception cref="ArgumentException">A network has too few outputs for a loss.</exception>
    internal static void RequireOutputs(Loss loss, int outputs, int fewest)
    {
        if (outputs < fewest)
        {
            throw new ArgumentException($"The loss '{loss.Kind}' is of at least {fewest} outputs; there are {outputs}.", nameof(outputs));
        }
    }

    /// <summary>Sizes of the arguments of <see cref="Loss.Evaluate"/>, whose losses say how many samples there are.</summary>
    /// <exception cref="ArgumentException">They do not fit together, or the gradient would overwrite the predictions.</exception>
    internal static void Require(
        Loss loss, ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int outputs, Span<float> losses, Span<float> gradient)
    {
        var samples = losses.Length;
        var width = loss.TargetWidth(outputs);
        RequireLength(predictions.Length, samples, outputs, "predictions", nameof(predictions));
        RequireLength(targets.Length, samples, width, "targets", nameof(targets));
        RequireLength(gradient.Length, samples, outputs, "gradient", nameof(gradient));
        if (gradient.Overlaps(predictions))
        {
            throw new ArgumentException("The gradient overlaps the predictions; expected memory of its own.", nameof(gradient));
        }
    }

    private static void RequireLength(int length, int samples, int width, string what, string parameter)
    {
        var expected = (long)samples * width;
        if (length != expected)
        {
            throw new ArgumentException(
                $"Length of the {what} is {length}; expected {expected}, {width} for each of {samples} losses.", parameter);
        }
    }
}
