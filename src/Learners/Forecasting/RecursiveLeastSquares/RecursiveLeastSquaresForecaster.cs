using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.LeastSquares;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting.RecursiveLeastSquares;

/// <summary>
/// <c>recursive-least-squares</c>: an autoregression y(t+h) = w · [y(t), …, y(t-lags+1), 1, features(t)] for each horizon h, fitted by
/// recursive least squares with exponential forgetting, updated when y(t+h) arrives. It starts as last-value (w = e₁).
/// </summary>
/// <remarks>
/// <para>Source: S. Haykin, Adaptive Filter Theory, the RLS algorithm: k = Px / (λ + xᵀPx); w ← w + k(y - wᵀx); P ← (P - k xᵀP) / λ.</para>
/// <para>Values are learned in units of the largest absolute value so far, features each in units of theirs, so that the prior P = δI means
/// the same for every series. When such a unit grows, w and P are carried over to the new unit: nothing but rounding is lost.</para>
/// <para>Steps without a record count as the last value when they are looked back on, and are no targets.</para>
/// </remarks>
public sealed class RecursiveLeastSquaresForecaster : IForecaster, IReactsToDrift
{
    internal const string Kind = "recursive-least-squares";

    private readonly IReadOnlyList<int> _horizons;
    private readonly RecursiveFit _fit;
    private readonly int _lags;
    private readonly int _features;
    private readonly int _size;

    // The last `lags + furthest horizon` steps.
    private readonly ObservationHistory _history;

    // Unit of the value and of each feature: largest absolute value so far, 0 before the first that is not zero.
    private double _valueUnit;
    private readonly double[] _featureUnits;

    private readonly double[][] _weights;
    private readonly double[][] _covariances;

    // Weights that were good, in the units of now.
    private readonly double[][] _goodWeights;

    // Workspace, no state.
    private readonly double[] _x;
    private readonly double[] _rescale;

    public RecursiveLeastSquaresForecaster(ForecastTask task, RecursiveLeastSquaresOptions options)
    {
        _horizons = task.Horizons;
        _lags = options.Lags;
        _features = task.Features;
        _size = _lags + 1 + _features;
        _history = new ObservationHistory(_lags + task.FurthestHorizon, _features);
        _featureUnits = new double[_features];
        _weights = new double[_horizons.Count][];
        _covariances = new double[_horizons.Count][];
        _goodWeights = new double[_horizons.Count][];
        _x = new double[_size];
        _fit = new RecursiveFit(_size, options.Forgetting, options.InitialCovariance, options.MaxCovariance);
        _rescale = new double[_size];
        for (var h = 0; h < _horizons.Count; h++)
        {
            _weights[h] = new double[_size];
            StartAsLastValue(_weights[h]);
            _goodWeights[h] = [.. _weights[h]];
            _covariances[h] = new double[_size * _size];
            _fit.Reset(_covariances[h]);
        }
    }

    /// <inheritdoc/>
    public LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        GrowUnits(observation);
        _history.Append(observation);
        var outcome = LearnOutcome.Observed;
        var target = InUnit(observation[0], _valueUnit);
        for (var h = 0; h < _horizons.Count; h++)
        {
            if (_history.Steps < _horizons[h] + _lags)
            {
                break;
            }

            FillRegressors(_horizons[h]);
            if (!_fit.Update(_weights[h], _covariances[h], _x, target))
            {
                outcome = LearnOutcome.Refused;
            }
            else if (outcome == LearnOutcome.Observed)
            {
                outcome = LearnOutcome.Learned;
            }
        }

        return outcome;
    }

    /// <inheritdoc/>
    /// <remarks>Units stay too: where none has been learned, it is last-value.</remarks>
    public void Observe(ReadOnlySpan<double> observation, double elapsed = 1) => _history.Append(observation);

    /// <inheritdoc/>
    public void Skip(long steps) => _history.Skip(steps);

    /// <inheritdoc/>
    public void Predict(Span<double> forecasts)
    {
        if (_history.Steps == 0)
        {
            forecasts.Clear();
            return;
        }

        FillRegressors(age: 0);
        for (var h = 0; h < forecasts.Length; h++)
        {
            // Before the first update the weights are e₁ and the lags may not be filled: the last value, in its own unit, exactly.
            var forecast = _history.Steps < _horizons[h] + _lags || _valueUnit == 0
                ? _history.Value(0)
                : TensorPrimitives.Dot<double>(_weights[h], _x) * _valueUnit;
            forecasts[h] = double.IsFinite(forecast) ? forecast : _history.Value(0);
        }
    }

    /// <inheritdoc/>
    /// <remarks><c>reset-optimizer</c>: P is again what it was at the start, so that the weights follow new targets quickly.</remarks>
    public void React(DriftReaction reaction)
    {
        if (reaction == DriftReaction.ResetOptimizer)
        {
            ResetCovariances();
        }
    }

    /// <inheritdoc/>
    public void KeepGood()
    {
        FillRegressors(age: 0);
        foreach (var weights in _weights)
        {
            if (!double.IsFinite(TensorPrimitives.Dot<double>(weights, _x)))
            {
                return;
            }
        }

        for (var h = 0; h < _horizons.Count; h++)
        {
            _weights[h].CopyTo(_goodWeights[h], 0);
        }
    }

    /// <inheritdoc/>
    public void ReturnToGood()
    {
        for (var h = 0; h < _horizons.Count; h++)
        {
            _goodWeights[h].CopyTo(_weights[h], 0);
        }

        ResetCovariances();
    }

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 2, fields: 6 + (3 * _horizons.Count));
        _history.SavePosition(ref writer);
        writer.Write(_valueUnit);
        writer.WriteDoubles(_featureUnits);
        _history.SaveObservations(ref writer);
        for (var h = 0; h < _horizons.Count; h++)
        {
            writer.WriteDoubles(_weights[h]);
            writer.WriteDoubles(_covariances[h]);
            writer.WriteDoubles(_goodWeights[h]);
        }
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 2, fields: 6 + (3 * _horizons.Count));
        _history.LoadPosition(ref reader);
        _valueUnit = reader.ReadFinite();
        reader.ReadDoubles(_featureUnits);
        _history.LoadObservations(ref reader);
        for (var h = 0; h < _horizons.Count; h++)
        {
            reader.ReadDoubles(_weights[h]);
            reader.ReadDoubles(_covariances[h]);
            reader.ReadDoubles(_goodWeights[h]);
        }
    }

    private static double InUnit(double value, double unit) => unit > 0 ? value / unit : 0;

    /// <summary>x = [y(t), …, y(t-lags+1), 1, features(t)] at t = <paramref name="age"/> steps ago, in units.</summary>
    private void FillRegressors(int age)
    {
        for (var lag = 0; lag < _lags; lag++)
        {
            _x[lag] = InUnit(_history.Value(age + lag), _valueUnit);
        }

        _x[_lags] = 1;
        var features = _history.Features(age);
        for (var f = 0; f < _features; f++)
        {
            _x[_lags + 1 + f] = InUnit(features[f], _featureUnits[f]);
        }
    }

    /// <summary>
    /// Takes larger units where the observation needs them. A regressor in a unit r times larger is r times smaller: its weight
    /// grows by r, its row and column of P by r; the target in a unit r times larger makes all weights r times smaller.
    /// </summary>
    private void GrowUnits(ReadOnlySpan<double> observation)
    {
        Array.Fill(_rescale, 1.0);
        var valueRatio = Grow(ref _valueUnit, observation[0]);
        var grown = valueRatio != 1;
        _rescale.AsSpan(0, _lags).Fill(valueRatio);
        for (var f = 0; f < _features; f++)
        {
            var ratio = Grow(ref _featureUnits[f], observation[1 + f]);
            grown |= ratio != 1;
            _rescale[_lags + 1 + f] = ratio;
        }

        if (!grown)
        {
            return;
        }

        for (var h = 0; h < _horizons.Count; h++)
        {
            var covariance = _covariances[h];
            Rescale(_goodWeights[h], valueRatio);
            var finite = Rescale(_weights[h], valueRatio);
            for (var i = 0; i < _size; i++)
            {
                for (var j = 0; j < _size; j++)
                {
                    covariance[(i * _size) + j] *= _rescale[i] * _rescale[j];
                    finite &= double.IsFinite(covariance[(i * _size) + j]);
                }
            }

            if (!finite)
            {
                StartAsLastValue(_weights[h]);
                _fit.Reset(covariance);
            }
        }

        static double Grow(ref double unit, double value)
        {
            var magnitude = Math.Abs(value);
            if (magnitude <= unit)
            {
                return 1;
            }

            var ratio = unit > 0 ? magnitude / unit : 1;
            unit = magnitude;
            return ratio;
        }
    }

    /// <summary>Carries weights over to larger units; False: they would not have stayed finite, and are last-value's now.</summary>
    private bool Rescale(double[] weights, double valueRatio)
    {
        for (var i = 0; i < _size; i++)
        {
            weights[i] *= _rescale[i] / valueRatio;
        }

        if (TensorPrimitives.IsFiniteAll<double>(weights))
        {
            return true;
        }

        StartAsLastValue(weights);
        return false;
    }

    private static void StartAsLastValue(double[] weights)
    {
        Array.Clear(weights);
        weights[0] = 1;
    }

    private void ResetCovariances()
    {
        foreach (var covariance in _covariances)
        {
            _fit.Reset(covariance);
        }
    }
}
