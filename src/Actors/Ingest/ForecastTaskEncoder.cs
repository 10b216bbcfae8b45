using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>Forecasts, drift alarms and alerts.</summary>
internal sealed class ForecastTaskEncoder(ForecastPlan plan) : TaskEncoder
{
    private readonly ForecastEncoder _forecasts = new(plan.Task);
    private readonly EventEncoder _events = new(plan);

    /// <inheritdoc/>
    public override byte[] Encode(DecodedBatch source, int row, PredictionBatch predictions, int at) => _forecasts.Encode(
        source.Examples.Key(row), source.Examples.Times[row], source.TimeForms[row], predictions.Row(at), predictions.ModelVersions[at]);

    /// <inheritdoc/>
    public override byte[] Encode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, TimeUnit form, Foresight answer) =>
        _forecasts.Encode(key, answer.Time, form, answer.Numbers, answer.ModelVersion);

    /// <inheritdoc/>
    internal override byte[] Encode(ReadOnlySpan<byte> key, long time, TimeUnit form, DriftAlarm alarm) => _events.Encode(key, time, form, alarm);

    /// <inheritdoc/>
    internal override byte[] Encode(ReadOnlySpan<byte> key, long time, TimeUnit form, AlertEvent alert) => _events.Encode(key, time, form, alert.Change);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _forecasts.Dispose();
        _events.Dispose();
    }
}
