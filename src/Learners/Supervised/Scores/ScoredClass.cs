namespace StreamLearn.Learners.Supervised.Scores;

/// <summary>A prediction of a class whose label has come.</summary>
/// <param name="Predicted">The most probable class; -1: none was known.</param>
/// <param name="Confidence">Its probability, 0 to 1.</param>
/// <param name="Label">The right class; -1: none of those that are known.</param>
/// <param name="IsLast">Whether it is the class of the label that was known last.</param>
/// <param name="LogLoss">-ln of the label's probability.</param>
/// <param name="Brier">Σ (p - 1[it is the label])².</param>
internal readonly record struct ScoredClass(int Predicted, double Confidence, int Label, bool IsLast, double LogLoss, double Brier)
{
    /// <summary>Least probability that a label counts with: one that was held impossible costs 13.8.</summary>
    internal const double LeastProbability = 1e-6;

    internal bool IsCorrect => Label >= 0 && Predicted == Label;

    /// <param name="probabilities">Of the classes that were known.</param>
    /// <param name="label">The right class, perhaps one that was not known; -1: none.</param>
    /// <param name="last">The class of the label that was known last; -1: none.</param>
    internal static ScoredClass Of(ReadOnlySpan<double> probabilities, int label, int last)
    {
        var predicted = MostProbable(probabilities);
        var own = label >= 0 && label < probabilities.Length ? Math.Min(1, probabilities[label]) : 0;
        var squares = 0.0;
        foreach (var probability in probabilities)
        {
            squares += probability * probability;
        }

        return new ScoredClass(
            predicted, predicted < 0 ? 0 : Math.Min(1, probabilities[predicted]), label, label >= 0 && label == last,
            -Math.Log(Math.Max(own, LeastProbability)), Math.Max(0, squares - (2 * own) + 1));
    }

    /// <summary>The first of the most probable classes; -1: there is none.</summary>
    internal static int MostProbable(ReadOnlySpan<double> probabilities)
    {
        var most = -1;
        for (var i = 0; i < probabilities.Length; i++)
        {
            most = most < 0 || probabilities[i] > probabilities[most] ? i : most;
        }

        return most;
    }
}
