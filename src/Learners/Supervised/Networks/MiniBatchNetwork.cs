using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Normalization;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reweighting;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Supervised.Replay;

namespace StreamLearn.Learners.Supervised.Networks;

/// <summary>
/// A multilayer perceptron that learns in mini-batches, cut by the number of labels: rows gather, and when there are as many as a batch has, they are learned in one
/// step, perhaps with some from earlier.
/// </summary>
/// <remarks>
/// A step: the rows of the batch, then those that are drawn from the replay buffer, are standardized by means and deviations of all rows so far and cut off at ±10;
/// forward; losses; weights of the rows by their losses; one step of the optimiser. The rows of the batch go into the buffer afterwards, as they came: what is learned
/// again is then in the units of that time, not of the one when it came.
/// </remarks>
internal sealed class MiniBatchNetwork : IDisposable
{
    /// <summary>Fields that <see cref="Save"/> writes.</summary>
    internal const int Fields = 9;

    private const double Limit = 10;

    /// <summary>Numbers that a key may keep of rows, 256 MiB of them.</summary>
    private const int MostNumbers = 1 << 26;

    private readonly MiniBatchOptions _options;
    private readonly MiniBatchWorkspace _workspace;
    private readonly int _features;
    private readonly ulong _seed;
    private readonly InputNormalizer _normalizer;
    private readonly TargetNormalizer? _units;
    private readonly Xoshiro256 _random;
    private readonly ReplayBuffer? _replay;

    // Rows that wait for the batch to be full.
    private readonly float[] _rows;
    private readonly double[] _targets;
    private int _waiting;

    private TrainedNetwork<IFeedForwardNetwork> _model;
    private int _outputs;

    // [outputs], workspace.
    private float[] _said;

    /// <param name="options">Its settings.</param>
    /// <param name="features">Numbers that go in.</param>
    /// <param name="outputs">Numbers that come out.</param>
    /// <param name="seed">Of all chance.</param>
    /// <param name="workspaces">Of its fleet.</param>
    /// <param name="units">Which targets are standardized by; null: they are classes.</param>
    internal MiniBatchNetwork(MiniBatchOptions options, int features, int outputs, ulong seed, FleetWorkspaces workspaces, TargetNormalizer? units = null)
    {
        Require(options.Batch, "batch");
        Require(options.Replay == ReplayKind.None ? 0 : options.ReplayCapacity, "replay-capacity");
        _options = options;
        _features = features;
        _outputs = outputs;
        _seed = seed;
        _workspace = workspaces.GetOrAdd(
            new WorkspaceKey(options.ArchitectureOf(features, outputs).Signature, options.Rows, options.Device), _ => new MiniBatchWorkspace(options, features, outputs, workspaces.Place));
        _units = units;
        _normalizer = new InputNormalizer(NormalizationKind.Standardize, features, Limit, options.Fading, TargetNormalizer.Outlier);
        Reweighter = new SampleReweighter(options.Reweighting);
        _random = new Xoshiro256(seed ^ 0x9e3779b97f4a7c15);
        _replay = options.CreateReplay(features);
        _rows = new float[options.Batch * features];
        _targets = new double[options.Batch];
        _said = new float[outputs];
        _model = Create(outputs);

        void Require(int rows, string name)
        {
            if ((long)rows * features > MostNumbers)
            {
                throw new OptionException(
                    $"{options.Path}.{name}", FormattableString.Invariant($"{rows} rows of {features} features"), FormattableString.Invariant($"up to {MostNumbers:N0} numbers of a key"));
            }
        }
    }

    internal SampleReweighter Reweighter { get; }

    /// <summary>The outputs for features; empty: they are out of range, the network has run away.</summary>
    internal ReadOnlySpan<float> Predict(ReadOnlySpan<float> features)
    {
        _normalizer.Apply(features, _workspace.Input);
        _model.Network.Predict(_workspace.Input, 1, _said);
        return OutputRange.Contains(_said) ? _said : default;
    }

    /// <summary>Learns a target, now or when the batch is full.</summary>
    /// <param name="features">Finite.</param>
    /// <param name="target">The class, or the number.</param>
    internal LearnOutcome Learn(ReadOnlySpan<float> features, double target)
    {
        _normalizer.Observe(features);
        features.CopyTo(_rows.AsSpan(_waiting * _features));
        _targets[_waiting++] = target;
        if (_waiting < _options.Batch)
        {
            return LearnOutcome.Observed;
        }

        _waiting = 0;
        return Step();
    }

    /// <summary>Adds outputs at the end.</summary>
    /// <param name="outputs">Outputs from now on.</param>
    /// <param name="bias">What new ones say, whatever goes in.</param>
    internal void Grow(int outputs, float bias)
    {
        var grown = _model.Widen(_options.ArchitectureOf(_features, outputs), device => _workspace.Create(outputs, device, _seed), bias);
        _model.Dispose();
        (_model, _outputs, _said) = (grown, outputs, new float[outputs]);
    }

    internal IEnumerable<NetworkWeights> Weights(string kind) => [_model.Weights(kind)];

    internal void KeepGood() => _model.KeepGood();

    internal void ReturnToGood() => _model.ReturnToGood();

    internal void Save(ref MessagePackWriter writer)
    {
        writer.Write(_outputs);
        _normalizer.Save(ref writer);
        writer.WriteFloats(_rows.AsSpan(0, _waiting * _features));
        writer.WriteDoubles(_targets.AsSpan(0, _waiting));
        _random.Save(ref writer);
        Reweighter.Save(ref writer);
        if (_replay is null)
        {
            writer.WriteNil();
        }
        else
        {
            _replay.Save(ref writer);
        }

        _model.Save(ref writer);
    }

    /// <param name="reader">Where <see cref="Save"/> has written to.</param>
    /// <param name="leastOutputs">Outputs that it may have at least.</param>
    /// <param name="mostOutputs">And at most.</param>
    /// <param name="isClassifier">Whether targets are classes.</param>
    internal void Load(ref MessagePackReader reader, int leastOutputs, int mostOutputs, bool isClassifier)
    {
        var outputs = reader.ReadInt32();
        StateFormat.Require(outputs >= leastOutputs && outputs <= mostOutputs, $"a network has {outputs} outputs");
        _normalizer.Load(ref reader);
        LoadWaiting(ref reader, isClassifier ? outputs : 0);
        _random.Load(ref reader);
        Reweighter.Load(ref reader);
        if (_replay is null)
        {
            StateFormat.Require(reader.TryReadNil(), "examples are remembered that are not to be learned again");
        }
        else
        {
            _replay.Load(ref reader, isClassifier ? outputs : 0);
        }

        if (outputs != _outputs)
        {
            var model = Create(outputs);
            _model.Dispose();
            (_model, _outputs, _said) = (model, outputs, new float[outputs]);
        }

        _model.Load(ref reader);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private LearnOutcome Step()
    {
        var (batch, rows) = (_options.Batch, _options.Batch);
        var (inputs, targets, losses) = (_workspace.Inputs, _workspace.Targets, _workspace.Losses);
        for (var row = 0; row < batch; row++)
        {
            Put(row, _rows.AsSpan(row * _features, _features), _targets[row]);
        }

        for (; _replay is { Count: > 0 } && rows < _options.Rows; rows++)
        {
            var place = _replay.Draw(_random);
            _workspace.Drawn[rows] = place;
            Put(rows, _replay.Features(place), _replay.Target(place));
        }

        _model.Network.Forward(inputs.AsSpan(0, rows * _features), rows);
        if (!OutputRange.Contains(_model.Network.Logits))
        {
            return LearnOutcome.Refused;
        }

        _model.Trainer.Evaluate(targets.AsSpan(0, rows)).CopyTo(losses);
        var weights = _workspace.Weights.AsSpan(0, rows);
        if (!Reweighter.Weigh(losses.AsSpan(0, rows), weights).IsUsable || !_model.Trainer.Learn(weights).Applied)
        {
            return LearnOutcome.Refused;
        }

        Remember(batch, rows);
        return LearnOutcome.Learned;
    }

    /// <summary>Puts a row into the next step, in the units of now.</summary>
    private void Put(int row, ReadOnlySpan<float> features, double target)
    {
        _normalizer.Apply(features, _workspace.Inputs.AsSpan(row * _features, _features));
        _workspace.Targets[row] = (float)(_units?.Normalize(target) ?? target);
    }

    private void Remember(int batch, int rows)
    {
        if (_replay is null)
        {
            return;
        }

        for (var row = batch; row < rows; row++)
        {
            _replay.Learned(_workspace.Drawn[row], _workspace.Losses[row]);
        }

        for (var row = 0; row < batch; row++)
        {
            _replay.Add(_rows.AsSpan(row * _features, _features), _targets[row], _workspace.Losses[row], _random);
        }
    }

    private void LoadWaiting(ref MessagePackReader reader, int classes)
    {
        var rows = reader;
        var waiting = (rows.ReadBytes()?.Length ?? 0) / (sizeof(float) * (long)_features);
        StateFormat.Require(waiting < _options.Batch, "more rows wait than a batch has");
        reader.ReadFloats(_rows.AsSpan(0, (int)waiting * _features));
        reader.ReadDoubles(_targets.AsSpan(0, (int)waiting));
        _waiting = (int)waiting;
        foreach (var target in _targets.AsSpan(0, classes > 0 ? _waiting : 0))
        {
            StateFormat.Require(target >= 0 && target < classes && target == Math.Truncate(target), "a row that waits has a class that there is not");
        }
    }

    private TrainedNetwork<IFeedForwardNetwork> Create(int outputs)
    {
        if (_options.WarmStart is not null && outputs != _outputs)
        {
            throw new StateFormatException($"Stored state has {outputs} outputs; expected {_outputs}, as the weights have that it is to start from.");
        }

        return new TrainedNetwork<IFeedForwardNetwork>(
            _options.ArchitectureOf(_features, outputs), _workspace.Device,
            new TrainedNetworkOptions(
                _options.Updates, _options.WarmStart, [MlpArchitecture.HeadWeight, MlpArchitecture.HeadBias], _options.Device, _options.Path)
            {
                Loss = _options.Loss,
            },
            device => _workspace.Create(outputs, device, _seed));
    }

    private readonly record struct WorkspaceKey(string Architecture, int Rows, DeviceSetting Device);
}
