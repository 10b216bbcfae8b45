using System.Numerics.Tensors;

namespace StreamLearn.Learners.Supervised;

/// <summary>From scores of classes to their probabilities.</summary>
internal static class Probabilities
{
    /// <summary>The probability that a class has when its first label comes.</summary>
    internal const double OfNewClass = 0.01;

    /// <summary>softmax, in place; all alike where a score is not finite.</summary>
    internal static void Softmax(Span<double> scores)
    {
        var largest = TensorPrimitives.Max<double>(scores);
        if (!double.IsFinite(largest) || !double.IsFinite(TensorPrimitives.Min<double>(scores)))
        {
            scores.Fill(1.0 / scores.Length);
            return;
        }

        var sum = 0.0;
        foreach (ref var score in scores)
        {
            score = Math.Exp(score - largest);
            sum += score;
        }

        TensorPrimitives.Divide(scores, sum, scores);
    }

    /// <summary>The score with which a class that is added would have the probability <see cref="OfNewClass"/> beside those that there are.</summary>
    /// <param name="scores">Of those that there are; finite.</param>
    internal static double ScoreOfNew(ReadOnlySpan<double> scores)
    {
        var largest = TensorPrimitives.Max(scores);
        var sum = 0.0;
        foreach (var score in scores)
        {
            sum += Math.Exp(score - largest);
        }

        return largest + Math.Log(sum) + Math.Log(OfNewClass / (1 - OfNewClass));
    }
}
