using System.Text;
using System.Text.Json;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Streams.Codecs.Supervised;

/// <summary>
/// Features and labels that are JSON objects in UTF-8, one a message: <c>{"key","id","time", features, "label"}</c> and <c>{"key","id","label"}</c>.
/// Unknown fields are ignored, and so is a null.
/// </summary>
/// <remarks>See <c>docs/supervised-records.md</c>.</remarks>
public sealed class SupervisedJsonDecoder : PayloadJsonDecoder<SupervisedRecordWriter>
{
    private static readonly byte[] Container = "features"u8.ToArray();

    private readonly SupervisedSchema _schema;
    private readonly SupervisedDraft _draft;
    private readonly byte[] _key;
    private readonly byte[] _id;
    private readonly byte[] _time;
    private readonly byte[] _label;

    internal SupervisedJsonDecoder(SupervisedSchema schema)
        : base(new PayloadColumns<SupervisedRecordWriter>(schema.Key, schema.Time, schema.MaxJumpMilliseconds))
    {
        _schema = schema;
        _draft = new SupervisedDraft(schema);
        _key = Encoding.UTF8.GetBytes(schema.Key);
        _id = Encoding.UTF8.GetBytes(schema.Id);
        _time = Encoding.UTF8.GetBytes(schema.Time);
        _label = Encoding.UTF8.GetBytes(schema.Label);
    }

    /// <inheritdoc/>
    private protected override void Write(SupervisedRecordWriter payloads) => _draft.Write(payloads);

    /// <inheritdoc/>
    private protected override (string Reason, string Field)? ReadObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return (DeadLetterReason.Malformed, "");
        }

        _draft.Begin();
        (string, string)? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            reader.Read();
            if (reader.TokenType is not JsonTokenType.Null)
            {
                problem ??= ReadField(in name, ref reader);
                reader.Skip();
            }
        }

        // Whatever follows the object makes the record malformed: reading on throws.
        reader.Read();
        return problem ?? _draft.Complete(Columns);
    }

    /// <summary>Reads a value. A field may have several meanings, as when a time is also a feature.</summary>
    private (string Reason, string Field)? ReadField(in Utf8JsonReader name, ref Utf8JsonReader reader)
    {
        (string, string)? problem = null;
        if (_key.Length > 0 && JsonFields.IsNamed(in name, _key))
        {
            problem = JsonFields.ReadKey(ref reader, Columns, _schema.Key);
        }

        if (_time.Length > 0 && JsonFields.IsNamed(in name, _time))
        {
            problem ??= JsonFields.ReadTime(ref reader, Columns, _schema.TimeUnit, _schema.Time);
        }

        if (JsonFields.IsNamed(in name, _id))
        {
            problem ??= _draft.Id.ReadId(in reader) is { } reason ? (reason, _schema.Id) : null;
            _draft.HasId = true;
        }
        else if (JsonFields.IsNamed(in name, _label))
        {
            problem ??= _draft.Label.Read(in reader) is { } reason ? (reason, _schema.Label) : null;
        }
        else if (_draft.Features.Find(in name) is >= 0 and var feature)
        {
            problem ??= _draft.Features.Read(ref reader, feature, _draft.Numbers);
        }
        else if (reader.TokenType == JsonTokenType.StartObject && JsonFields.IsNamed(in name, Container))
        {
            // The reader is a copy: whoever calls passes over the object, whatever is in it.
            var features = reader;
            problem ??= _draft.Features.ReadObject(ref features, _draft.Numbers);
        }

        return problem;
    }
}
