namespace StreamLearn.Learners.Losses;

/// <summary>
/// <c>logistic</c>: the binary cross-entropy of each output's sigmoid, the mean over the outputs; computed from the logits, so that it is
/// exact for logits of any size. Targets: for each output the probability of a yes, from 0 to 1, usually one of these.
/// </summary>
/// <remarks>
/// <para>-y ln σ(f) - (1 - y) ln(1 - σ(f)) = max(f, 0) - f y + ln(1 + exp(-|f|)); gradient = (σ(f) - y) / outputs.</para>
/// <para>Source: C. M. Bishop, Pattern Recognition and Machine Learning, equation 4.90, divided by the outputs.</para>
/// </remarks>
public sealed class LogisticLoss : Loss
{
    /// <inheritdoc/>
    public override string Kind => "logistic";

    /// <inheritdoc/>
    public override LossInput Input => LossInput.Logits;

    /// <summary>As many as there are outputs.</summary>
    /// <inheritdoc/>
    public override int TargetWidth(int outputs)
    {
        LossSizes.RequireOutputs(this, outputs, fewest: 1);
        return outputs;
    }

    /// <inheritdoc/>
    public override void Evaluate(
        ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int outputs, Span<float> losses, Span<float> gradient)
    {
        LossSizes.Require(this, predictions, targets, outputs, losses, gradient);
        RequireProbabilities(targets, outputs);
        for (var s = 0; s < losses.Length; s++)
        {
            var sum = 0.0;
            for (var i = s * outputs; i < (s + 1) * outputs; i++)
            {
                double logit = predictions[i];
                double target = targets[i];
                var exponential = Math.Exp(-Math.Abs(logit));
                sum += Math.Max(logit, 0) - (logit * target) + Exponentials.LogP1(exponential);

                // σ(f) - y over a common denominator: σ(f) - 1 of a large f keeps its digits.
                var numerator = logit > 0 ? 1 - target - (target * exponential) : ((1 - target) * exponential) - target;
                gradient[i] = (float)(numerator / (1 + exponential) / outputs);
            }

            losses[s] = (float)(sum / outputs);
        }
    }

    private static void RequireProbabilities(ReadOnlySpan<float> targets, int outputs)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            // NaN fails every comparison.
            if (!(targets[i] >= 0 && targets[i] <= 1))
            {
                throw new ArgumentException(
                    $"Target {i % outputs} of sample {i / outputs} is {targets[i]}; expected a probability, a number from 0 to 1.",
                    nameof(targets));
            }
        }
    }
}
