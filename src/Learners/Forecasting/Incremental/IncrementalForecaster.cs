using MessagePack;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting.Incremental;

/// <summary>
/// <c>incremental</c>: a multilayer perceptron from the last <c>lags</c> values to all horizons that is fitted again after every R records,
/// on the newest K · R steps; in between it forecasts with what it has. The rival of networks that are not fitted again.
/// </summary>
/// <remarks>
/// <para>Source: incremental learning as in Ayoub et al. 2024 (arXiv 2404.05304), whose variable is R. A re-fit goes on from the parameters
/// that there are, through the steps in an order drawn anew for each epoch, in mini-batches; a target that has not come yet takes no
/// part.</para>
/// <para>Normalisation <c>scaler</c>: values are shares of head-room times the largest absolute value of the warm-up. <c>window</c>: each
/// window is (y - last value) / mean absolute deviation of the window from its mean, so that level and spread of the series do not
/// matter.</para>
/// <para>Until the first re-fit it is last-value, and it stays so at horizons of K · R steps or more, whose targets no re-fit sees. Steps
/// without a record count as the last value. After <c>stop-after</c> records nothing is fitted any more, the scaling neither: that is a
/// network trained once.</para>
/// </remarks>
public sealed class IncrementalForecaster : IForecaster, IHasNetworks, IReactsToDrift, IDisposable
{
    internal const string Kind = "incremental";

    private const double Smallest = 1e-9;
    private const double Limit = 10;

    private readonly IncrementalOptions _options;
    private readonly IReadOnlyList<int> _horizons;
    private readonly int _features;
    private readonly Workspace _workspace;
    private readonly TrainedNetwork<IFeedForwardNetwork> _model;
    private readonly ObservationHistory _history;
    private readonly SeriesScaler _scaler;
    private readonly Xoshiro256 _random;
    private long _records;
    private long _updates;

    // The furthest that a re-fit has gone back, in steps: no target of a horizon beyond it has ever been learned.
    private int _reach;

    // Both as they were when the good parameters were kept.
    private long _goodUpdates;
    private int _goodReach;

    public IncrementalForecaster(ForecastTask task, IncrementalOptions options, ulong seed, FleetWorkspaces? workspaces = null)
    {
        _options = options;
        _horizons = task.Horizons;
        _features = task.Features;
        _workspace = (workspaces ?? new FleetWorkspaces()).GetOrAdd((task, options), key => new Workspace(key.task, key.options));
        _history = new ObservationHistory(options.FitSteps + options.Lags, _features);
        _scaler = new SeriesScaler(task.Horizons, task.Features, forgetting: 1);
        _random = new Xoshiro256(~seed);
        IReadOnlyList<string> zero = options.ByWindow ? [MlpArchitecture.HeadWeight, MlpArchitecture.HeadBias] : [];
        _model = new TrainedNetwork<IFeedForwardNetwork>(
            _workspace.Network.Architecture, NetworkDevice.Cpu,
            new TrainedNetworkOptions(options.Updates, null, zero, DeviceSetting.Cpu, options.Path),
            _ => new CpuMlp(_workspace.Network, seed));
    }

    /// <inheritdoc/>
    public IEnumerable<NetworkWeights> Weights(string kind) => [_model.Weights(kind)];

    /// <inheritdoc/>
    public LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        _records++;
        var fits = _options.StopAfter == 0 || _records <= _options.StopAfter;
        if (fits && (_records <= _options.WarmUp || Math.Abs(observation[0]) > _options.HeadRoom * _scaler.Unit))
        {
            _scaler.Observe(observation);
        }

        _history.Append(observation);
        return fits && _records % _options.RefitEvery == 0 ? Refit() : LearnOutcome.Observed;
    }

    /// <inheritdoc/>
    /// <remarks>The next re-fit is due after as many records that are learned as before; it sees these too.</remarks>
    public void Observe(ReadOnlySpan<double> observation, double elapsed = 1) => _history.Append(observation);

    /// <inheritdoc/>
    public void Skip(long steps) => _history.Skip(steps);

    /// <inheritdoc/>
    public void Predict(Span<double> forecasts)
    {
        if (_updates == 0 || _history.Steps < _options.Lags)
        {
            forecasts.Fill(_history.Steps == 0 ? 0 : _history.Value(0));
            return;
        }

        var spread = Say(out var said);
        var value = _history.Value(0);
        var usable = OutputRange.Contains(said);
        for (var h = 0; h < forecasts.Length; h++)
        {
            if (_horizons[h] > _reach || !usable)
            {
                forecasts[h] = value;
            }
            else if (_options.ByWindow)
            {
                var forecast = value + (said[h] * spread);
                forecasts[h] = double.IsFinite(forecast) ? forecast : value;
            }
            else
            {
                forecasts[h] = _scaler.FromShare(said[h], _options.HeadRoom, value);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks><c>refit</c>: it is fitted again now, on the steps before the record, unless it has stopped. <c>reset-optimizer</c>: Adam
    /// forgets its moments.</remarks>
    public void React(DriftReaction reaction)
    {
        if (reaction == DriftReaction.Refit && (_options.StopAfter == 0 || _records <= _options.StopAfter))
        {
            Refit();
        }
        else if (reaction == DriftReaction.ResetOptimizer)
        {
            _model.Trainer.Updater.Reset();
        }
    }

    /// <inheritdoc/>
    public void KeepGood()
    {
        Say(out var said);
        if (OutputRange.Contains(said))
        {
            _model.KeepGood();
            (_goodUpdates, _goodReach) = (_updates, _reach);
        }
    }

    /// <inheritdoc/>
    public void ReturnToGood()
    {
        _model.ReturnToGood();
        (_updates, _reach) = (_goodUpdates, _goodReach);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _model.Dispose();

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 2, fields: 12 + SeriesScaler.Fields);
        writer.Write(_records);
        writer.Write(_updates);
        writer.Write(_reach);
        writer.Write(_goodUpdates);
        writer.Write(_goodReach);
        _random.Save(ref writer);
        _history.SavePosition(ref writer);
        _history.SaveObservations(ref writer);
        _scaler.Save(ref writer);
        _model.Save(ref writer);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 2, fields: 12 + SeriesScaler.Fields);
        _records = reader.ReadInt64();
        _updates = reader.ReadInt64();
        _reach = reader.ReadInt32();
        _goodUpdates = reader.ReadInt64();
        _goodReach = reader.ReadInt32();
        _random.Load(ref reader);
        _history.LoadPosition(ref reader);
        _history.LoadObservations(ref reader);
        _scaler.Load(ref reader);
        StateFormat.Require(
            _records >= 0 && _history.Steps >= Math.Max(1, _records) && _goodUpdates >= 0 && _updates >= _goodUpdates && _reach >= 0 && _goodReach >= 0,
            "a forecaster's numbers contradict each other");
        _model.Load(ref reader);
    }

    /// <summary>Fits the network again, now.</summary>
    internal LearnOutcome Refit()
    {
        // A row for each step that a forecast could have been made from; the newest of them has the nearest horizon's target only.
        var nearest = _horizons[0];
        var rows = (int)Math.Min(_history.Steps - _options.Lags - nearest + 1, _options.FitSteps - nearest);
        if (rows < 1)
        {
            return LearnOutcome.Observed;
        }

        var order = _workspace.Order.AsSpan(0, rows);
        for (var row = 0; row < rows; row++)
        {
            order[row] = nearest + row;
        }

        var outcome = LearnOutcome.Learned;
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            Shuffle(order);
            for (var from = 0; from < rows; from += _options.BatchSize)
            {
                if (!Step(order.Slice(from, Math.Min(_options.BatchSize, rows - from))))
                {
                    outcome = LearnOutcome.Refused;
                }
            }
        }

        _reach = nearest + rows - 1;
        return outcome;
    }

    /// <summary>What the network says of the last window.</summary>
    /// <returns>The window's mean absolute deviation: see <see cref="FillInputs"/>.</returns>
    private double Say(out ReadOnlySpan<float> said)
    {
        var inputs = _workspace.Inputs.AsSpan(0, _workspace.Network.Architecture.Inputs);
        var outputs = _workspace.Targets.AsSpan(0, _horizons.Count);
        var spread = FillInputs(age: 0, inputs);
        _model.Network.Predict(inputs, 1, outputs);
        said = outputs;
        return spread;
    }

    private bool Step(ReadOnlySpan<int> ages)
    {
        var (width, outputs) = (_workspace.Network.Architecture.Inputs, _horizons.Count);
        for (var row = 0; row < ages.Length; row++)
        {
            _workspace.Spreads[row] = FillInputs(ages[row], _workspace.Inputs.AsSpan(row * width, width));
        }

        _model.Network.Forward(_workspace.Inputs.AsSpan(0, ages.Length * width), ages.Length);
        if (!OutputRange.Contains(_model.Network.Outputs))
        {
            return false;
        }

        var targets = _workspace.Targets.AsSpan(0, ages.Length * outputs);
        _model.Network.Outputs.CopyTo(targets);
        for (var row = 0; row < ages.Length; row++)
        {
            for (var h = 0; h < outputs && _horizons[h] <= ages[row]; h++)
            {
                var target = _history.Value(ages[row] - _horizons[h]);
                targets[(row * outputs) + h] = _options.ByWindow
                    ? Ratio(target, _history.Value(ages[row]), _workspace.Spreads[row])
                    : _scaler.Share(target, _options.HeadRoom);
            }
        }

        if (!_model.Trainer.Learn(targets, []).Applied)
        {
            return false;
        }

        _updates++;
        return true;
    }

    /// <summary>The inputs of the window that ends some steps ago.</summary>
    /// <returns>Mean absolute deviation of the window from its mean, in the series' unit.</returns>
    private double FillInputs(int age, Span<float> inputs)
    {
        var last = _history.Value(age);
        var spread = _options.ByWindow ? Spread(age) : 0;
        for (var lag = 0; lag < _options.Lags; lag++)
        {
            var value = _history.Value(age + lag);
            inputs[lag] = _options.ByWindow ? Ratio(value, last, spread) : _scaler.Share(value, _options.HeadRoom);
        }

        var features = _history.Features(age);
        for (var f = 0; f < _features; f++)
        {
            inputs[_options.Lags + f] = _scaler.Feature(f, features[f]);
        }

        return spread;
    }

    private double Spread(int age)
    {
        // Means of halves and shares: the sum of huge numbers would overflow.
        var mean = 0.0;
        for (var lag = 0; lag < _options.Lags; lag++)
        {
            mean += _history.Value(age + lag) / _options.Lags;
        }

        var spread = 0.0;
        for (var lag = 0; lag < _options.Lags; lag++)
        {
            spread += Math.Abs((_history.Value(age + lag) / _options.Lags) - (mean / _options.Lags));
        }

        return Math.Min(double.MaxValue, Math.Max(spread, Smallest * _scaler.Unit));
    }

    private static float Ratio(double value, double from, double spread)
    {
        // Quotients first: the difference of two huge numbers of opposite signs would overflow.
        var ratio = spread > 0 ? (value / spread) - (from / spread) : 0;
        return double.IsNaN(ratio) ? 0 : (float)Math.Clamp(ratio, -Limit, Limit);
    }

    /// <summary>Fisher and Yates.</summary>
    private void Shuffle(Span<int> order)
    {
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = (int)(_random.NextDouble() * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
    }

    /// <summary>What the learners of a fleet share.</summary>
    private sealed class Workspace
    {
        internal Workspace(ForecastTask task, IncrementalOptions options)
        {
            var architecture = new MlpArchitecture(
                options.Lags + task.Features, Enumerable.Repeat(options.Hidden, options.Layers), task.Horizons.Count);
            Network = new CpuMlpWorkspace(architecture, options.BatchSize);
            Inputs = new float[options.BatchSize * architecture.Inputs];
            Targets = new float[options.BatchSize * architecture.Outputs];
            Spreads = new double[options.BatchSize];
            Order = new int[options.FitSteps];
        }

        internal CpuMlpWorkspace Network { get; }

        internal float[] Inputs { get; }

        internal float[] Targets { get; }

        internal double[] Spreads { get; }

        internal int[] Order { get; }
    }
}
