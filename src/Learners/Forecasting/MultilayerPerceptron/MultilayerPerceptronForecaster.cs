using MessagePack;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting.MultilayerPerceptron;

/// <summary>
/// <c>multilayer-perceptron</c>: one small network that says, from the last <c>lags</c> values, how far the series will have moved after each
/// horizon; one step of an optimiser on each target as it arrives. It starts as last-value: the last layer's weights are zero.
/// </summary>
/// <remarks>
/// <para>Forecast: f(t+h) = y(t) + s(h) · net(x(t))[h], with x(t) = [(y(t) - m)/s, …, (y(t-lags+1) - m)/s, features(t)]. m and s are fading means of the
/// values and of their absolute deviation from it; s(h) is that of |y(t) - y(t-h)|. Numbers that go into the network, and targets, are cut off at
/// ±10; the loss is Huber's (δ = 1).</para>
/// <para>When y(t) arrives, each horizon's output for x(t-h) has its target (y(t) - y(t-h)) / s(h): one mini-batch of as many rows as there are
/// horizons, in which a row's other outputs take no part.</para>
/// <para>Values are in units of the largest absolute value so far, so that no series overflows; steps without a record count as the last value
/// when they are looked back on, and are no targets.</para>
/// </remarks>
public sealed class MultilayerPerceptronForecaster : IForecaster
{
    internal const string Kind = "multilayer-perceptron";

    private const double Limit = 10;
    private const double Smallest = 1e-9;

    private readonly MultilayerPerceptronOptions _options;
    private readonly IReadOnlyList<int> _horizons;
    private readonly int _features;
    private readonly ulong _seed;
    private readonly MlpArchitecture _architecture;
    private IFeedForwardNetwork _network;
    private NetworkTrainer _trainer;

    // The last `lags + furthest horizon` steps.
    private readonly ObservationHistory _history;

    // Largest absolute value so far of the value and of each feature; 0 before the first that is not zero.
    private double _unit;
    private readonly double[] _featureUnits;

    // In units of _unit. Weights: what the fading sums are divided by.
    private double _mean;
    private double _deviation;
    private double _weight;
    private readonly double[] _moves;
    private readonly double[] _moveWeights;

    // Workspace, no state.
    private readonly float[] _inputs;
    private readonly float[] _targets;

    public MultilayerPerceptronForecaster(ForecastTask task, MultilayerPerceptronOptions options, ulong seed)
    {
        _options = options;
        _horizons = task.Horizons;
        _features = task.Features;
        _seed = seed;
        _architecture = ArchitectureOf(task, options);
        _history = new ObservationHistory(options.Lags + task.FurthestHorizon, _features);
        _featureUnits = new double[_features];
        _moves = new double[_horizons.Count];
        _moveWeights = new double[_horizons.Count];
        _inputs = new float[_horizons.Count * _architecture.Inputs];
        _targets = new float[_horizons.Count * _horizons.Count];
        (_network, _trainer) = Create(DeviceFor(task, options).Device);
    }

    /// <summary>Where such a learner runs, and why.</summary>
    internal static DeviceChoice DeviceFor(ForecastTask task, MultilayerPerceptronOptions options)
    {
        try
        {
            return DeviceChoice.For(options.Device, ArchitectureOf(task, options), task.Horizons.Count);
        }
        catch (NotSupportedException exception)
        {
            throw new OptionException(
                $"{options.Path}.device", options.Device.ToString().ToLowerInvariant(), $"auto, cpu, or what works here. {exception.Message.TrimEnd('.')}");
        }
    }

    /// <inheritdoc/>
    public LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        GrowUnits(observation);
        _history.Append(observation);
        var value = InUnit(_history.Value(0), _unit);
        _weight = Fade(_weight);
        _mean += (value - _mean) / _weight;
        _deviation += (Math.Abs(value - _mean) - _deviation) / _weight;

        var rows = 0;
        for (; rows < _horizons.Count && _history.Steps >= _horizons[rows] + _options.Lags; rows++)
        {
            var move = Math.Abs(value - InUnit(_history.Value(_horizons[rows]), _unit));
            _moveWeights[rows] = Fade(_moveWeights[rows]);
            _moves[rows] += (move - _moves[rows]) / _moveWeights[rows];
            FillInputs(_horizons[rows], _inputs.AsSpan(rows * _architecture.Inputs, _architecture.Inputs));
        }

        if (rows == 0)
        {
            return LearnOutcome.Learned;
        }

        var outputs = _horizons.Count;
        _network.Forward(_inputs.AsSpan(0, rows * _architecture.Inputs), rows);
        var targets = _targets.AsSpan(0, rows * outputs);

        // An output that has no target in this row is its own target: it then takes no part.
        _network.Outputs.CopyTo(targets);
        for (var h = 0; h < rows; h++)
        {
            targets[(h * outputs) + h] = Cut((value - InUnit(_history.Value(_horizons[h]), _unit)) / Math.Max(_moves[h], Smallest));
        }

        return _trainer.Learn(targets, []).Applied ? LearnOutcome.Learned : LearnOutcome.Refused;
    }

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

        var inputs = _inputs.AsSpan(0, _architecture.Inputs);
        var moves = _targets.AsSpan(0, _horizons.Count);
        FillInputs(age: 0, inputs);
        _network.Predict(inputs, 1, moves);
        for (var h = 0; h < forecasts.Length; h++)
        {
            var forecast = _history.Value(0) + (moves[h] * _moves[h] * _unit);
            forecasts[h] = double.IsFinite(forecast) ? forecast : _history.Value(0);
        }
    }

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, fields: 12);
        _history.SavePosition(ref writer);
        writer.Write(_unit);
        writer.WriteDoubles(_featureUnits);
        _history.SaveObservations(ref writer);
        writer.Write(_mean);
        writer.Write(_deviation);
        writer.Write(_weight);
        writer.WriteDoubles(_moves);
        writer.WriteDoubles(_moveWeights);
        NetworkState.Save(ref writer, _network, _trainer.Updater);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, fields: 12);
        _history.LoadPosition(ref reader);
        _unit = reader.ReadFinite();
        reader.ReadDoubles(_featureUnits);
        _history.LoadObservations(ref reader);
        _mean = reader.ReadFinite();
        _deviation = reader.ReadFinite();
        _weight = reader.ReadFinite();
        reader.ReadDoubles(_moves);
        reader.ReadDoubles(_moveWeights);
        StateFormat.Require(
            _history.Steps >= 1 && _unit >= 0 && _deviation >= 0 && _weight >= 1
            && _moves.All(move => move >= 0) && _moveWeights.All(weight => weight >= 0),
            "a forecaster's numbers contradict each other");
        var device = NetworkState.PeekDevice(reader, _architecture);
        if (device != _network.Device)
        {
            // A learner stays where it was made: another device would give other bits.
            var (network, trainer) = Create(device);
            _trainer.Dispose();
            _network.Dispose();
            (_network, _trainer) = (network, trainer);
        }

        NetworkState.Load(ref reader, _network, _trainer.Updater);
    }

    private static MlpArchitecture ArchitectureOf(ForecastTask task, MultilayerPerceptronOptions options) => new(
        options.Lags + task.Features, Enumerable.Repeat(options.Hidden, options.Layers), task.Horizons.Count);

    private static double InUnit(double value, double unit) => unit > 0 ? value / unit : 0;

    private static float Cut(double value) => (float)Math.Clamp(value, -Limit, Limit);

    private (IFeedForwardNetwork Network, NetworkTrainer Trainer) Create(NetworkDevice device)
    {
        IFeedForwardNetwork network;
        try
        {
            network = NetworkFactory.Create(_architecture, device, _horizons.Count, _seed);
        }
        catch (Exception exception) when (
            device == NetworkDevice.TorchCuda && exception is InvalidOperationException or System.Runtime.InteropServices.ExternalException)
        {
            throw new StateFormatException($"Stored state is of a network on a GPU, and there is none here: {exception.Message}");
        }

        var parameters = new float[_architecture.Layout.Count];
        network.CopyParameters(parameters);
        if (_options.WarmStart is { } weights)
        {
            try
            {
                weights.CopyTo(_architecture.Layout, parameters);
            }
            catch (SafetensorsException exception)
            {
                throw new OptionException($"{_options.Path}.warm-start", $"a file for another network than {_architecture}", $"its tensors. {exception.Message.TrimEnd('.')}");
            }
        }
        else
        {
            _architecture.Layout[MlpArchitecture.HeadWeight].In(parameters.AsSpan()).Clear();
            _architecture.Layout[MlpArchitecture.HeadBias].In(parameters.AsSpan()).Clear();
        }

        network.SetParameters(parameters);
        return (network, new NetworkTrainer(network, new HuberLoss(), _options.Updates));
    }

    private double Fade(double weight) => (weight * _options.Forgetting) + 1;

    private void FillInputs(int age, Span<float> inputs)
    {
        var scale = Math.Max(_deviation, Smallest);
        for (var lag = 0; lag < _options.Lags; lag++)
        {
            inputs[lag] = Cut((InUnit(_history.Value(age + lag), _unit) - _mean) / scale);
        }

        var features = _history.Features(age);
        for (var f = 0; f < _features; f++)
        {
            inputs[_options.Lags + f] = (float)InUnit(features[f], _featureUnits[f]);
        }
    }

    /// <summary>Takes larger units where the observation needs them; what is in the old unit becomes as much smaller.</summary>
    private void GrowUnits(ReadOnlySpan<double> observation)
    {
        var magnitude = Math.Abs(observation[0]);
        if (magnitude > _unit)
        {
            var ratio = _unit / magnitude;
            _unit = magnitude;
            _mean *= ratio;
            _deviation *= ratio;
            foreach (ref var move in _moves.AsSpan())
            {
                move *= ratio;
            }
        }

        for (var f = 0; f < _features; f++)
        {
            _featureUnits[f] = Math.Max(_featureUnits[f], Math.Abs(observation[1 + f]));
        }
    }
}
