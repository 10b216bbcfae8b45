using System.Numerics.Tensors;

namespace StreamLearn.Learners.Supervised;

/// <summary>From scores of classes to their probabilities.</summary>
internal static class Probabilities
{
    /// <summary>The probability that a class has at most when its first label comes.</summary>
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

    /// <summary>The score of a class that is added: one with which it has at most the probability <see cref="OfNewClass"/> beside the scores that those which there are have now,
    /// and beside any scores whose mean is 0, which are those of a model that has learned from none: where it was sure now, it may be less so elsewhere.</summary>
    /// <param name="scores">Of those that there are; finite.</param>
    internal static double ScoreOfNew(ReadOnlySpan<double> scores)
    {
        var largest = TensorPrimitives.Max(scores);
        var sum = 0.0;
        foreach (var score in scores)
        {
            sum += Math.Exp(score - largest);
        }

        return Math.Min(largest + Math.Log(sum), Math.Log(scores.Length)) + Math.Log(OfNewClass / (1 - OfNewClass));
    }
}
