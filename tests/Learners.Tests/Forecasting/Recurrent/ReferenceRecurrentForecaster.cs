using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.Recurrent;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Tests.Forecasting.Recurrent;

/// <summary>
/// The forecaster straight from its description: whole lists instead of rings, sums in the series' own unit, Huber's gradient by hand; what it has in
/// common with the learner is the network and the optimiser.
/// </summary>
internal sealed class ReferenceRecurrentForecaster
{
    private readonly ForecastTask _task;
    private readonly RecurrentOptions _options;
    private readonly IRecurrentNetwork _network;
    private readonly INetworkUpdater _updater;

    // By step; a missing one repeats the last value.
    private readonly List<double> _values = [];

    // By record.
    private readonly List<int> _steps = [];
    private readonly List<float[]> _inputs = [];
    private readonly List<float> _elapsed = [];
    private readonly List<float[]> _statesBefore = [];

    private readonly double[] _moves;
    private readonly double[] _moveWeights;
    private readonly double[] _largestFeatures;
    private double _largest;
    private double _mean;
    private double _deviation;
    private double _weight;
    private float[] _state;
    private float[] _said = [];

    internal ReferenceRecurrentForecaster(ForecastTask task, RecurrentOptions options, ulong seed)
    {
        (_task, _options) = (task, options);
        _network = NetworkFactory.Create(options.ArchitectureFor(task), NetworkDevice.Cpu, options.Window, task.Horizons.Count, seed);
        var parameters = Parameters();
        if (options.Moves)
        {
            if (!options.Wired)
            {
                _network.Architecture.Layout["head.weight"].In(parameters.AsSpan()).Clear();
            }

            _network.Architecture.Layout["head.bias"].In(parameters.AsSpan()).Clear();
        }

        _network.SetParameters(parameters);
        OptimizerOptions optimizer = options.Optimizer == "sgd"
            ? new SgdOptions { LearningRate = options.LearningRate }
            : new AdamOptions { LearningRate = options.LearningRate };
        _updater = _network.CreateUpdater(new UpdateOptions { Optimizer = optimizer, MaxGradientNorm = options.MaxGradientNorm });
        _state = new float[_network.StateSize];
        _moves = new double[task.Horizons.Count];
        _moveWeights = new double[task.Horizons.Count];
        _largestFeatures = new double[task.Features];
    }

    /// <summary>Updates, and targets in them.</summary>
    internal (int Updates, int Targets) Learned { get; private set; }

    internal float[] Parameters()
    {
        var parameters = new float[_network.Architecture.Layout.Count];
        _network.CopyParameters(parameters);
        return parameters;
    }

    internal void Miss() => _values.Add(_values[^1]);

    internal void Learn(double value, double[] features, double elapsed)
    {
        _values.Add(value);
        var records = _steps.Count + 1;
        var learns = records <= _options.WarmUp || _options.Then == AfterWarmUp.Continue;
        if (learns)
        {
            Scale(value, features);
        }

        _steps.Add(_values.Count - 1);
        _inputs.Add(Inputs(features));
        _elapsed.Add((float)elapsed);
        _statesBefore.Add(_state);
        if (learns)
        {
            Train(records);
        }

        if (_options.Carried)
        {
            (_said, _state) = Unroll(records - 1, records, _state);
        }
    }

    internal double[] Predict()
    {
        var last = _values[^1];
        if (Learned.Updates == 0)
        {
            return [.. _task.Horizons.Select(_ => last)];
        }

        var said = _options.Carried ? _said : Unroll(Math.Max(0, _steps.Count - _options.Window), _steps.Count, new float[_network.StateSize]).Said;
        return [.. said.Select((output, h) => _options.Moves ? last + (output * _moves[h]) : output * _options.HeadRoom * _largest)];
    }

    private static float Cut(double value) => double.IsNaN(value) ? 0 : (float)Math.Clamp(value, -10, 10);

    private void Scale(double value, double[] features)
    {
        _largest = Math.Max(_largest, Math.Abs(value));
        for (var f = 0; f < features.Length; f++)
        {
            _largestFeatures[f] = Math.Max(_largestFeatures[f], Math.Abs(features[f]));
        }

        _weight = (_weight * _options.Forgetting) + 1;
        _mean += (value - _mean) / _weight;
        _deviation += (Math.Abs(value - _mean) - _deviation) / _weight;
        for (var h = 0; h < _moves.Length; h++)
        {
            if (_values.Count > _task.Horizons[h])
            {
                _moveWeights[h] = (_moveWeights[h] * _options.Forgetting) + 1;
                _moves[h] += (Math.Abs(value - _values[^(1 + _task.Horizons[h])]) - _moves[h]) / _moveWeights[h];
            }
        }
    }

    private float[] Inputs(double[] features)
    {
        var now = _values.Count - 1;
        double Level(double value) => value / (_options.HeadRoom * _largest);
        double Move(int h, int from, int to) => _moveWeights[h] == 0 ? 0 : (_values[to] - _values[from]) / Math.Max(_moves[h], 1e-9 * _largest);
        var inputs = new List<float> { Cut(_options.Moves ? (_values[now] - _mean) / Math.Max(_deviation, 1e-9 * _largest) : Level(_values[now])) };
        for (var lag = 1; lag <= _options.Lags; lag++)
        {
            inputs.Add(now < lag ? 0 : Cut(_options.Moves ? Move(0, now - lag, now - lag + 1) : Level(_values[now - lag])));
        }

        foreach (var period in new[] { _options.Period, _options.SecondPeriod }.Where(period => period > 0))
        {
            for (var h = 0; h < _moves.Length; h++)
            {
                // What followed, at the last step of the same place in the season whose target is known.
                var horizon = _task.Horizons[h];
                var then = now - period;
                while (then + horizon > now)
                {
                    then -= period;
                }

                inputs.Add(then < 0 ? 0 : Cut(_options.Moves ? Move(h, then, then + horizon) : Level(_values[then + horizon])));
            }
        }

        inputs.AddRange(features.Select((feature, f) => Cut(_largestFeatures[f] > 0 ? feature / _largestFeatures[f] : 0)));
        return [.. inputs.Select(input => _options.Cell == RecurrentCell.Ltc && _options.Moves ? 0.5f + (input * (1 / 6f)) : input)];
    }

    private void Train(int records)
    {
        var (now, window, outputs) = (_values.Count - 1, _options.Window, _moves.Length);
        var samples = new List<(int Horizon, int Origin)>();
        for (var h = 0; h < outputs; h++)
        {
            var origin = _steps.IndexOf(now - _task.Horizons[h]);
            if (origin >= window - 1)
            {
                samples.Add((h, origin));
            }
        }

        if (samples.Count == 0)
        {
            return;
        }

        var (batch, width) = (samples.Count, _network.Architecture.Inputs);
        var inputs = new float[window * batch * width];
        var elapsed = new float[window * batch];
        var states = new float[outputs * _network.StateSize];
        for (var s = 0; s < batch; s++)
        {
            var first = samples[s].Origin - window + 1;
            for (var t = 0; t < window; t++)
            {
                _inputs[first + t].CopyTo(inputs, ((t * batch) + s) * width);
                elapsed[(t * batch) + s] = _elapsed[first + t];
            }

            if (_options.Carried)
            {
                _statesBefore[first].CopyTo(states, s * _network.StateSize);
            }
        }

        _network.SetState(states);
        _network.Forward(inputs, elapsed, window, batch);
        var gradient = new float[window * batch * outputs];
        for (var s = 0; s < batch; s++)
        {
            var (h, origin) = samples[s];
            var value = _values[^1];
            var target = Cut(_options.Moves
                ? (value - _values[_steps[origin]]) / Math.Max(_moves[h], 1e-9 * _largest)
                : value / (_options.HeadRoom * _largest));
            var at = ((((window - 1) * batch) + s) * outputs) + h;
            gradient[at] = Math.Clamp(_network.Outputs[at] - target, -1, 1) / (outputs * batch);
        }

        _network.BackwardOutputs(gradient);
        var warm = records > _options.WarmUp;
        _updater.LearningRate = _options.LearningRate * (warm ? _options.ContinueRate
            : _options.Then == AfterWarmUp.Frozen ? (double)(_options.WarmUp - records + 1) / _options.WarmUp : 1);
        _updater.Apply();
        Learned = (Learned.Updates + 1, Learned.Targets + batch);
    }

    /// <summary>Over the records [from, to) in one go.</summary>
    private (float[] Said, float[] State) Unroll(int from, int to, float[] state)
    {
        var all = new float[_moves.Length * _network.StateSize];
        state.CopyTo(all, 0);
        _network.SetState(all);
        var said = new float[(to - from) * _moves.Length];
        _network.Predict([.. _inputs[from..to].SelectMany(input => input)], [.. _elapsed[from..to]], to - from, 1, said, carry: true);
        _network.CopyState(all);
        return (said[^_moves.Length..], all[.._network.StateSize]);
    }
}
