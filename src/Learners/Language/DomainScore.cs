namespace StreamLearn.Learners.Language;

/// <summary>How a learner finds the texts of a domain.</summary>
/// <param name="Domain">The domain's name.</param>
/// <param name="Total">Since the start.</param>
/// <param name="Window">Over the last tokens of each key's domain.</param>
/// <param name="Fading">Older ones counting less.</param>
/// <param name="Weight">Mean weight that its sequences were given where they were learned, times M: 1 where all count alike. NaN: it gives none.</param>
/// <param name="FadingWeight">The same, of about the last 1000 sequences.</param>
public sealed record DomainScore(string Domain, LossSums Total, LossSums Window, LossSums Fading, double Weight, double FadingWeight);
