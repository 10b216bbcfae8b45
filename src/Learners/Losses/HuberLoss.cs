namespace StreamLearn.Learners.Losses;

/// <summary>
/// <c>huber</c>: squared for small errors and absolute for large ones, so that an outlier pulls no more than an error of
/// <see cref="Delta"/>; the mean over the outputs. Targets: one number for each output, in the output's unit.
/// </summary>
/// <remarks>
/// <para>With r = f[k] - y[k]: r² / 2 where |r| is at most delta, delta (|r| - delta / 2) beyond; gradient = r clipped to [-delta, delta],
/// divided by the outputs.</para>
/// <para>Source: P. J. Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35 (1964).</para>
/// </remarks>
public sealed class HuberLoss : Loss
{
    /// <param name="delta">Where the loss turns from squared to absolute, above 0, in the output's unit.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> is not a finite number above 0.</exception>
    public HuberLoss(double delta = 1) => Delta = LossParameter.Positive(delta);

    /// <inheritdoc/>
    public override string Kind => "huber";

    /// <inheritdoc/>
    public override LossInput Input => LossInput.Outputs;

    /// <summary>The largest absolute error that counts as squared, in the output's unit. Default 1.</summary>
    public double Delta { get; }

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

                // c r - c² / 2 with c = r clipped is both branches in one, and NaN for NaN.
                var clipped = Math.Clamp(error, -Delta, Delta);
                sum += clipped * (error - (0.5 * clipped));
                gradient[i] = (float)(clipped / outputs);
            }

            losses[s] = (float)(sum / outputs);
        }
    }
}
