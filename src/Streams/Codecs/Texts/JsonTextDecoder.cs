using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamLearn.Learners.Language;

namespace StreamLearn.Streams.Codecs.Texts;

/// <summary>
/// Texts, JSON objects in UTF-8, one a message: <c>{"text"}</c>, with <c>"domain"</c>, <c>"key"</c> and <c>"time"</c> or without, as the schema has it. Unknown fields are
/// ignored, and so is a null. A text that is empty, or no Unicode, is a dead letter.
/// </summary>
public sealed class JsonTextDecoder : PayloadJsonDecoder<LanguageRecordWriter>
{
    private readonly TextSchema _schema;
    private readonly TextDomain _domains;
    private readonly JsonText _text = new();
    private readonly JsonText _domain = new();
    private readonly byte[] _keyName;
    private readonly byte[] _timeName;
    private readonly byte[] _textName;
    private readonly byte[] _domainName;

    // Of the record that is read.
    private bool _hasDomain;

    internal JsonTextDecoder(TextSchema schema)
        : base(new PayloadColumns<LanguageRecordWriter>(schema.Key, schema.Time, 0, schema.HasOneKey))
    {
        _schema = schema;
        _domains = new TextDomain(schema);
        _keyName = Encoding.UTF8.GetBytes(schema.Key);
        _timeName = Encoding.UTF8.GetBytes(schema.Time);
        _textName = Encoding.UTF8.GetBytes(schema.Text);
        _domainName = Encoding.UTF8.GetBytes(schema.Domain);
    }

    /// <inheritdoc/>
    private protected override void Write(LanguageRecordWriter payloads) =>
        payloads.Write(_hasDomain ? _domain.Text : _domains.Of(Columns.Batch, Columns.BatchRow), _text.Text);

    /// <inheritdoc/>
    private protected override (string Reason, string Field)? ReadObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return (DeadLetterReason.Malformed, "");
        }

        (string, string)? problem = null;
        var hasText = false;
        _hasDomain = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            reader.Read();
            if (reader.TokenType is JsonTokenType.Null)
            {
                continue;
            }

            if (_keyName.Length > 0 && JsonFields.IsNamed(in name, _keyName))
            {
                problem ??= JsonFields.ReadKey(ref reader, Columns, _schema.Key);
            }

            if (_timeName.Length > 0 && JsonFields.IsNamed(in name, _timeName))
            {
                problem ??= JsonFields.ReadTime(ref reader, Columns, _schema.TimeUnit, _schema.Time);
            }

            if (_domainName.Length > 0 && JsonFields.IsNamed(in name, _domainName))
            {
                problem ??= _domain.ReadName(in reader) is { } reason
                    ? (reason == DeadLetterReason.BadId ? DeadLetterReason.BadDomain : reason, _schema.Domain)
                    : null;
                _hasDomain = true;
            }

            if (JsonFields.IsNamed(in name, _textName))
            {
                problem ??= reader.TokenType != JsonTokenType.String ? (DeadLetterReason.WrongType, _schema.Text)
                    : _text.TryRead(in reader) && Utf8.IsValid(_text.Text) ? null
                    : (DeadLetterReason.BadText, _schema.Text);
                hasText = true;
            }

            reader.Skip();
        }

        // Whatever follows the object makes the record malformed: reading on throws.
        reader.Read();
        problem ??= Columns.Complete(optionalTime: true);
        return problem ?? (hasText ? Check() : (DeadLetterReason.MissingField, _schema.Text));
    }

    private (string Reason, string Field)? Check() =>
        !TextDomain.IsUsable(_hasDomain ? _domain.Text : _domains.Of(Columns.Batch, Columns.BatchRow)) ? (DeadLetterReason.BadDomain, _hasDomain ? _schema.Domain : "")
        : _text.Text.IsEmpty ? (DeadLetterReason.EmptyText, _schema.Text)
        : _text.Text.Length > _schema.MostBytes ? (DeadLetterReason.TooLarge, _schema.Text)
        : null;
}
