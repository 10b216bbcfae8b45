using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.Incremental;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Forecasting.Incremental;

/// <summary>
/// The forecaster straight from its description, over whole lists; what it shares with the learner is the network, the optimiser and the generator.
/// </summary>
internal sealed class ReferenceIncrementalForecaster
{
    private readonly ForecastTask _task;
    private readonly IncrementalOptions _options;
    private readonly IFeedForwardNetwork _network;
    private readonly INetworkUpdater _updater;
    private readonly Xoshiro256 _random;
    private readonly List<(double Value, double[] Features)> _steps = [];
    private readonly double[] _largestFeatures;
    private double _largest;
    private int _records;
    private int _reach;

    internal ReferenceIncrementalForecaster(ForecastTask task, IncrementalOptions options, ulong seed)
    {
        (_task, _options) = (task, options);
        var architecture = new MlpArchitecture(options.Lags + task.Features, Enumerable.Repeat(options.Hidden, options.Layers), task.Horizons.Count);
        _network = NetworkFactory.Create(architecture, NetworkDevice.Cpu, options.BatchSize, seed);
        if (options.ByWindow)
        {
            var parameters = new float[architecture.Layout.Count];
            _network.CopyParameters(parameters);
            architecture.Layout["head.weight"].In(parameters.AsSpan()).Clear();
            architecture.Layout["head.bias"].In(parameters.AsSpan()).Clear();
            _network.SetParameters(parameters);
        }

        _updater = _network.CreateUpdater(
            new UpdateOptions { Optimizer = new AdamOptions { LearningRate = options.LearningRate }, MaxGradientNorm = options.MaxGradientNorm });
        _random = new Xoshiro256(~seed);
        _largestFeatures = new double[task.Features];
    }

    internal int Updates { get; private set; }

    /// <summary>Rows of each re-fit so far.</summary>
    internal List<int> Rows { get; } = [];

    internal void Miss() => _steps.Add(_steps[^1]);

    internal void Learn(double value, double[] features)
    {
        _records++;
        var fits = _options.StopAfter == 0 || _records <= _options.StopAfter;
        if (fits && (_records <= _options.WarmUp || Math.Abs(value) > _options.HeadRoom * _largest))
        {
            _largest = Math.Max(_largest, Math.Abs(value));
            for (var f = 0; f < features.Length; f++)
            {
                _largestFeatures[f] = Math.Max(_largestFeatures[f], Math.Abs(features[f]));
            }
        }

        _steps.Add((value, features));
        if (fits && _records % _options.RefitEvery == 0)
        {
            Refit();
        }
    }

    internal double[] Predict()
    {
        var last = _steps[^1].Value;
        if (Updates == 0 || _steps.Count < _options.Lags)
        {
            return [.. _task.Horizons.Select(_ => last)];
        }

        var said = new float[_task.Horizons.Count];
        _network.Predict(Inputs(_steps.Count - 1), 1, said);
        return
        [
            .. _task.Horizons.Select((horizon, h) => horizon > _reach ? last
                : _options.ByWindow ? last + (said[h] * Spread(_steps.Count - 1)) : said[h] * _options.HeadRoom * _largest),
        ];
    }

    private void Refit()
    {
        var (last, nearest) = (_steps.Count - 1, _task.Horizons[0]);

        // Newest first, as the learner counts them.
        int[] origins = [.. Enumerable.Range(0, _steps.Count).Reverse()
            .Where(at => at + nearest <= last && at - _options.Lags + 1 >= 0 && at > last - (_options.RefitEvery * _options.Memory))];
        if (origins.Length == 0)
        {
            return;
        }

        Rows.Add(origins.Length);
        _reach = last - origins[^1];
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            for (var i = origins.Length - 1; i > 0; i--)
            {
                var j = (int)(_random.NextDouble() * (i + 1));
                (origins[i], origins[j]) = (origins[j], origins[i]);
            }

            foreach (var batch in origins.Chunk(_options.BatchSize))
            {
                Step(batch, last);
            }
        }
    }

    private void Step(int[] batch, int last)
    {
        var outputs = _task.Horizons.Count;
        _network.Forward([.. batch.SelectMany(Inputs)], batch.Length);
        var gradient = new float[batch.Length * outputs];
        for (var row = 0; row < batch.Length; row++)
        {
            for (var h = 0; h < outputs; h++)
            {
                var at = batch[row] + _task.Horizons[h];
                if (at <= last)
                {
                    var target = _options.ByWindow
                        ? Cut((_steps[at].Value - _steps[batch[row]].Value) / Spread(batch[row]))
                        : Cut(_steps[at].Value / (_options.HeadRoom * _largest));
                    var place = (row * outputs) + h;
                    gradient[place] = Math.Clamp(_network.Outputs[place] - target, -1, 1) / (outputs * batch.Length);
                }
            }
        }

        _network.BackwardOutputs(gradient);
        _updater.Apply();
        Updates++;
    }

    private float[] Inputs(int at) =>
    [
        .. Enumerable.Range(0, _options.Lags).Select(lag => _options.ByWindow
            ? Cut((_steps[at - lag].Value - _steps[at].Value) / Spread(at)) : Cut(_steps[at - lag].Value / (_options.HeadRoom * _largest))),
        .. _steps[at].Features.Select((feature, f) => Cut(_largestFeatures[f] > 0 ? feature / _largestFeatures[f] : 0)),
    ];

    /// <summary>Mean absolute deviation from the mean.</summary>
    private double Spread(int at)
    {
        double[] window = [.. Enumerable.Range(0, _options.Lags).Select(lag => _steps[at - lag].Value)];
        return Math.Max(window.Average(value => Math.Abs(value - window.Average())), 1e-9 * _largest);
    }

    private static float Cut(double value) => double.IsNaN(value) ? 0 : (float)Math.Clamp(value, -10, 10);
}
