using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting.LastValue;

/// <summary>
/// <c>last-value</c>: the next values are the last one (persistence, the random walk's best forecast).
/// The baseline that a skill of zero stands for.
/// </summary>
public sealed class LastValueForecaster : IForecaster
{
    internal const string Kind = "last-value";

    private double _last;

    /// <inheritdoc/>
    public LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        Observe(observation, elapsed);
        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<double> observation, double elapsed = 1) => _last = observation[0];

    /// <inheritdoc/>
    public void Skip(long steps)
    {
    }

    /// <inheritdoc/>
    public void Predict(Span<double> forecasts) => forecasts.Fill(_last);

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
        writer.WriteHeader(Kind, 1, fields: 1);
        writer.Write(_last);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, fields: 1);
        _last = reader.ReadFinite();
    }
}
