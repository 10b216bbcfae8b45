using System.Buffers;
using System.Text.Json;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Streams.Codecs;

/// <summary>
/// Writes events of a series as JSON in UTF-8, times in the form of the input record: drift alarms as
/// <c>{"key","time","detector","on","reaction"}</c>, alerts as
/// <c>{"key","time","state","horizon","forecast","bound","threshold","probability"}</c>. Not thread-safe: one for each stream.
/// </summary>
public sealed class EventEncoder : IDisposable
{
    private static readonly JsonEncodedText KeyName = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText TimeName = JsonEncodedText.Encode("time");
    private static readonly JsonEncodedText DetectorName = JsonEncodedText.Encode("detector");
    private static readonly JsonEncodedText OnName = JsonEncodedText.Encode("on");
    private static readonly JsonEncodedText ReactionName = JsonEncodedText.Encode("reaction");
    private static readonly JsonEncodedText StateName = JsonEncodedText.Encode("state");
    private static readonly JsonEncodedText HorizonName = JsonEncodedText.Encode("horizon");
    private static readonly JsonEncodedText ForecastName = JsonEncodedText.Encode("forecast");
    private static readonly JsonEncodedText BoundName = JsonEncodedText.Encode("bound");
    private static readonly JsonEncodedText ThresholdName = JsonEncodedText.Encode("threshold");
    private static readonly JsonEncodedText ProbabilityName = JsonEncodedText.Encode("probability");

    private readonly ForecastPlan _plan;
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Utf8JsonWriter _writer;

    public EventEncoder(ForecastPlan plan)
    {
        _plan = plan;
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true, Encoder = RelaxedJson.Encoder });
    }

    /// <summary>The value of a record of the drift topic.</summary>
    /// <param name="key">UTF-8.</param>
    /// <param name="time">Event time of the record that gave the alarm, ms since 1970.</param>
    /// <param name="form">How the record wrote it.</param>
    /// <param name="alarm">The alarm.</param>
    public byte[] Encode(ReadOnlySpan<byte> key, long time, TimeUnit form, DriftAlarm alarm)
    {
        var detector = _plan.Drift[alarm.Detector];
        Begin(key, time, form);
        _writer.WriteString(DetectorName, detector.Registration.Kind);
        _writer.WriteString(OnName, detector.On.Text());
        _writer.WriteString(ReactionName, detector.Reaction.Text());
        return End();
    }

    /// <summary>The value of a record of the alerts topic.</summary>
    /// <param name="key">UTF-8.</param>
    /// <param name="time">Event time of the record from which was forecast, ms since 1970.</param>
    /// <param name="form">How the record wrote it.</param>
    /// <param name="change">What has become of the alert.</param>
    public byte[] Encode(ReadOnlySpan<byte> key, long time, TimeUnit form, AlertChange change)
    {
        Begin(key, time, form);
        _writer.WriteString(StateName, change.Raised ? "raised" : "cleared");
        _writer.WriteNumber(HorizonName, change.Horizon);
        _writer.WriteNumber(ForecastName, change.Forecast);
        _writer.WriteNumber(BoundName, change.Bound);
        _writer.WriteNumber(ThresholdName, change.Threshold);
        _writer.WriteNumber(ProbabilityName, _plan.Alerts.Probability);
        return End();
    }

    public void Dispose() => _writer.Dispose();

    private void Begin(ReadOnlySpan<byte> key, long time, TimeUnit form)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        _writer.WriteString(KeyName, key);
        EventTime.Write(_writer, TimeName, time, form);
    }

    private byte[] End()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }
}
