namespace StreamLearn.Learners.Losses;

/// <summary>
/// <c>aldr-kl</c>: <see cref="LabelDistributionallyRobustLoss"/> with a lambda for each sample, taken from its logits: where the network is
/// sure, lambda is small and the loss sharp; where it is not, lambda stays lambda0 and the loss robust. Target: the right class's index.
/// May be negative.
/// </summary>
/// <remarks>
/// <para>With p = softmax(f / lambda0) and D = sum over k of p[k] ln(K p[k]) for K classes: lambda = lambda0 (1 - D / (alpha ln K)), from
/// lambda0 (1 - 1 / alpha) to lambda0; loss = LDR(lambda) - (alpha ln K / (2 lambda0)) (lambda - lambda0)².</para>
/// <para>The gradient is that of LDR with lambda held: lambda is the answer to an inner problem, not a path for the network to lower the
/// loss by making itself unsure. It is therefore not the slope of the loss itself.</para>
/// <para>Source: D. Zhu, Y. Ying, T. Yang, Label distributionally robust losses for multi-class classification: consistency, robustness
/// and adaptivity, ICML 2023, the ALDR-KL loss. The authors' program differs in three ways:</para>
/// <list type="bullet">
/// <item>It keeps a lambda for each training sample and refines it from epoch to epoch. A sample of a stream comes once, without an
/// identity to keep anything by, so here lambda is one step from lambda0, from the current logits; the loss has no state.</item>
/// <item>It divides the logits by their mean absolute value first. Here they are as they are: the division is not in the loss's definition,
/// takes the scale, hence the confidence, out of the logits, and is 0 / 0 where all are 0.</item>
/// <item>It adds 1e-5 to p before taking the logarithm. Here p ln p is computed in logarithms and needs no such guard, and D stays
/// within [0, ln K].</item>
/// </list>
/// <para>As there, D does not see the margin: it measures how sure the network is, not by how much it should lead.</para>
/// </remarks>
public sealed class AdaptiveLabelDistributionallyRobustLoss : LabelLoss
{
    /// <param name="lambda0">Lambda of a sample with equal logits, above 0, in the logits' unit.</param>
    /// <param name="alpha">How little lambda adapts, above 1: the smallest is lambda0 (1 - 1 / alpha).</param>
    /// <param name="margin">By how much the right class's logit has to lead, from 0 on, in the logits' unit.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not finite or too small.</exception>
    public AdaptiveLabelDistributionallyRobustLoss(double lambda0 = 1, double alpha = 2, double margin = 1)
    {
        if (!(alpha > 1 && double.IsFinite(alpha)))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Expected a finite number above 1, or lambda could become 0.");
        }

        Lambda0 = LossParameter.Positive(lambda0);
        Alpha = alpha;
        Margin = LossParameter.NotNegative(margin);
    }

    /// <inheritdoc/>
    public override string Kind => "aldr-kl";

    /// <summary>Lambda of a sample with equal logits, and the largest there is, in the logits' unit. Default 1.</summary>
    public double Lambda0 { get; }

    /// <summary>How little lambda adapts, above 1. Default 2: down to half of <see cref="Lambda0"/>.</summary>
    public double Alpha { get; }

    /// <summary>By how much the right class's logit has to lead, from 0 on, in the logits' unit. Default 1.</summary>
    public double Margin { get; }

    /// <summary>The lambda of a sample.</summary>
    /// <param name="logits">[classes], finite, at least two.</param>
    internal double LambdaOf(ReadOnlySpan<float> logits)
    {
        var divergence = LabelSoftmax.DivergenceFromUniform(logits, Lambda0);
        return Lambda0 * (1 - (divergence / (Alpha * Math.Log(logits.Length))));
    }

    private protected override double EvaluateSample(ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        var lambda = LambdaOf(logits);
        var price = Alpha * Math.Log(logits.Length) / (2 * Lambda0);
        return LabelDistributionallyRobustLoss.Evaluate(logits, label, lambda, Margin, gradient)
            - (price * (lambda - Lambda0) * (lambda - Lambda0));
    }
}
