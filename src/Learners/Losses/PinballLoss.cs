using System.Collections.Immutable;

namespace StreamLearn.Learners.Losses;

/// <summary>
/// <c>pinball</c>: smallest, in the mean, where the outputs are quantiles of the target. With q levels, output j · q + i is the quantile
/// <c>Levels[i]</c> of target j; so there are outputs / q targets, each in its outputs' unit. The mean over all outputs.
/// </summary>
/// <remarks>
/// <para>With r = y - f and level a: a r where r is at least 0, (a - 1) r below; gradient: -a where the target is above the output,
/// 1 - a where it is below, divided by the outputs. At the kink, r = 0, any number from -a to 1 - a is a subgradient; it is 0 here: an
/// output that is exactly right stays.</para>
/// <para>Nothing keeps the quantiles of a target from crossing; sort them where that matters.</para>
/// <para>Source: R. Koenker, G. Bassett, Regression quantiles, Econometrica 46 (1978).</para>
/// </remarks>
public sealed class PinballLoss : Loss
{
    /// <param name="levels">Levels of the quantiles, e.g. 0.1, 0.5, 0.9: at least one, between 0 and 1, ascending.</param>
    /// <exception cref="ArgumentException">There is no level, or one that is not between 0 and 1 or not above the one before.</exception>
    public PinballLoss(params ReadOnlySpan<double> levels)
    {
        if (levels.IsEmpty)
        {
            throw new ArgumentException("There are no quantile levels; expected at least one.", nameof(levels));
        }

        for (var i = 0; i < levels.Length; i++)
        {
            // NaN fails every comparison.
            if (!(levels[i] > (i == 0 ? 0 : levels[i - 1]) && levels[i] < 1))
            {
                throw new ArgumentException(
                    $"Quantile level {i} is {levels[i]}; expected levels between 0 and 1, each above the one before.", nameof(levels));
            }
        }

        Levels = [.. levels];
    }

    /// <inheritdoc/>
    public override string Kind => "pinball";

    /// <inheritdoc/>
    public override LossInput Input => LossInput.Outputs;

    /// <summary>Levels of the quantiles, ascending, between 0 and 1.</summary>
    public ImmutableArray<double> Levels { get; }

    /// <summary>The outputs divided by the number of levels.</summary>
    /// <inheritdoc/>
    public override int TargetWidth(int outputs)
    {
        LossSizes.RequireOutputs(this, outputs, fewest: Levels.Length);
        return outputs % Levels.Length == 0
            ? outputs / Levels.Length
            : throw new ArgumentException(
                $"The loss 'pinball' of {Levels.Length} levels is of a multiple of {Levels.Length} outputs; there are {outputs}.",
                nameof(outputs));
    }

    /// <inheritdoc/>
    public override void Evaluate(
        ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int outputs, Span<float> losses, Span<float> gradient)
    {
        LossSizes.Require(this, predictions, targets, outputs, losses, gradient);
        var levels = Levels.AsSpan();
        var width = outputs / levels.Length;
        for (var s = 0; s < losses.Length; s++)
        {
            var sum = 0.0;
            for (var j = 0; j < width; j++)
            {
                double target = targets[(s * width) + j];
                for (var i = 0; i < levels.Length; i++)
                {
                    var at = (s * outputs) + (j * levels.Length) + i;
                    var residual = target - predictions[at];
                    var slope = residual > 0 ? -levels[i] : residual < 0 ? 1 - levels[i] : 0;

                    // A product even where the slope is 0: a residual of NaN comes through.
                    sum -= slope * residual;
                    gradient[at] = (float)(slope / outputs);
                }
            }

            losses[s] = (float)(sum / outputs);
        }
    }
}
