namespace StreamLearn.Learners.Losses;

/// <summary>
/// <c>squared</c>: half the squared error, the mean over the outputs. Targets: one number for each output, in the output's unit.
/// </summary>
/// <remarks>
/// <para>loss = mean over k of (f[k] - y[k])² / 2; gradient = (f[k] - y[k]) / outputs.</para>
/// <para>Source: C. M. Bishop, Pattern Recognition and Machine Learning, equation 1.2, divided by the outputs, so that learning rates mean
/// the same for any number of them.</para>
/// </remarks>
public sealed class SquaredLoss : Loss
{
    /// <inheritdoc/>
    public override string Kind => "squared";

    /// <inheritdoc/>
    public override LossInput Input => LossInput.Outputs;

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
        for (var s = 0; s < losses.Length; s++)
        {
            var sum = 0.0;
            for (var i = s * outputs; i < (s + 1) * outputs; i++)
            {
                var error = (double)predictions[i] - targets[i];
                sum += 0.5 * error * error;
                gradient[i] = (float)(error / outputs);
            }

            losses[s] = (float)(sum / outputs);
        }
    }
}
