namespace StreamLearn.Learners.Losses;

/// <summary>
/// <c>ldr-kl</c>: the worst mean margin difference over distributions of the label, with a price on how far these are from uniform. A small
/// lambda looks at the strongest wrong class only, as the max-margin loss does; a large one at all classes alike, which bears wrong
/// labels. Target: the right class's index. May be negative.
/// </summary>
/// <remarks>
/// <para>loss = lambda ln( (1/K) sum over k of exp( (f[k] - f[y] + margin · 1[k ≠ y]) / lambda ) ) for K classes; gradient =
/// q[k] - 1[k = y] with q = softmax((f[k] + margin · 1[k ≠ y]) / lambda). Towards lambda = 0 it is the loss of Crammer and Singer; for
/// lambda = 1 without margin the cross-entropy less ln K; for a large lambda the mean of the margin differences.</para>
/// <para>Source: D. Zhu, Y. Ying, T. Yang, Label distributionally robust losses for multi-class classification: consistency, robustness
/// and adaptivity, ICML 2023, the LDR-KL loss.</para>
/// </remarks>
public sealed class LabelDistributionallyRobustLoss : LabelLoss
{
    /// <param name="lambda">Price of the distance from uniform, above 0, in the logits' unit.</param>
    /// <param name="margin">By how much the right class's logit has to lead, from 0 on, in the logits' unit.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not finite or too small.</exception>
    public LabelDistributionallyRobustLoss(double lambda = 1, double margin = 1)
    {
        Lambda = LossParameter.Positive(lambda);
        Margin = LossParameter.NotNegative(margin);
    }

    /// <inheritdoc/>
    public override string Kind => "ldr-kl";

    /// <summary>Price of the distance from uniform, above 0, in the logits' unit. Default 1.</summary>
    public double Lambda { get; }

    /// <summary>By how much the right class's logit has to lead, from 0 on, in the logits' unit. Default 1.</summary>
    public double Margin { get; }

    /// <summary>
    /// The loss and gradient of one sample at any lambda, which <see cref="AdaptiveLabelDistributionallyRobustLoss"/> needs too.
    /// </summary>
    /// <param name="logits">[classes], finite.</param>
    /// <param name="label">The right class.</param>
    /// <param name="lambda">Above 0.</param>
    /// <param name="margin">From 0 on.</param>
    /// <param name="gradient">[classes], written.</param>
    internal static double Evaluate(ReadOnlySpan<float> logits, int label, double lambda, double margin, Span<float> gradient)
    {
        // The cross-entropy of logits with a margin at temperature lambda, less ln K, in units of lambda.
        var softmax = LabelSoftmax.Of(logits, label, margin, lambda, gradient);
        softmax.WriteGradient(gradient, label, factor: 1);
        return Value(logits, label, lambda, margin);
    }

    /// <summary>max v - f[y] + lambda ln( mean of exp((v[k] - max v) / lambda) ), the mean as 1 plus that of exp - 1: exact for any lambda.</summary>
    private static double Value(ReadOnlySpan<float> logits, int label, double lambda, double margin)
    {
        double own = logits[label];
        var largest = own;
        for (var k = 0; k < logits.Length; k++)
        {
            largest = k == label ? largest : Math.Max(largest, logits[k] + margin);
        }

        var sum = 0.0;
        for (var k = 0; k < logits.Length; k++)
        {
            sum += Exponentials.ExpM1(((k == label ? own : logits[k] + margin) - largest) / lambda);
        }

        return largest - own + (lambda * Exponentials.LogP1(sum / logits.Length));
    }

    private protected override double EvaluateSample(ReadOnlySpan<float> logits, int label, Span<float> gradient) =>
        Evaluate(logits, label, Lambda, Margin, gradient);
}
