using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language;

/// <summary>How one learner finds the texts of one key, all together and by domain, each text scored before it is learned.</summary>
internal sealed class LanguageScores
{
    private const string Format = "language-scores";

    private readonly LanguageScoring _scoring;
    private readonly List<LossViews> _domains = [];
    private readonly List<GivenWeight> _weights = [];

    internal LanguageScores(LanguageScoring scoring) => _scoring = scoring;

    /// <summary>Of all domains.</summary>
    internal LossViews All { get; } = new();

    /// <summary>By domain; later ones have not been scored yet.</summary>
    internal IReadOnlyList<LossViews> Domains => _domains;

    /// <summary>The weights that sequences were given, by domain; later ones have none yet.</summary>
    internal IReadOnlyList<GivenWeight> Weights => _weights;

    /// <summary>Takes a scored stretch of text in.</summary>
    internal void Add(int domain, double nats, int tokens, int bytes)
    {
        var sums = new LossSums(nats, tokens, bytes);
        while (_domains.Count <= domain)
        {
            _domains.Add(new LossViews());
        }

        All.Add(sums, _scoring);
        _domains[domain].Add(sums, _scoring);
    }

    /// <summary>Takes in with which weight a sequence is learned.</summary>
    internal void AddWeight(int domain, double weight)
    {
        while (_weights.Count <= domain)
        {
            _weights.Add(default);
        }

        _weights[domain] = _weights[domain].With(weight);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 1, LossViews.Fields * 3 + 2);
        All.Save(ref writer);
        writer.WriteArrayHeader(_domains.Count * LossViews.Fields * 3);
        foreach (var views in _domains)
        {
            views.Save(ref writer);
        }

        writer.WriteArrayHeader(_weights.Count * GivenWeight.Fields);
        foreach (var given in _weights)
        {
            given.Save(ref writer);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 1, LossViews.Fields * 3 + 2);
        All.Load(ref reader);
        _domains.Clear();
        for (var count = Entries(ref reader, LossViews.Fields * 3); count > 0; count--)
        {
            var views = new LossViews();
            views.Load(ref reader);
            _domains.Add(views);
        }

        _weights.Clear();
        for (var count = Entries(ref reader, GivenWeight.Fields); count > 0; count--)
        {
            _weights.Add(GivenWeight.Load(ref reader));
        }
    }

    private static int Entries(ref MessagePackReader reader, int fields)
    {
        var (entries, rest) = Math.DivRem(reader.ReadArrayHeader(), fields);
        StateFormat.Require(rest == 0 && entries <= LanguageTask.MostDomains, "it has scores of more domains than there may be");
        return entries;
    }
}
