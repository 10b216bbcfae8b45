using System.Buffers;
using System.Text.Json;
using StreamLearn.Learners.Bandits;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>
/// Writes decisions as JSON in UTF-8: <c>{"key","id","action","probability","probabilities","model_version"}</c>, and <c>"actions"</c> before
/// the probabilities where the context has named them itself. An action is its name, or its number from 0 on where it has none. Not
/// thread-safe: one for each stream.
/// </summary>
public sealed class DecisionEncoder : IDisposable
{
    private static readonly JsonEncodedText KeyName = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText IdName = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText ActionName = JsonEncodedText.Encode("action");
    private static readonly JsonEncodedText ProbabilityName = JsonEncodedText.Encode("probability");
    private static readonly JsonEncodedText ActionsName = JsonEncodedText.Encode("actions");
    private static readonly JsonEncodedText ProbabilitiesName = JsonEncodedText.Encode("probabilities");
    private static readonly JsonEncodedText GreedyName = JsonEncodedText.Encode("greedy");
    private static readonly JsonEncodedText VersionName = JsonEncodedText.Encode("model_version");

    private readonly BanditTask _task;
    private readonly JsonEncodedText[] _names;
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    public DecisionEncoder(BanditTask task)
    {
        _task = task;
        _names = [.. task.Actions.Select(name => JsonEncodedText.Encode(name, RelaxedJson.Encoder))];
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true, Encoder = RelaxedJson.Encoder });
    }

    /// <summary>The value of a record of the decisions topic.</summary>
    /// <param name="key">UTF-8.</param>
    /// <param name="context">What was decided on: a context, or one with an outcome.</param>
    /// <param name="action">The chosen action.</param>
    /// <param name="probabilities">[K], finite.</param>
    /// <param name="modelVersion">Rounds that the model had learned from.</param>
    public byte[] Encode(ReadOnlySpan<byte> key, in BanditRecord context, int action, ReadOnlySpan<double> probabilities, long modelVersion)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        _writer.WriteString(KeyName, key);
        _writer.WriteString(IdName, context.Id);
        _writer.WritePropertyName(ActionName);
        WriteAction(context, action);
        _writer.WriteNumber(ProbabilityName, probabilities[action]);
        if (!_task.HasFixedActions && context.HasNames)
        {
            _writer.WriteStartArray(ActionsName);
            for (var i = 0; i < probabilities.Length; i++)
            {
                _writer.WriteStringValue(context.NameOf(i));
            }

            _writer.WriteEndArray();
        }

        WriteProbabilities(probabilities);
        _writer.WriteNumber(VersionName, modelVersion);
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    /// <summary>What would be decided on a context, nothing drawn: <c>{"key","id","actions","probabilities","greedy":{"action","probability"},"model_version"}</c>.</summary>
    /// <param name="key">UTF-8.</param>
    /// <param name="context">The context.</param>
    /// <param name="probabilities">[K], finite. The greedy action is the first of the most probable ones.</param>
    /// <param name="modelVersion">Rounds that the model has learned from.</param>
    public byte[] EncodeForeseen(ReadOnlySpan<byte> key, in BanditRecord context, ReadOnlySpan<double> probabilities, long modelVersion)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        _writer.WriteString(KeyName, key);
        _writer.WriteString(IdName, context.Id);
        var greedy = 0;
        _writer.WriteStartArray(ActionsName);
        for (var action = 0; action < probabilities.Length; action++)
        {
            WriteAction(context, action);
            greedy = probabilities[action] > probabilities[greedy] ? action : greedy;
        }

        _writer.WriteEndArray();
        WriteProbabilities(probabilities);
        _writer.WriteStartObject(GreedyName);
        _writer.WritePropertyName(ActionName);
        WriteAction(context, greedy);
        _writer.WriteNumber(ProbabilityName, probabilities[greedy]);
        _writer.WriteEndObject();
        _writer.WriteNumber(VersionName, modelVersion);
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _writer.Dispose();

    private void WriteAction(in BanditRecord context, int action)
    {
        if (_task.HasFixedActions)
        {
            _writer.WriteStringValue(_names[action]);
        }
        else if (context.HasNames)
        {
            _writer.WriteStringValue(context.NameOf(action));
        }
        else
        {
            _writer.WriteNumberValue(action);
        }
    }

    private void WriteProbabilities(ReadOnlySpan<double> probabilities)
    {
        _writer.WriteStartArray(ProbabilitiesName);
        foreach (var probability in probabilities)
        {
            _writer.WriteNumberValue(probability);
        }

        _writer.WriteEndArray();
    }
}
