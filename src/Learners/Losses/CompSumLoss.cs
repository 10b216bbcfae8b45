namespace StreamLearn.Learners.Losses;

/// <summary>
/// <c>comp-sum</c>: one family of losses from those that punish mistakes hard to those that bear wrong labels. tau = 0 is the
/// sum-exponential loss, 1 the cross-entropy, between 1 and 2 the generalised cross-entropy with q = tau - 1, and 2 is 1 - p[y], half the
/// mean absolute error. Target: the right class's index.
/// </summary>
/// <remarks>
/// <para>With a = -ln p[y] and p = softmax(f): loss = (exp((1 - tau) a) - 1) / (1 - tau), and a for tau = 1. It falls with tau. Gradient:
/// p[y]^(tau - 1) (p[k] - 1[k = y]).</para>
/// <para>Below tau = 1 the loss grows exponentially with a: it is infinite in a float from (1 - tau) a of about 88 on.</para>
/// <para>Source: A. Mao, M. Mohri, Y. Zhong, Cross-entropy loss functions: theoretical analysis and applications, ICML 2023, comp-sum
/// losses, here written with p[y] = 1 / (1 + sum over k ≠ y of exp(f[k] - f[y])).</para>
/// </remarks>
public sealed class CompSumLoss : LabelLoss
{
    /// <param name="tau">Member of the family, from 0 to 2; 1.5 to 1.7 where labels are known to be wrong at times.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not a number from 0 to 2.</exception>
    public CompSumLoss(double tau = 1)
    {
        // NaN fails every comparison.
        if (!(tau >= 0 && tau <= 2))
        {
            throw new ArgumentOutOfRangeException(nameof(tau), tau, "Expected a number from 0 to 2.");
        }

        Tau = tau;
    }

    /// <inheritdoc/>
    public override string Kind => "comp-sum";

    /// <summary>Member of the family, from 0 to 2. Default 1, the cross-entropy.</summary>
    public double Tau { get; }

    private protected override double EvaluateSample(ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        var softmax = LabelSoftmax.Of(logits, label, margin: 0, temperature: 1, gradient);
        var negativeLog = softmax.NegativeLogLikelihood;
        softmax.WriteGradient(gradient, label, Math.Exp((1 - Tau) * negativeLog));
        return Tau == 1 ? negativeLog : Exponentials.ExpM1((1 - Tau) * negativeLog) / (1 - Tau);
    }
}
