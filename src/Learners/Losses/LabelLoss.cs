using System.Numerics.Tensors;

namespace StreamLearn.Learners.Losses;

/// <summary>
/// A loss of one class out of several: a logit for each class, and the index of the right one, a whole number from 0 to classes - 1, as
/// the target. What such losses have in common is here; each is a function of one sample.
/// </summary>
/// <remarks>A sample with a logit that is NaN or infinite has the loss NaN, and a gradient of NaN.</remarks>
public abstract class LabelLoss : Loss
{
    private const int FewestClasses = 2;

    private protected LabelLoss()
    {
    }

    /// <inheritdoc/>
    public sealed override LossInput Input => LossInput.Logits;

    /// <summary>1, the class index, whatever the number of classes.</summary>
    /// <inheritdoc/>
    public sealed override int TargetWidth(int outputs)
    {
        LossSizes.RequireOutputs(this, outputs, FewestClasses);
        return 1;
    }

    /// <inheritdoc/>
    public sealed override void Evaluate(
        ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int outputs, Span<float> losses, Span<float> gradient)
    {
        LossSizes.Require(this, predictions, targets, outputs, losses, gradient);
        RequireClassIndices(targets, outputs);
        for (var s = 0; s < losses.Length; s++)
        {
            var logits = predictions.Slice(s * outputs, outputs);
            var row = gradient.Slice(s * outputs, outputs);

            // Asked for, because a class with the logit -∞ would drop out of every sum unseen.
            if (TensorPrimitives.IsFiniteAll(logits))
            {
                losses[s] = (float)EvaluateSample(logits, (int)targets[s], row);
            }
            else
            {
                losses[s] = float.NaN;
                row.Fill(float.NaN);
            }
        }
    }

    /// <summary>The loss of one sample, and its gradient.</summary>
    /// <param name="logits">[classes], finite.</param>
    /// <param name="label">The right class.</param>
    /// <param name="gradient">[classes], written.</param>
    private protected abstract double EvaluateSample(ReadOnlySpan<float> logits, int label, Span<float> gradient);

    private static void RequireClassIndices(ReadOnlySpan<float> targets, int classes)
    {
        for (var s = 0; s < targets.Length; s++)
        {
            // NaN fails the first comparison.
            if (!(targets[s] >= 0) || targets[s] >= classes || targets[s] != MathF.Truncate(targets[s]))
            {
                throw new ArgumentException(
                    $"The target of sample {s} is {targets[s]}; expected a class index, a whole number from 0 to {classes - 1}.",
                    nameof(targets));
            }
        }
    }
}
