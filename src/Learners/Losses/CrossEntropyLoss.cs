namespace StreamLearn.Learners.Losses;

/// <summary>
/// <c>cross-entropy</c>: the negative logarithm of the probability that softmax(f / temperature) gives to the right class. Target: its
/// index.
/// </summary>
/// <remarks>
/// <para>loss = -ln p[y] with p = softmax(f / T); gradient = (p[k] - 1[k = y]) / T.</para>
/// <para>Sources: C. M. Bishop, Pattern Recognition and Machine Learning, equation 4.108; with a temperature: C. Guo, G. Pleiss, Y. Sun,
/// K. Q. Weinberger, On calibration of modern neural networks, ICML 2017.</para>
/// </remarks>
public sealed class CrossEntropyLoss : LabelLoss
{
    /// <param name="temperature">What the logits are divided by, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="temperature"/> is not a finite number above 0.</exception>
    public CrossEntropyLoss(double temperature = 1) => Temperature = LossParameter.Positive(temperature);

    /// <inheritdoc/>
    public override string Kind => "cross-entropy";

    /// <summary>What the logits are divided by: above 1 for softer probabilities. Default 1.</summary>
    public double Temperature { get; }

    private protected override double EvaluateSample(ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        var softmax = LabelSoftmax.Of(logits, label, margin: 0, Temperature, gradient);
        softmax.WriteGradient(gradient, label, 1 / Temperature);
        return softmax.NegativeLogLikelihood;
    }
}
