namespace StreamLearn.Learners.Language;

/// <summary>Adds the scores of a learner over keys, domains by their names.</summary>
internal sealed class LanguageTotals
{
    private readonly SortedDictionary<string, Sums> _domains = new(StringComparer.Ordinal);
    private Sums _all;

    /// <summary>Adds those of a key.</summary>
    /// <param name="names">Its domains.</param>
    /// <param name="scores">Its scores.</param>
    internal void Add(IReadOnlyList<string> names, LanguageScores scores)
    {
        _all += Sums.Of(scores.All);
        for (var domain = 0; domain < scores.Domains.Count; domain++)
        {
            var given = domain < scores.Weights.Count ? scores.Weights[domain] : default;
            Add(names[domain], Sums.Of(scores.Domains[domain]) with { Given = given });
        }
    }

    internal void Add(LanguageTotals other)
    {
        _all += other._all;
        foreach (var (name, sums) in other._domains)
        {
            Add(name, sums);
        }
    }

    internal LearnerLanguageScore Score() => new(
        _all.Total, _all.Window, _all.Fading,
        [
            .. _domains.Where(domain => domain.Value.Total.Tokens > 0).Select(domain => new DomainScore(
                domain.Key, domain.Value.Total, domain.Value.Window, domain.Value.Fading, domain.Value.Given.Mean, domain.Value.Given.FadingMean)),
        ]);

    private void Add(string name, Sums sums) => _domains[name] = _domains.GetValueOrDefault(name) + sums;

    private readonly record struct Sums(LossSums Total, LossSums Window, LossSums Fading, GivenWeight Given)
    {
        internal static Sums Of(LossViews views) => new(views.Total, views.Window, views.Fading, default);

        public static Sums operator +(Sums x, Sums y) => new(x.Total + y.Total, x.Window + y.Window, x.Fading + y.Fading, x.Given + y.Given);
    }
}
