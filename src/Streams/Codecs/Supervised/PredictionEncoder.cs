using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Streams.Codecs.Supervised;

/// <summary>
/// Writes predictions of classes and of numbers as JSON in UTF-8: <c>{"key","time","id","value","probabilities","model_version"}</c>, the time in the form of
/// the input record. Of a class <c>value</c> is its label (null while none is known) and <c>probabilities</c> an object with that of each label; of a number
/// there are no probabilities. The id is null where the record has none. Not thread-safe: one for each stream.
/// </summary>
public sealed class PredictionEncoder : IDisposable
{
    private static readonly JsonEncodedText KeyName = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText TimeName = JsonEncodedText.Encode("time");
    private static readonly JsonEncodedText IdName = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText ValueName = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText ProbabilitiesName = JsonEncodedText.Encode("probabilities");
    private static readonly JsonEncodedText VersionName = JsonEncodedText.Encode("model_version");

    private readonly SupervisedTask _task;

    // Of all classes, where they are known from the start.
    private readonly JsonEncodedText[] _labels;
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    public PredictionEncoder(SupervisedTask task)
    {
        _task = task;
        _labels = [.. task.Classes.Select(label => JsonEncodedText.Encode(label, RelaxedJson.Encoder))];
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true, Encoder = RelaxedJson.Encoder });
    }

    /// <summary>The value of a prediction record.</summary>
    /// <param name="key">UTF-8.</param>
    /// <param name="time">Event time, ms since 1970.</param>
    /// <param name="form">How the record wrote it.</param>
    /// <param name="id">UTF-8; empty: none.</param>
    /// <param name="numbers">Of a class its index, -1 where none is known, then the probability of each; of a number the number.</param>
    /// <param name="labels">Where labels grow, those of the classes: of each its length (2 bytes, little-endian) and its text in UTF-8.</param>
    /// <param name="modelVersion">Labels that the model had learned from.</param>
    public byte[] Encode(
        ReadOnlySpan<byte> key, long time, TimeUnit form, ReadOnlySpan<byte> id, ReadOnlySpan<double> numbers, ReadOnlySpan<byte> labels, long modelVersion)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        _writer.WriteString(KeyName, key);
        EventTime.Write(_writer, TimeName, time, form);
        if (id.IsEmpty)
        {
            _writer.WriteNull(IdName);
        }
        else
        {
            _writer.WriteString(IdName, id);
        }

        if (_task.IsClassification)
        {
            WriteClass((int)numbers[0], numbers[1..], labels);
        }
        else
        {
            _writer.WriteNumber(ValueName, numbers[0]);
        }

        _writer.WriteNumber(VersionName, modelVersion);
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _writer.Dispose();

    private void WriteClass(int index, ReadOnlySpan<double> probabilities, ReadOnlySpan<byte> labels)
    {
        if (index < 0)
        {
            _writer.WriteNull(ValueName);
        }
        else if (_labels.Length > 0)
        {
            _writer.WriteString(ValueName, _labels[index]);
        }
        else
        {
            _writer.WriteString(ValueName, LabelOf(labels, index));
        }

        _writer.WriteStartObject(ProbabilitiesName);
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (_labels.Length > 0)
            {
                _writer.WriteNumber(_labels[i], probabilities[i]);
            }
            else
            {
                var label = LabelOf(labels, 0);
                labels = labels[(sizeof(ushort) + label.Length)..];
                _writer.WriteNumber(label, probabilities[i]);
            }
        }

        _writer.WriteEndObject();
    }

    /// <summary>A label; those before it are gone through.</summary>
    private static ReadOnlySpan<byte> LabelOf(ReadOnlySpan<byte> labels, int index)
    {
        for (; index > 0; index--)
        {
            labels = labels[(sizeof(ushort) + BinaryPrimitives.ReadUInt16LittleEndian(labels))..];
        }

        return labels.Slice(sizeof(ushort), BinaryPrimitives.ReadUInt16LittleEndian(labels));
    }
}
