using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reweighting;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language.Gpt;

/// <summary>
/// <c>gpt</c>: a small transformer (<see cref="GptArchitecture"/>) that is trained on mini-batches of packed sequences as the texts come. A sequence's loss is the mean
/// cross-entropy of its tokens; the step goes down (1/M) Σ weight · loss, the weights being constants that the losses of the mini-batch decide on.
/// </summary>
/// <remarks>
/// A mini-batch is due when <c>batch-records</c> texts have come since the last such time, or, without a mixture, when <c>batch-rows</c> sequences are full. It scores
/// its sequences: they are judged under the weights before the step, by the forward pass that the step needs anyway.
/// </remarks>
internal sealed class GptLearner : ILanguageLearner, IWeighsSequences
{
    internal const string Kind = "gpt";

    private const int Version = 1;
    private const int Fields = 9;

    private readonly GptOptions _options;
    private readonly DomainNames _names;
    private readonly GptNetwork _model;
    private readonly SequencePacker _packer;
    private readonly SampleReweighter _reweighter;
    private readonly Xoshiro256 _random;
    private readonly GptBatch _batch;

    // For a text that is scored alone.
    private readonly SequencePacker _alone;
    private readonly GptBatch _aloneBatch;

    private int _records;
    private long _steps;

    /// <param name="task">What texts become.</param>
    /// <param name="options">How it is made and trained.</param>
    /// <param name="names">The key's domains.</param>
    /// <param name="seed">Of the initial weights and of the mixture.</param>
    /// <param name="workspaces">Which GPU, where it runs on one.</param>
    internal GptLearner(LanguageTask task, GptOptions options, DomainNames names, ulong seed, FleetWorkspaces workspaces)
    {
        _options = options;
        _names = names;
        _model = new GptNetwork(options, task, seed, workspaces.Place.Gpu);
        _packer = new SequencePacker(task, options.Mixture.IsGiven, options.QueueRows);
        _alone = new SequencePacker(task, byDomain: false, 0);
        _reweighter = new SampleReweighter(options.Reweighting);
        _random = new Xoshiro256(seed ^ 0x2545f4914f6cdd1d);
        _batch = new GptBatch(task.Tokenizer.EndOfDocument);
        _aloneBatch = new GptBatch(task.Tokenizer.EndOfDocument);
    }

    /// <inheritdoc/>
    public long Learned { get; private set; }

    /// <inheritdoc/>
    public ReweightingStep LastWeighting => _reweighter.Last;

    /// <inheritdoc/>
    public long Steps => _steps;

    /// <inheritdoc/>
    public int Waiting => _packer.Full + _packer.Open;

    /// <inheritdoc/>
    public long Dropped => _packer.Dropped;

    /// <inheritdoc/>
    public long Masked => _reweighter.Masked;

    /// <inheritdoc/>
    public LearnOutcome Learn(in TokenizedText text, LanguageScores scores)
    {
        _packer.Add(text);
        var outcome = LearnOutcome.Observed;
        if (!_options.Mixture.IsGiven)
        {
            while (_packer.Full >= _options.BatchRows)
            {
                outcome = Worse(outcome, StepOnOldest(scores));
            }
        }

        if (++_records >= _options.BatchRecords)
        {
            _records = 0;
            _packer.CloseAll();
            outcome = Worse(outcome, _options.Mixture.IsGiven ? StepOnMixture(scores) : StepOnRest(scores));
        }

        return outcome;
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<int> tokens)
    {
        _alone.Add(new TokenizedText(tokens, 0, 0));
        _alone.CloseAll();
        var nats = 0.0;
        while (_alone.Full > 0)
        {
            while (_alone.Full > 0 && _aloneBatch.Rows < _options.BatchRows)
            {
                _aloneBatch.Add(_alone.Take());
            }

            _aloneBatch.Fill();
            _model.Network.Evaluate(_aloneBatch.Tokens, _aloneBatch.Targets, _aloneBatch.Rows, _aloneBatch.Places, _aloneBatch.Losses);
            for (var row = 0; row < _aloneBatch.Rows; row++)
            {
                nats += (double)_aloneBatch.Losses[row] * _aloneBatch.Sequences[row].Length;
            }

            GiveBack(_aloneBatch, _alone);
        }

        return nats;
    }

    /// <inheritdoc/>
    public void KeepGood() => _model.KeepGood();

    /// <inheritdoc/>
    public void ReturnToGood() => _model.ReturnToGood();

    /// <inheritdoc/>
    public NetworkWeights? Weights(string name) => _model.Weights(name);

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, Version, Fields);
        writer.Write(Learned);
        writer.Write(_steps);
        writer.Write(_records);
        writer.Write(_options.Mixture.IsGiven);
        _packer.Save(ref writer);
        _reweighter.Save(ref writer);
        _random.Save(ref writer);
        _model.Save(ref writer);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, Version, Fields);
        Learned = reader.ReadInt64();
        _steps = reader.ReadInt64();
        _records = reader.ReadInt32();
        StateFormat.Require(
            Learned >= 0 && _steps >= 0 && _records >= 0 && _records < _options.BatchRecords && reader.ReadBoolean() == _options.Mixture.IsGiven,
            "what gpt has learned is below zero, or its mini-batches are of other sizes");
        _packer.Load(ref reader);
        _reweighter.Load(ref reader);
        _random.Load(ref reader);
        _model.Load(ref reader);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static LearnOutcome Worse(LearnOutcome x, LearnOutcome y) =>
        x == LearnOutcome.Refused || y == LearnOutcome.Refused ? LearnOutcome.Refused : y == LearnOutcome.Observed ? x : y;

    private LearnOutcome StepOnOldest(LanguageScores scores)
    {
        while (_batch.Rows < _options.BatchRows && _packer.Full > 0)
        {
            _batch.Add(_packer.Take());
        }

        return Step(scores);
    }

    /// <summary>All that wait, in one step: there are fewer full ones than a mini-batch has, and of each domain one more.</summary>
    private LearnOutcome StepOnRest(LanguageScores scores)
    {
        while (_packer.Full > 0)
        {
            _batch.Add(_packer.Take());
        }

        return Step(scores);
    }

    private LearnOutcome StepOnMixture(LanguageScores scores)
    {
        for (var domain = 0; domain < _names.Count; domain++)
        {
            while (_packer.FullOf(domain) > 0 && _options.Mixture.Of(_names.All[domain]) == 0)
            {
                _packer.Drop(domain);
            }
        }

        while (_batch.Rows < _options.BatchRows && _options.Mixture.Draw(_names, _packer, _random) is >= 0 and var domain)
        {
            _batch.Add(_packer.Take(domain));
        }

        return Step(scores);
    }

    private LearnOutcome Step(LanguageScores scores)
    {
        if (_batch.Rows == 0)
        {
            return LearnOutcome.Observed;
        }

        _batch.Fill();
        var losses = _batch.Losses;
        var weights = _batch.Weights;
        _model.Network.Forward(_batch.Tokens, _batch.Targets, _batch.Rows, _batch.Places);
        _model.Network.CopyLosses(losses);
        var weighting = _reweighter.Weigh(losses, weights);
        var texts = 0;
        for (var row = 0; row < _batch.Rows; row++)
        {
            var sequence = _batch.Sequences[row];
            texts += sequence.Texts;
            if (float.IsFinite(losses[row]))
            {
                scores.Add(sequence.Domain, (double)losses[row] * sequence.Length, sequence.Length, sequence.Bytes);
                scores.AddWeight(sequence.Domain, weights[row]);
            }
        }

        var applied = weighting.IsUsable && Apply(weights);
        if (applied)
        {
            _steps++;
            Learned += texts;
        }

        GiveBack(_batch, _packer);
        return applied ? LearnOutcome.Learned : LearnOutcome.Refused;
    }

    private bool Apply(Span<float> weights)
    {
        TensorPrimitives.Multiply(weights, 1f / weights.Length, weights);
        _model.Network.BackwardLosses(weights);
        _model.Updater.LearningRate = _options.LearningRateAt(_model.Updater.Steps);
        return _model.Updater.Apply().Applied;
    }

    private static void GiveBack(GptBatch batch, SequencePacker packer)
    {
        foreach (var sequence in batch.Sequences)
        {
            packer.Return(sequence);
        }

        batch.Clear();
    }
}
