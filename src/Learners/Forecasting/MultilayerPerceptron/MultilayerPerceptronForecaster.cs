using MessagePack;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting.MultilayerPerceptron;

/// <summary>
/// <c>multilayer-perceptron</c>: one small network that says, from the last <c>lags</c> values, how far the series will have moved after
/// each horizon; one step of an optimiser on each target as it arrives. It starts as last-value: the last layer's weights are zero.
/// </summary>
/// <remarks>
/// <para>Forecast: f(t+h) = y(t) + s(h) · net(x(t))[h], with x(t) = [(y(t) - m)/s, …, (y(t-lags+1) - m)/s, features(t)]. m and s are fading
/// means of the values and of their absolute deviation from it; s(h) is that of |y(t) - y(t-h)|. Numbers that go into the network, and
/// targets, are cut off at ±10; the loss is Huber's (δ = 1).</para>
/// <para>When y(t) arrives, each horizon's output for x(t-h) has its target (y(t) - y(t-h)) / s(h): one mini-batch of as many rows as there
/// are horizons, in which a row's other outputs take no part.</para>
/// <para>Values are in units of the largest absolute value so far, so that no series overflows; steps without a record count as the last
/// value when they are looked back on, and are no targets.</para>
/// </remarks>
public sealed class MultilayerPerceptronForecaster : IForecaster, IHasNetworks, IReactsToDrift, IDisposable
{
    internal const string Kind = "multilayer-perceptron";

    private readonly MultilayerPerceptronOptions _options;
    private readonly IReadOnlyList<int> _horizons;
    private readonly int _features;
    private readonly MlpArchitecture _architecture;
    private readonly TrainedNetwork<IFeedForwardNetwork> _model;

    // The last `lags + furthest horizon` steps.
    private readonly ObservationHistory _history;
    private readonly SeriesScaler _scaler;

    // Workspace, no state.
    private readonly float[] _inputs;
    private readonly float[] _targets;

    public MultilayerPerceptronForecaster(ForecastTask task, MultilayerPerceptronOptions options, ulong seed, FleetWorkspaces? workspaces = null)
    {
        _options = options;
        _horizons = task.Horizons;
        _features = task.Features;
        workspaces ??= new FleetWorkspaces();
        var shared = workspaces.GetOrAdd((task, options), key => new Shared(key.task, key.options, workspaces.Place));
        _architecture = shared.Workspace.Architecture;
        _inputs = shared.Inputs;
        _targets = shared.Targets;
        _history = new ObservationHistory(options.Lags + task.FurthestHorizon, _features);
        _scaler = new SeriesScaler(task.Horizons, task.Features, options.Forgetting);
        _model = new TrainedNetwork<IFeedForwardNetwork>(
            _architecture, shared.Device,
            new TrainedNetworkOptions(
                options.Updates, options.WarmStart, [MlpArchitecture.HeadWeight, MlpArchitecture.HeadBias], options.Device, options.Path),
            device => device == NetworkDevice.Cpu
                ? new CpuMlp(shared.Workspace, seed)
                : NetworkFactory.Create(_architecture, device, task.Horizons.Count, seed, workspaces.Place.Gpu));
    }

    /// <summary>Where such a learner runs, and why.</summary>
    internal static DeviceChoice DeviceFor(ForecastTask task, MultilayerPerceptronOptions options) =>
        TrainedNetworkOptions.DeviceFor(options.Device, ArchitectureOf(task, options), task.Horizons.Count, options.Path);

    /// <inheritdoc/>
    public IEnumerable<NetworkWeights> Weights(string kind) => [_model.Weights(kind)];

    /// <inheritdoc/>
    public LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        _scaler.Observe(observation);
        _history.Append(observation);
        var value = _history.Value(0);
        var rows = 0;
        for (; rows < _horizons.Count && _history.Steps >= _horizons[rows] + _options.Lags; rows++)
        {
            _scaler.ObserveMove(rows, _history.Value(_horizons[rows]), value);
            FillInputs(_horizons[rows], _inputs.AsSpan(rows * _architecture.Inputs, _architecture.Inputs));
        }

        if (rows == 0)
        {
            return LearnOutcome.Observed;
        }

        var outputs = _horizons.Count;
        _model.Network.Forward(_inputs.AsSpan(0, rows * _architecture.Inputs), rows);
        if (!OutputRange.Contains(_model.Network.Outputs))
        {
            return LearnOutcome.Refused;
        }

        var targets = _targets.AsSpan(0, rows * outputs);

        // An output that has no target in this row is its own target: it then takes no part.
        _model.Network.Outputs.CopyTo(targets);
        for (var h = 0; h < rows; h++)
        {
            targets[(h * outputs) + h] = _scaler.Move(h, _history.Value(_horizons[h]), value);
        }

        return _model.Trainer.Learn(targets, []).Applied ? LearnOutcome.Learned : LearnOutcome.Refused;
    }

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<double> observation, double elapsed = 1) => _history.Append(observation);

    /// <inheritdoc/>
    public void Skip(long steps) => _history.Skip(steps);

    /// <inheritdoc/>
    public void Predict(Span<double> forecasts)
    {
        if (_history.Steps < _options.Lags)
        {
            forecasts.Fill(_history.Steps == 0 ? 0 : _history.Value(0));
            return;
        }

        var value = _history.Value(0);
        var moves = Moves();
        if (!OutputRange.Contains(moves))
        {
            forecasts.Fill(value);
            return;
        }

        for (var h = 0; h < forecasts.Length; h++)
        {
            forecasts[h] = _scaler.AfterMove(h, value, moves[h]);
        }
    }

    /// <inheritdoc/>
    /// <remarks><c>reset-optimizer</c>: the optimiser forgets its moments.</remarks>
    public void React(DriftReaction reaction)
    {
        if (reaction == DriftReaction.ResetOptimizer)
        {
            _model.Trainer.Updater.Reset();
        }
    }

    /// <inheritdoc/>
    public void KeepGood()
    {
        if (OutputRange.Contains(Moves()))
        {
            _model.KeepGood();
        }
    }

    /// <inheritdoc/>
    public void ReturnToGood() => _model.ReturnToGood();

    /// <summary>Frees the network.</summary>
    public void Dispose() => _model.Dispose();

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 2, fields: 6 + SeriesScaler.Fields);
        _history.SavePosition(ref writer);
        _history.SaveObservations(ref writer);
        _scaler.Save(ref writer);
        _model.Save(ref writer);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 2, fields: 6 + SeriesScaler.Fields);
        _history.LoadPosition(ref reader);
        _history.LoadObservations(ref reader);
        _scaler.Load(ref reader);
        StateFormat.Require(_history.Steps >= 1, "a forecaster has a state before its first record");
        _model.Load(ref reader);
    }

    private static MlpArchitecture ArchitectureOf(ForecastTask task, MultilayerPerceptronOptions options) => new(
        options.Lags + task.Features, Enumerable.Repeat(options.Hidden, options.Layers), task.Horizons.Count);

    /// <summary>What the network says after the last step.</summary>
    private ReadOnlySpan<float> Moves()
    {
        var inputs = _inputs.AsSpan(0, _architecture.Inputs);
        var moves = _targets.AsSpan(0, _horizons.Count);
        FillInputs(age: 0, inputs);
        _model.Network.Predict(inputs, 1, moves);
        return moves;
    }

    private void FillInputs(int age, Span<float> inputs)
    {
        for (var lag = 0; lag < _options.Lags; lag++)
        {
            inputs[lag] = _scaler.Standardized(_history.Value(age + lag));
        }

        var features = _history.Features(age);
        for (var f = 0; f < _features; f++)
        {
            inputs[_options.Lags + f] = _scaler.Feature(f, features[f]);
        }
    }

    /// <summary>What the learners of a fleet share.</summary>
    private sealed class Shared(ForecastTask task, MultilayerPerceptronOptions options, FleetPlace place)
    {
        /// <summary>Where their networks run: found out once.</summary>
        internal NetworkDevice Device { get; } = place.IsTrial ? NetworkDevice.Cpu : DeviceFor(task, options).Device;

        internal CpuMlpWorkspace Workspace { get; } = new(ArchitectureOf(task, options), task.Horizons.Count);

        internal float[] Inputs { get; } = new float[task.Horizons.Count * (options.Lags + task.Features)];

        internal float[] Targets { get; } = new float[task.Horizons.Count * task.Horizons.Count];
    }
}
