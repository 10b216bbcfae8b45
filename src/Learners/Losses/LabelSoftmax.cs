using System.Numerics.Tensors;

namespace StreamLearn.Learners.Losses;

/// <summary>
/// The probabilities p = softmax(v / T) of one sample as its label y sees them, with v[k] = f[k] + margin · 1[k ≠ y] for logits f, in a
/// form that neither overflows nor loses the digits of a probability near 1.
/// </summary>
/// <param name="Lead">(max v - v[y]) / T: 0 where the label's logit is the largest.</param>
/// <param name="Own">exp((v[y] - max v) / T).</param>
/// <param name="Others">Sum of exp((v[k] - max v) / T) over the other classes.</param>
internal readonly record struct LabelSoftmax(double Lead, double Own, double Others)
{
    /// <summary>Sum of all exponentials: from 1 to the number of classes.</summary>
    internal double Sum => Own + Others;

    /// <summary>1 - p[y].</summary>
    internal double OthersShare => Others / Sum;

    /// <summary>-ln p[y], the cross-entropy: from 0 on.</summary>
    internal double NegativeLogLikelihood => Lead > 0 ? Lead + Math.Log(Sum) : Exponentials.LogP1(Others);

    /// <param name="logits">f [classes], finite.</param>
    /// <param name="label">y.</param>
    /// <param name="margin">What is added to the logit of each class but the label.</param>
    /// <param name="temperature">T, above 0.</param>
    /// <param name="exponentials">[classes], written but for the label's: exp((v[k] - max v) / T), for <see cref="WriteGradient"/>.</param>
    internal static LabelSoftmax Of(ReadOnlySpan<float> logits, int label, double margin, double temperature, Span<float> exponentials)
    {
        // The label's own logit may be the largest, and then has no margin.
        double own = logits[label];
        var largest = own;
        for (var k = 0; k < logits.Length; k++)
        {
            largest = k == label ? largest : Math.Max(largest, logits[k] + margin);
        }

        var others = 0.0;
        for (var k = 0; k < logits.Length; k++)
        {
            if (k != label)
            {
                var exponential = Math.Exp((logits[k] + margin - largest) / temperature);
                exponentials[k] = (float)exponential;
                others += exponential;
            }
        }

        var lead = (largest - own) / temperature;
        return new LabelSoftmax(lead, Math.Exp(-lead), others);
    }

    /// <summary>factor · (p[k] - 1[k = y]), which is factor · T times the gradient of <see cref="NegativeLogLikelihood"/>.</summary>
    /// <param name="gradient">[classes]: the exponentials of <see cref="Of"/> before, the gradient after.</param>
    /// <param name="label">y.</param>
    /// <param name="factor">What the gradient is multiplied by.</param>
    internal void WriteGradient(Span<float> gradient, int label, double factor)
    {
        var share = factor / Sum;
        for (var k = 0; k < gradient.Length; k++)
        {
            gradient[k] = (float)(k == label ? -share * Others : share * gradient[k]);
        }
    }

    /// <summary>
    /// Kullback-Leibler divergence of softmax(f / T) from the uniform distribution: sum of p ln(K p), from 0 to ln K for K classes.
    /// </summary>
    /// <param name="logits">f [classes], finite.</param>
    /// <param name="temperature">T, above 0.</param>
    internal static double DivergenceFromUniform(ReadOnlySpan<float> logits, double temperature)
    {
        double largest = TensorPrimitives.Max(logits);
        var sum = 0.0;
        var weighted = 0.0;
        foreach (var logit in logits)
        {
            var exponent = (logit - largest) / temperature;
            var exponential = Math.Exp(exponent);
            sum += exponential;

            // p ln p is 0 where p is, also where its logarithm is -∞.
            weighted += exponential > 0 ? exponential * exponent : 0;
        }

        var most = Math.Log(logits.Length);
        return Math.Clamp(most + (weighted / sum) - Math.Log(sum), 0, most);
    }
}
