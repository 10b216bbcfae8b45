namespace StreamLearn.Learners.Language;

/// <summary>How a learner finds the texts of a pipeline.</summary>
/// <param name="Total">Since the start.</param>
/// <param name="Window">Over the last tokens of each key.</param>
/// <param name="Fading">Older ones counting less.</param>
/// <param name="Domains">By domain, those without a token yet left out, in the order of their names.</param>
public sealed record LearnerLanguageScore(LossSums Total, LossSums Window, LossSums Fading, IReadOnlyList<DomainScore> Domains)
{
    /// <summary>e to the mean over domains of the mean loss of each: the perplexity where all domains count alike. NaN: there is none.</summary>
    public double DomainMeanPerplexity =>
        Domains.Count == 0 ? double.NaN : Math.Exp(Domains.Average(domain => domain.Total.Nats / domain.Total.Tokens));

    /// <summary>The perplexity of the domain that it foresees worst. NaN: there is none.</summary>
    public double WorstDomainPerplexity => Domains.Count == 0 ? double.NaN : Domains.Max(domain => domain.Total.Perplexity);
}
