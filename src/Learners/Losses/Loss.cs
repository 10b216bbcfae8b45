namespace StreamLearn.Learners.Losses;

/// <summary>
/// What a network is trained to make small. Always evaluated per sample: means and weights are for whoever asks (reweighting needs the
/// single losses). Immutable and without allocation.
/// </summary>
public abstract class Loss
{
    /// <summary>Its name in configuration, e.g. <c>squared</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>What the loss is a function of.</summary>
    public abstract LossInput Input { get; }

    /// <summary>How many target numbers a sample has for a network of <paramref name="outputs"/> outputs.</summary>
    /// <exception cref="ArgumentException">A network with that many outputs cannot have this loss.</exception>
    public abstract int TargetWidth(int outputs);

    /// <summary>
    /// The loss of each sample and its gradient by the sample's own predictions (not divided by the number of samples). A sample's results
    /// are the same bits whichever samples come with it.
    /// </summary>
    /// <param name="predictions">[samples, outputs]: logits or head outputs, see <see cref="Input"/>.</param>
    /// <param name="targets">[samples, <see cref="TargetWidth"/>].</param>
    /// <param name="outputs">Outputs of a sample.</param>
    /// <param name="losses">
    /// [samples], written. NaN or infinite where predictions or targets are, and infinite where a loss is too large for a float.
    /// </param>
    /// <param name="gradient">
    /// [samples, outputs], written: d losses[s] / d predictions[s, k], of no use where losses[s] is not finite. Does not overlap the
    /// predictions.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit; or a target is not of the loss's kind: no class index, no probability (NaN is neither). The message names the
    /// sample, what it is, and what was expected; nothing has been written then.
    /// </exception>
    public abstract void Evaluate(
        ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int outputs, Span<float> losses, Span<float> gradient);
}
