using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language.NGrams;

/// <summary><c>byte-ngram</c>: counts runs of tokens; interpolated Witten-Bell (<see cref="NGramCounts"/>). A text is scored as a whole, then counted. It looks back
/// over the whole text, not only to the start of a sequence.</summary>
internal sealed class NGramLearner : ILanguageLearner
{
    internal const string Kind = "byte-ngram";

    private const int Version = 1;
    private const int Fields = 3;

    private readonly int _order;
    private readonly NGramCounts _counts;

    internal NGramLearner(LanguageTask task, NGramOptions options)
    {
        _order = options.Order;
        _counts = new NGramCounts(options.Order, task.Tokenizer.Vocabulary, options.MaxEntries);
    }

    /// <inheritdoc/>
    public long Learned { get; private set; }

    /// <inheritdoc/>
    public LearnOutcome Learn(in TokenizedText text, LanguageScores scores)
    {
        scores.Add(text.Domain, Evaluate(text.Tokens), text.Tokens.Length, text.Bytes);
        for (var place = 0; place < text.Tokens.Length; place++)
        {
            _counts.Add(text.Tokens, place);
        }

        Learned++;
        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<int> tokens)
    {
        var nats = 0.0;
        for (var place = 0; place < tokens.Length; place++)
        {
            nats -= Math.Log(_counts.Probability(tokens, place));
        }

        return nats;
    }

    /// <inheritdoc/>
    public void KeepGood()
    {
    }

    /// <inheritdoc/>
    public void ReturnToGood()
    {
    }

    /// <inheritdoc/>
    public NetworkWeights? Weights(string name) => null;

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, Version, Fields);
        writer.Write(Learned);
        writer.Write(_order);
        _counts.Save(ref writer);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, Version, Fields);
        Learned = reader.ReadInt64();
        StateFormat.Require(Learned >= 0 && reader.ReadInt32() == _order, "it has learned fewer than no texts, or counts runs of another length");
        _counts.Load(ref reader);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
