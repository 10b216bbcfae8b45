using System.Buffers;
using System.Text.Json;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Streams.Codecs;

/// <summary>
/// Writes forecasts as JSON in UTF-8: <c>{"key","time","forecasts":[{"horizon","time","value","lo","hi"}],"model_version"}</c>,
/// times in the form of the input record. Not thread-safe: one for each stream.
/// </summary>
public sealed class ForecastEncoder : IDisposable
{
    private static readonly JsonEncodedText KeyName = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText TimeName = JsonEncodedText.Encode("time");
    private static readonly JsonEncodedText ForecastsName = JsonEncodedText.Encode("forecasts");
    private static readonly JsonEncodedText HorizonName = JsonEncodedText.Encode("horizon");
    private static readonly JsonEncodedText ValueName = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText LowName = JsonEncodedText.Encode("lo");
    private static readonly JsonEncodedText HighName = JsonEncodedText.Encode("hi");
    private static readonly JsonEncodedText VersionName = JsonEncodedText.Encode("model_version");

    private readonly ForecastTask _task;
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    public ForecastEncoder(ForecastTask task)
    {
        _task = task;
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true, Encoder = RelaxedJson.Encoder });
    }

    /// <summary>The value of a prediction record.</summary>
    /// <param name="key">UTF-8.</param>
    /// <param name="time">Event time of the record, ms since 1970.</param>
    /// <param name="form">How the record wrote it.</param>
    /// <param name="prediction">{value, lo, hi} for each horizon.</param>
    /// <param name="modelVersion">Examples that the model had learned from.</param>
    public byte[] Encode(ReadOnlySpan<byte> key, long time, TimeUnit form, ReadOnlySpan<double> prediction, long modelVersion)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        _writer.WriteString(KeyName, key);
        EventTime.Write(_writer, TimeName, time, form);
        _writer.WriteStartArray(ForecastsName);
        for (var h = 0; h < _task.Horizons.Count; h++)
        {
            _writer.WriteStartObject();
            _writer.WriteNumber(HorizonName, _task.Horizons[h]);
            if (_task.StepMilliseconds > 0)
            {
                EventTime.Write(_writer, TimeName, time + (_task.Horizons[h] * _task.StepMilliseconds), form);
            }
            else
            {
                _writer.WriteNull(TimeName);
            }

            _writer.WriteNumber(ValueName, prediction[3 * h]);
            _writer.WriteNumber(LowName, prediction[(3 * h) + 1]);
            _writer.WriteNumber(HighName, prediction[(3 * h) + 2]);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _writer.WriteNumber(VersionName, modelVersion);
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _writer.Dispose();
}
