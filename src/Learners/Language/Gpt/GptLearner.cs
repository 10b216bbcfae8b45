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
                outcome = Later(outcome, StepOnOldest(scores));
            }
        }

        if (++_records >= _options.BatchRecords)
        {
            _records = 0;
            _packer.CloseAll();
            outcome = Later(outcome, _options.Mixture.IsGiven ? StepOnMixture(scores) : StepOnRest(scores));
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

            try
            {
                _aloneBatch.Fill();
                _model.Network.Evaluate(_aloneBatch.Tokens, _aloneBatch.Targets, _aloneBatch.Rows, _aloneBatch.Places, _aloneBatch.Losses);
                for (var row = 0; row < _aloneBatch.Rows; row++)
                {
                    nats += (double)_aloneBatch.Losses[row] * _aloneBatch.Sequences[row].Length;
                }
            }
            finally
            {
                GiveBack(_aloneBatch, _alone);
            }
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

    /// <summary>Of several steps with one text the last one says how the model is: one that was refused among many has harmed nothing.</summary>
    private static LearnOutcome Later(LearnOutcome earlier, LearnOutcome later) => later == LearnOutcome.Observed ? earlier : later;

    private LearnOutcome StepOnOldest(LanguageScores scores)
    {
        while (_batch.Rows < _options.BatchRows && _packer.Full > 0)
        {
            _batch.Add(_packer.Take());
        }

        return Step(scores);
    }

    /// <summary>All that wait, in as few steps as there may be: of each domain one sequence more than full ones.</summary>
    private LearnOutcome StepOnRest(LanguageScores scores)
    {
        var outcome = LearnOutcome.Observed;
        while (_packer.Full > 0)
        {
            outcome = Later(outcome, StepOnOldest(scores));
        }

        return outcome;
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

        try
        {
            return StepOnBatch(scores);
        }
        finally
        {
            GiveBack(_batch, _packer);
        }
    }

    private LearnOutcome StepOnBatch(LanguageScores scores)
    {
        Forward();
        var rows = _batch.Rows;
        var weighting = _reweighter.Weigh(_batch.Losses, _batch.Weights);
        if (weighting.Masked > 0)
        {
            if (!weighting.IsUsable)
            {
                _model.Network.Forget();
                return LearnOutcome.Refused;
            }

            // A weight of 0 does not keep NaN from the gradient: it is gone forward without these rows.
            _batch.LeaveMaskedOut(_packer);
            Forward();
        }

        var texts = 0;
        for (var row = 0; row < _batch.Rows; row++)
        {
            var sequence = _batch.Sequences[row];
            texts += sequence.Texts;
            scores.Add(sequence.Domain, (double)_batch.Losses[row] * sequence.Length, sequence.Length, sequence.Bytes);
            scores.AddWeight(sequence.Domain, _batch.Weights[row]);
        }

        if (!Apply(_batch.Weights, rows))
        {
            return LearnOutcome.Refused;
        }

        _steps++;
        Learned += texts;
        return LearnOutcome.Learned;
    }

    private void Forward()
    {
        _batch.Fill();
        _model.Network.Forward(_batch.Tokens, _batch.Targets, _batch.Rows, _batch.Places);
        _model.Network.CopyLosses(_batch.Losses);
    }

    /// <param name="weights">Of mean 1 over the samples of the mini-batch.</param>
    /// <param name="samples">Those, masked ones included.</param>
    private bool Apply(Span<float> weights, int samples)
    {
        TensorPrimitives.Multiply(weights, 1f / samples, weights);
        _model.Network.BackwardLosses(weights);

        // The schedule goes on after a return to good weights; an optimiser that has forgotten its moments warms up again.
        var again = _model.Updater.Steps < Math.Min(_steps, _options.WarmUp) ? (_model.Updater.Steps + 1.0) / _options.WarmUp : 1;
        _model.Updater.LearningRate = _options.LearningRateAt(_steps) * again;
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
