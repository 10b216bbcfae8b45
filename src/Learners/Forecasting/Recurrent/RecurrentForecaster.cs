using MessagePack;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting.Recurrent;

/// <summary>
/// <c>liquid</c> and <c>gru</c>: a recurrent network over the last records of a series that says all horizons at once. It learns while it
/// is warming up, one step of an optimiser on each target as it arrives; then it learns on at a lower rate, or is frozen.
/// </summary>
/// <remarks>
/// <para>The input of a record is [level, last moves, for each season what followed one season ago, features], scaled by
/// <see cref="SeriesScaler"/>; the elapsed time since the record before goes into the cell. With target <c>move</c> the network says how
/// far the series moves, f(t+h) = y(t) + s(h) · net[h], and starts as last-value (wired: near it); with <c>level</c> it says f(t+h) as a
/// share of head-room times the largest value so far, and its inputs are such shares.</para>
/// <para>When y(t) arrives, output h at step t-h has its target: a batch with one window for each horizon, the <c>window</c> records that
/// end at t-h, of which the last row has a loss. With inference <c>restart</c> a window starts from zero; with <c>carried</c> from the
/// state that was carried up to it.</para>
/// <para>Sources: the cells in <c>Liquid/</c> and <c>Networks/</c>; protocol of forecasting through failures: Ayoub et al. 2024 (arXiv
/// 2404.05304); stored states: Kapturowski et al., ICLR 2019.</para>
/// </remarks>
public sealed class RecurrentForecaster : IForecaster, IHasNetworks, IReactsToDrift, IDisposable
{
    internal const string LiquidKind = "liquid";
    internal const string GruKind = "gru";

    // More than cells tell apart from for ever; keeps the number within a float.
    private const double LongestElapsed = 1e6;

    private readonly string _kind;
    private readonly RecurrentOptions _options;
    private readonly IReadOnlyList<int> _horizons;
    private readonly int[] _periods;
    private readonly int _features;
    private readonly RecurrentWorkspace _workspace;
    private readonly TrainedNetwork<IRecurrentNetwork> _model;

    // LTC synapses have their centres between 0.3 and 0.8: scaled numbers are brought there.
    private readonly float _inputOffset;
    private readonly float _inputFactor;

    private readonly ObservationHistory _history;
    private readonly SeriesScaler _scaler;
    private readonly RecentRecords _recent;

    // Where the state is carried: that after the last record, and what the network said then.
    private readonly float[] _state;
    private readonly float[] _said;

    // Learned, those of a warm-up without targets included; not those seen while it was frozen.
    private long _records;
    private long _updates;

    // Updates that the good parameters have had.
    private long _goodUpdates;

    // Records that reactions to drifts still last for.
    private int _raised;
    private int _thawed;

    public RecurrentForecaster(ForecastTask task, RecurrentOptions options, ulong seed, FleetWorkspaces? workspaces = null)
    {
        _kind = options.Cell == RecurrentCell.Gru ? GruKind : LiquidKind;
        _options = options;
        _horizons = task.Horizons;
        _features = task.Features;
        _periods = [.. options.Periods];
        workspaces ??= new FleetWorkspaces();
        _workspace = workspaces.GetOrAdd((task, options), key => new RecurrentWorkspace(
            key.task, key.options, workspaces.Place.IsTrial ? NetworkDevice.Cpu : DeviceFor(key.task, key.options).Device));
        var architecture = _workspace.Architecture;
        (_inputOffset, _inputFactor) = options.Cell == RecurrentCell.Ltc && options.Moves ? (0.5f, 1 / 6f) : (0f, 1f);
        _history = new ObservationHistory(HistoryLength(task), 0);
        _scaler = new SeriesScaler(task.Horizons, task.Features, options.Forgetting);
        var carried = options.Carried ? architecture.StateSize : 0;
        _recent = new RecentRecords(options.Window + task.FurthestHorizon, architecture.Inputs, carried);
        _state = new float[carried];
        _said = new float[options.Carried ? architecture.Outputs : 0];

        // A wired network's readout sees a motor neuron for each horizon: from weights of zero, nothing would lead back to the others for
        // long.
        IReadOnlyList<string> zero = !options.Moves ? []
            : options.Wired ? [RecurrentArchitecture.HeadBias]
            : [RecurrentArchitecture.HeadWeight, RecurrentArchitecture.HeadBias];
        _model = new TrainedNetwork<IRecurrentNetwork>(
            architecture, _workspace.Device,
            new TrainedNetworkOptions(options.Updates, options.WarmStart, zero, options.Device, options.Path),
            device => _workspace.Create(device, seed, workspaces.Place.Gpu));
    }

    private bool Learns => _thawed > 0 || _records <= _options.WarmUp || _options.Then == AfterWarmUp.Continue;

    /// <summary>Where such a learner runs, and why.</summary>
    internal static DeviceChoice DeviceFor(ForecastTask task, RecurrentOptions options) =>
        TrainedNetworkOptions.DeviceFor(options.Device, options.ArchitectureFor(task), options.Window * task.Horizons.Count, options.Path);

    /// <inheritdoc/>
    public IEnumerable<NetworkWeights> Weights(string kind) => [_model.Weights(kind)];

    /// <inheritdoc/>
    public LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        _records++;
        _history.Append(observation[..1]);
        var learns = Learns;
        if (learns)
        {
            Scale(observation);
        }

        See(observation, elapsed);
        var outcome = learns ? Train() : LearnOutcome.Observed;
        if (_options.Carried)
        {
            Carry();
        }

        _raised = Math.Max(0, _raised - 1);
        _thawed = Math.Max(0, _thawed - 1);
        return outcome;
    }

    /// <inheritdoc/>
    /// <remarks>The warm-up, and what is left of reactions to drifts, wait for records that are learned.</remarks>
    public void Observe(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        _history.Append(observation[..1]);
        See(observation, elapsed);
        if (_options.Carried)
        {
            Carry();
        }
    }

    /// <inheritdoc/>
    public void Skip(long steps) => _history.Skip(steps);

    /// <inheritdoc/>
    public void Predict(Span<double> forecasts)
    {
        if (_updates == 0)
        {
            forecasts.Fill(_history.Steps == 0 ? 0 : _history.Value(0));
            return;
        }

        var said = _options.Carried ? _said : Restart();
        var value = _history.Value(0);
        if (!OutputRange.Contains(said))
        {
            forecasts.Fill(value);
            return;
        }

        for (var h = 0; h < forecasts.Length; h++)
        {
            forecasts[h] = _options.Moves ? _scaler.AfterMove(h, value, said[h]) : _scaler.FromShare(said[h], _options.HeadRoom, value);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// <c>raise-learning-rate</c>: the rate is <c>raised-rate</c> times higher and comes down to what it was within <c>reaction-records</c>
    /// (a frozen network has none). <c>reset-optimizer</c>: the optimiser forgets its moments. <c>refit</c>: parameters and scaling learn
    /// at the full rate for <c>reaction-records</c>, frozen or not.
    /// </remarks>
    public void React(DriftReaction reaction)
    {
        switch (reaction)
        {
            case DriftReaction.RaiseLearningRate:
                _raised = _options.ReactionRecords;
                break;
            case DriftReaction.ResetOptimizer:
                _model.Trainer.Updater.Reset();
                break;
            case DriftReaction.Refit:
                _thawed = _options.ReactionRecords;
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void KeepGood()
    {
        if (OutputRange.Contains(Restart()))
        {
            _model.KeepGood();
            _goodUpdates = _updates;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A state that is carried was made by the parameters that it leaves: it starts from zero again.</remarks>
    public void ReturnToGood()
    {
        _model.ReturnToGood();
        _updates = _goodUpdates;
        if (_options.Carried)
        {
            _state.AsSpan().Clear();
            _recent.ClearStates();
            Carry();
        }
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _model.Dispose();

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(_kind, 2, fields: 13 + SeriesScaler.Fields + RecentRecords.Fields);
        writer.Write(_records);
        writer.Write(_updates);
        writer.Write(_goodUpdates);
        writer.Write(_raised);
        writer.Write(_thawed);
        _history.SavePosition(ref writer);
        _history.SaveObservations(ref writer);
        _scaler.Save(ref writer);
        _recent.Save(ref writer);
        writer.WriteFloats(_state);
        writer.WriteFloats(_said);
        _model.Save(ref writer);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(_kind, 2, fields: 13 + SeriesScaler.Fields + RecentRecords.Fields);
        _records = reader.ReadInt64();
        _updates = reader.ReadInt64();
        _goodUpdates = reader.ReadInt64();
        _raised = reader.ReadInt32();
        _thawed = reader.ReadInt32();
        _history.LoadPosition(ref reader);
        _history.LoadObservations(ref reader);
        _scaler.Load(ref reader);
        _recent.Load(ref reader);
        reader.ReadFloats(_state);
        reader.ReadFloats(_said);
        StateFormat.Require(
            _records >= 0 && _history.Steps >= Math.Max(1, _records) && _goodUpdates >= 0 && _updates >= _goodUpdates && _updates <= _records
            && _raised >= 0 && _thawed >= 0
            && _recent.Count >= Math.Clamp(_records, 1, _options.Window + _horizons[^1]) && _recent.Count <= _history.Steps,
            "a forecaster's numbers contradict each other");
        _model.Load(ref reader);
    }

    private int HistoryLength(ForecastTask task) =>
        _periods.Select(period => SeasonsBack(period, task.FurthestHorizon) + 1)
            .Append(_options.Lags + 1).Append(task.FurthestHorizon + 1).Max();

    /// <summary>The least multiple of a season that is no nearer than a horizon, in steps.</summary>
    private static int SeasonsBack(int period, int horizon) => (((horizon - 1) / period) + 1) * period;

    private void Scale(ReadOnlySpan<double> observation)
    {
        _scaler.Observe(observation);
        for (var h = 0; h < _horizons.Count && _history.Steps > _horizons[h]; h++)
        {
            _scaler.ObserveMove(h, _history.Value(_horizons[h]), _history.Value(0));
        }
    }

    /// <summary>Adds a record to the recent ones.</summary>
    private void See(ReadOnlySpan<double> observation, double elapsed) =>
        FillInputs(observation, _recent.Append(_history.Steps, (float)Math.Clamp(elapsed, -LongestElapsed, LongestElapsed), _state));

    private void FillInputs(ReadOnlySpan<double> observation, Span<float> inputs)
    {
        var at = 0;
        inputs[at++] = _options.Moves ? _scaler.Standardized(observation[0]) : _scaler.Share(observation[0], _options.HeadRoom);
        for (var lag = 0; lag < _options.Lags; lag++)
        {
            inputs[at++] = _history.Steps <= lag + 1 ? 0
                : _options.Moves ? _scaler.Move(0, _history.Value(lag + 1), _history.Value(lag))
                : _scaler.Share(_history.Value(lag + 1), _options.HeadRoom);
        }

        foreach (var period in _periods)
        {
            for (var h = 0; h < _horizons.Count; h++)
            {
                var back = SeasonsBack(period, _horizons[h]);
                inputs[at++] = _history.Steps <= back ? 0
                    : _options.Moves ? _scaler.Move(h, _history.Value(back), _history.Value(back - _horizons[h]))
                    : _scaler.Share(_history.Value(back - _horizons[h]), _options.HeadRoom);
            }
        }

        for (var f = 0; f < _features; f++)
        {
            inputs[at++] = _scaler.Feature(f, observation[1 + f]);
        }

        if (_inputFactor != 1)
        {
            foreach (ref var input in inputs)
            {
                input = _inputOffset + (_inputFactor * input);
            }
        }
    }

    /// <summary>One step on the targets that the last record brings.</summary>
    private LearnOutcome Train()
    {
        var batch = 0;
        for (var h = 0; h < _horizons.Count; h++)
        {
            // The record that a target is for may be missing, and its window is to be whole.
            var age = _history.Steps > _horizons[h] ? _recent.AgeOf(_history.Steps - _horizons[h]) : -1;
            if (age >= 0 && age + _options.Window <= _recent.Count)
            {
                _workspace.Samples[batch] = age;
                _workspace.Horizons[batch] = h;
                batch++;
            }
        }

        if (batch == 0)
        {
            return LearnOutcome.Observed;
        }

        Gather(batch);
        var (network, steps, outputs) = (_model.Network, _options.Window, _horizons.Count);
        var rows = steps * batch;
        network.Forward(_workspace.Inputs.AsSpan(0, rows * network.Architecture.Inputs), _workspace.Elapsed.AsSpan(0, rows), steps, batch);

        // Only last rows have targets, and there an output that has none is its own.
        var targets = _workspace.Outputs.AsSpan(0, batch * outputs);
        var weights = _workspace.Weights.AsSpan(0, batch);
        network.Outputs[^targets.Length..].CopyTo(targets);
        if (!OutputRange.Contains(targets))
        {
            return LearnOutcome.Refused;
        }

        weights.Fill(steps);
        for (var sample = 0; sample < batch; sample++)
        {
            var h = _workspace.Horizons[sample];
            var value = _history.Value(0);
            targets[(sample * outputs) + h] = _options.Moves
                ? _scaler.Move(h, _history.Value(_horizons[h]), value)
                : _scaler.Share(value, _options.HeadRoom);
        }

        _model.Trainer.Updater.LearningRate = LearningRate();
        _model.Trainer.Evaluate(targets, from: rows - batch);
        if (!_model.Trainer.Learn(weights).Applied)
        {
            return LearnOutcome.Refused;
        }

        _updates++;
        return LearnOutcome.Learned;
    }

    private double LearningRate()
    {
        var phase = _thawed > 0 ? 1
            : _records > _options.WarmUp ? _options.ContinueRate
            // What is to be frozen settles: noise of the last steps would stay for ever.
            : _options.Then == AfterWarmUp.Frozen ? 1 - ((double)(_records - 1) / _options.WarmUp)
            : 1;
        var rate = _options.LearningRate * phase;
        return rate * (1 + ((_options.RaisedRate - 1) * _raised / _options.ReactionRecords));
    }

    /// <summary>The windows of the samples, steps first.</summary>
    private void Gather(int batch)
    {
        var width = _workspace.Architecture.Inputs;
        var last = _options.Window - 1;
        for (var sample = 0; sample < batch; sample++)
        {
            var age = _workspace.Samples[sample];
            for (var step = 0; step <= last; step++)
            {
                var row = (step * batch) + sample;
                _recent.Inputs(age + last - step).CopyTo(_workspace.Inputs.AsSpan(row * width, width));
                _workspace.Elapsed[row] = _recent.Elapsed(age + last - step);
            }
        }

        if (_options.Carried)
        {
            var size = _state.Length;
            for (var sample = 0; sample < batch; sample++)
            {
                _recent.StateBefore(_workspace.Samples[sample] + last).CopyTo(_workspace.States.AsSpan(sample * size, size));
            }

            _workspace.States.AsSpan(batch * size).Clear();
            _model.Network.SetState(_workspace.States);
        }
    }

    /// <summary>Takes the state over the last record.</summary>
    private void Carry()
    {
        _workspace.States.AsSpan().Clear();
        _state.CopyTo(_workspace.States, 0);
        var network = _model.Network;
        network.SetState(_workspace.States);
        _workspace.Elapsed[0] = _recent.Elapsed(0);
        network.Predict(_recent.Inputs(0), _workspace.Elapsed.AsSpan(0, 1), 1, 1, _said, carry: true);
        network.CopyState(_workspace.States);
        _workspace.States.AsSpan(0, _state.Length).CopyTo(_state);
        foreach (ref var said in _said.AsSpan())
        {
            // It is part of the state, and may be no number: in the place of what cannot be used, last-value.
            said = OutputRange.Contains(said) ? said : _options.Moves ? 0 : _scaler.Share(_history.Value(0), _options.HeadRoom);
        }
    }

    /// <summary>What the network says of the last records, from zero.</summary>
    private ReadOnlySpan<float> Restart()
    {
        var (width, outputs) = (_workspace.Architecture.Inputs, _horizons.Count);
        var steps = Math.Min(_recent.Count, _options.Window);
        for (var step = 0; step < steps; step++)
        {
            _recent.Inputs(steps - 1 - step).CopyTo(_workspace.Inputs.AsSpan(step * width, width));
            _workspace.Elapsed[step] = _recent.Elapsed(steps - 1 - step);
        }

        var said = _workspace.Outputs.AsSpan(0, steps * outputs);
        _model.Network.Predict(_workspace.Inputs.AsSpan(0, steps * width), _workspace.Elapsed.AsSpan(0, steps), steps, 1, said, carry: false);
        return said[^outputs..];
    }
}
