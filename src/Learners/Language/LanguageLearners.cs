using System.Buffers;
using System.Security.Cryptography;
using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Language;

/// <summary>The learners of one key: the pipeline's own and its rivals see the same texts, and each is scored on every token before it learns it.</summary>
/// <remarks>Of a frozen key each text is scored when it comes, by all learners, and learned by none; what waits for its mini-batch goes on waiting.</remarks>
internal sealed class LanguageLearners : KeyLearners
{
    private const string Format = "language-learners";
    private const int Fields = 6;

    private readonly LanguageTask _task;
    private readonly ILanguageLearner[] _learners;
    private readonly LearnerHealth[] _health;
    private readonly LanguageScores[] _scores;
    private readonly SafetyOptions _safety;
    private readonly DomainNames _names;
    private readonly TokenBuffer _tokens;

    private long _records;
    private long _time;

    // Texts of the last record's key that the own learner had learned before it. No state.
    private long _version;

    internal LanguageLearners(LanguagePlan plan, ReadOnlySpan<byte> key, FleetWorkspaces workspaces)
    {
        _task = plan.Task;
        _safety = plan.Safety;
        _names = new DomainNames(_task);
        _tokens = workspaces.GetOrAdd(_task.Tokenizer, tokenizer => new TokenBuffer(tokenizer));
        _learners = new ILanguageLearner[plan.Learners.Count];
        _health = new LearnerHealth[_learners.Length];
        _scores = new LanguageScores[_learners.Length];
        try
        {
            for (var i = 0; i < _learners.Length; i++)
            {
                _learners[i] = plan.CreateLearner(i, key, _names, workspaces);
                _scores[i] = new LanguageScores(_task.Scoring);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Texts that the own learner had learned when the last record came.</summary>
    internal override long Version => _version;

    /// <summary>Takes in a text.</summary>
    /// <param name="record">The text.</param>
    /// <param name="time">Its event time, ms since 1970.</param>
    /// <param name="frozen">Whether nothing is learned: it is scored all the same.</param>
    /// <param name="predictions">Receives {tokens, perplexity} where texts are scored alone, and what happened.</param>
    /// <param name="row">Row in them.</param>
    internal ExampleStatus Step(in LanguageRecord record, long time, bool frozen, PredictionBatch predictions, int row)
    {
        var domain = _names.NumberOf(record.Domain);
        if (domain < 0)
        {
            return ExampleStatus.UnknownDomain;
        }

        _time = _records == 0 ? time : Math.Max(_time, time);
        _records++;
        _version = _learners[0].Learned;
        var text = new TokenizedText(_tokens.Tokenize(record.Text), domain, record.Text.Length);
        var status = ExampleStatus.Learned;
        if (_task.Score == TextScore.Record)
        {
            var list = predictions.AddList(2);
            list[0] = text.Tokens.Length;
            list[1] = PerplexityOf(text.Tokens);
            status = ExampleStatus.Predicted;
        }

        for (var i = 0; i < _learners.Length; i++)
        {
            if (frozen)
            {
                Score(i, text);
            }
            else
            {
                Learn(i, text, predictions, row);
            }
        }

        return status;
    }

    /// <summary>What would be said of a text: {tokens, perplexity} by the own learner. Nothing changes.</summary>
    internal Foresight Foresee(in LanguageRecord record, long time)
    {
        if (_names.Find(record.Domain) < 0 && _names.IsFull)
        {
            return Foresight.Refused(ExampleStatus.UnknownDomain);
        }

        var tokens = _tokens.Tokenize(record.Text);
        return new Foresight(ForesightStatus.Predicted, _learners[0].Learned, time, [tokens.Length, PerplexityOf(tokens)]);
    }

    /// <inheritdoc/>
    internal override Foresight Recall() => new(ForesightStatus.NothingYet, _learners[0].Learned, _time, []);

    /// <inheritdoc/>
    internal override KeyGlance Glance(byte[] key) => new(key, IsResident: true, _records, _time, _learners[0].Learned);

    /// <inheritdoc/>
    internal override KeyReport Report(ReadOnlySpan<byte> key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        Save(ref writer);
        writer.Flush();
        return new LanguageKeyReport(
            key.ToArray(), _records, _time, [.. _health.Select(health => health.Refused)], [.. _health.Select(health => health.Recoveries)],
            SHA256.HashData(buffer.WrittenSpan), Frozen: false, [.. _names.All], _learners[0].Learned, Training(), [.. _scores.Select(Bytes)]);

        static byte[] Bytes(LanguageScores scores)
        {
            var bytes = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(bytes);
            scores.Save(ref writer);
            writer.Flush();
            return bytes.WrittenSpan.ToArray();
        }
    }

    /// <inheritdoc/>
    internal override void Measure(TaskMeasures measures)
    {
        var language = (LanguageMeasures)measures;
        language.AddKey(_records, _time, _health);
        language.AddTraining(_learners[0].Learned, Training());
        for (var i = 0; i < _scores.Length; i++)
        {
            language.AddScores(i, _names.All, _scores[i]);
        }
    }

    /// <inheritdoc/>
    internal override KeyStanding Stand(byte[] key, double rank)
    {
        var numbers = new double[LanguageStanding.Count];
        var all = _scores[0].All;
        numbers[LanguageStanding.Tokens] = all.Total.Tokens;
        numbers[LanguageStanding.Perplexity] = all.Total.Perplexity;
        numbers[LanguageStanding.FadingPerplexity] = all.Fading.Perplexity;
        numbers[LanguageStanding.BitsPerByte] = all.Total.BitsPerByte;
        numbers[LanguageStanding.Domains] = _names.Count;
        numbers[LanguageStanding.Learned] = _learners[0].Learned;
        return new KeyStanding(key, _records, _time, rank, numbers);
    }

    /// <inheritdoc/>
    internal override double Rank(KeyRank by) => by == KeyRank.Records ? _records : _scores[0].All.Fading.Perplexity;

    /// <inheritdoc/>
    internal override IEnumerable<NetworkWeights> Weights(Func<int, string> nameOf)
    {
        for (var i = 0; i < _learners.Length; i++)
        {
            if (_learners[i].Weights(nameOf(i)) is { } weights)
            {
                yield return weights;
            }
        }
    }

    /// <inheritdoc/>
    internal override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 1, Fields);
        writer.Write(_records);
        writer.Write(_time);
        _names.Save(ref writer);
        writer.WriteArrayHeader(_health.Length);
        foreach (var health in _health)
        {
            health.Save(ref writer);
        }

        writer.WriteArrayHeader(_scores.Length);
        foreach (var scores in _scores)
        {
            scores.Save(ref writer);
        }

        writer.WriteArrayHeader(_learners.Length);
        foreach (var learner in _learners)
        {
            learner.Save(ref writer);
        }

    }

    /// <inheritdoc/>
    internal override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 1, Fields);
        _records = reader.ReadInt64();
        _time = reader.ReadInt64();
        StateFormat.Require(_records >= 0, "a key has taken in fewer than no records");
        _names.Load(ref reader);
        reader.ReadLength(_health.Length);
        foreach (ref var health in _health.AsSpan())
        {
            health.Load(ref reader);
        }

        reader.ReadLength(_scores.Length);
        foreach (var scores in _scores)
        {
            scores.Load(ref reader);
            StateFormat.Require(scores.Domains.Count <= _names.Count && scores.Weights.Count <= _names.Count, "a domain is scored that there is not");
        }

        reader.ReadLength(_learners.Length);
        foreach (var learner in _learners)
        {
            learner.Load(ref reader);
        }

    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var learner in _learners)
        {
            learner?.Dispose();
        }

        base.Dispose();
    }

    private double PerplexityOf(ReadOnlySpan<int> tokens) => Math.Exp(_learners[0].Evaluate(tokens) / tokens.Length);

    private SequenceTraining Training() => _learners[0] is IWeighsSequences learner
        ? new SequenceTraining(learner.Steps, learner.Waiting, learner.Dropped, learner.Masked, learner.LastWeighting)
        : default;

    private void Score(int learner, in TokenizedText text)
    {
        if (_learners[learner].Evaluate(text.Tokens) is var nats && double.IsFinite(nats))
        {
            _scores[learner].Add(text.Domain, nats, text.Tokens.Length, text.Bytes);
        }
    }

    private void Learn(int learner, in TokenizedText text, PredictionBatch predictions, int row)
    {
        switch (_health[learner].After(_learners[learner].Learn(text, _scores[learner]), _safety))
        {
            case SafetyStep.Keep:
                _learners[learner].KeepGood();
                break;
            case SafetyStep.Return:
                _learners[learner].ReturnToGood();
                predictions.Add(new Recovery(row, learner));
                break;
            default:
                break;
        }
    }
}
