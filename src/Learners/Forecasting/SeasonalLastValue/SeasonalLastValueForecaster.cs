using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting.SeasonalLastValue;

/// <summary>
/// <c>seasonal-last-value</c>: a value will be what it was one season before it (the seasonal naive forecast); until a season
/// has been seen, and where that step had no record, the last value.
/// </summary>
/// <remarks>Source: R. J. Hyndman, G. Athanasopoulos, Forecasting: Principles and Practice, section 5.2, "Seasonal naive method":
/// y(t+h) = y(t+h-m(k+1)), k the whole seasons in (h-1)/m.</remarks>
public sealed class SeasonalLastValueForecaster : IForecaster
{
    internal const string Kind = "seasonal-last-value";

    private readonly IReadOnlyList<int> _horizons;
    private readonly double[] _season;
    private double _last;
    private int _next;

    public SeasonalLastValueForecaster(ForecastTask task, SeasonalLastValueOptions options)
    {
        _horizons = task.Horizons;
        _season = new double[options.Period];
        Array.Fill(_season, double.NaN);
    }

    /// <inheritdoc/>
    public LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        Observe(observation, elapsed);
        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        _last = observation[0];
        Append(_last);
    }

    /// <inheritdoc/>
    public void Skip(long steps)
    {
        if (steps >= _season.Length)
        {
            Array.Fill(_season, double.NaN);
            _next = (_next + (int)(steps % _season.Length)) % _season.Length;
            return;
        }

        for (var i = 0; i < steps; i++)
        {
            Append(double.NaN);
        }
    }

    /// <inheritdoc/>
    public void Predict(Span<double> forecasts)
    {
        for (var i = 0; i < forecasts.Length; i++)
        {
            // The slot to be overwritten next holds the value one period before the next step.
            var seasonal = _season[(_next + _horizons[i] - 1) % _season.Length];
            forecasts[i] = double.IsNaN(seasonal) ? _last : seasonal;
        }
    }

    /// <inheritdoc/>
    public void KeepGood()
    {
    }

    /// <inheritdoc/>
    public void ReturnToGood()
    {
    }

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, fields: 3);
        writer.Write(_last);
        writer.Write(_next);
        writer.WriteDoubles(_season);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, fields: 3);
        _last = reader.ReadFinite();
        _next = reader.ReadInt32();
        StateFormat.Require(_next >= 0 && _next < _season.Length, "there is no such step in a season");
        reader.ReadDoubles(_season, gaps: true);
    }

    private void Append(double value)
    {
        _season[_next] = value;
        _next = (_next + 1) % _season.Length;
    }
}
