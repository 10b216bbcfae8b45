using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language.NGrams;

/// <summary><c>unigram</c>: each token with the probability (c + 1) / (n + vocabulary), c of the n tokens so far having been it (Laplace), whatever came before. A
/// text is scored as a whole, then counted.</summary>
internal sealed class UnigramLearner : ILanguageLearner
{
    internal const string Kind = "unigram";

    private const int Version = 1;
    private const int Fields = 2;

    private readonly long[] _counts;
    private long _total;

    internal UnigramLearner(LanguageTask task) => _counts = new long[task.Tokenizer.Vocabulary];

    /// <inheritdoc/>
    public long Learned { get; private set; }

    /// <inheritdoc/>
    public LearnOutcome Learn(in TokenizedText text, LanguageScores scores)
    {
        scores.Add(text.Domain, Evaluate(text.Tokens), text.Tokens.Length, text.Bytes);
        foreach (var token in text.Tokens)
        {
            _counts[token]++;
        }

        _total += text.Tokens.Length;
        Learned++;
        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<int> tokens)
    {
        var nats = tokens.Length * Math.Log(_total + _counts.Length);
        foreach (var token in tokens)
        {
            nats -= Math.Log(_counts[token] + 1);
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
        writer.WriteArrayHeader(_counts.Length);
        foreach (var count in _counts)
        {
            writer.Write(count);
        }
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, Version, Fields);
        Learned = reader.ReadInt64();
        StateFormat.Require(Learned >= 0, "it has learned fewer than no texts");
        reader.ReadLength(_counts.Length);
        _total = 0;
        for (var token = 0; token < _counts.Length; token++)
        {
            _counts[token] = reader.ReadInt64();
            StateFormat.Require(_counts[token] is >= 0 and < long.MaxValue / (1 << 30), "a count is below zero, or more than can be");
            _total += _counts[token];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
