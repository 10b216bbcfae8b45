using StreamLearn.Learners.Supervised;

namespace StreamLearn.Streams.Codecs.Supervised;

/// <summary>Features and labels that are lines of CSV in UTF-8, one a message, with the columns that the schema names. An empty field is a missing one.</summary>
public sealed class SupervisedCsvDecoder : PayloadDecoder<SupervisedRecordWriter>
{
    private readonly SupervisedSchema _schema;
    private readonly SupervisedDraft _draft;
    private readonly int _key;
    private readonly int _time;
    private readonly int _id;
    private readonly int _label;

    // For each column the place of its feature; -1: it is none.
    private readonly int[] _features;

    /// <exception cref="ArgumentException">A field of the schema is not among its columns.</exception>
    internal SupervisedCsvDecoder(SupervisedSchema schema)
        : base(new PayloadColumns<SupervisedRecordWriter>(schema.Key, schema.Time, schema.MaxJumpMilliseconds))
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var column = 0; column < schema.Columns.Count; column++)
        {
            columns.TryAdd(schema.Columns[column], column);
        }

        _schema = schema;
        _draft = new SupervisedDraft(schema);
        _key = ColumnOf(schema.Key, mayMiss: schema.Key.Length == 0);
        _time = ColumnOf(schema.Time, mayMiss: schema.Time.Length == 0 || schema.NeedsLabel);
        _id = ColumnOf(schema.Id, mayMiss: !schema.NeedsId);
        _label = ColumnOf(schema.Label, mayMiss: !schema.NeedsLabel);
        _features = [.. Enumerable.Repeat(-1, schema.Columns.Count)];
        for (var feature = 0; feature < schema.FeatureFields.Count; feature++)
        {
            _features[ColumnOf(schema.FeatureFields[feature], mayMiss: false)] = feature;
        }

        int ColumnOf(string field, bool mayMiss)
        {
            var column = field.Length == 0 ? -1 : columns.GetValueOrDefault(field, -1);
            return column >= 0 || mayMiss
                ? column
                : throw new ArgumentException($"Field '{field}' is not among the columns {string.Join(", ", schema.Columns)}.");
        }
    }

    /// <inheritdoc/>
    private protected override void Write(SupervisedRecordWriter payloads) => _draft.Write(payloads);

    /// <inheritdoc/>
    private protected override (string Reason, string Field)? Read(ReadOnlySpan<byte> value)
    {
        _draft.Begin();
        var line = new CsvLine(value, (byte)_schema.Separator);
        (string, string)? problem = null;
        var column = 0;
        for (; line.MoveNext(); column++)
        {
            if (!line.Field.IsEmpty && column < _features.Length)
            {
                problem ??= ReadField(in line, column);
            }
        }

        return line.Malformed || column != _features.Length ? (DeadLetterReason.Malformed, "") : problem ?? _draft.Complete(Columns);
    }

    private (string Reason, string Field)? ReadField(in CsvLine line, int column)
    {
        (string, string)? problem = null;
        if (column == _key)
        {
            Columns.SetKeyLength(line.Unquote(Columns.KeyRoom(line.Field.Length)));
        }

        if (column == _time)
        {
            if (EventTime.TryFromText(line.Field, _schema.TimeUnit, out var milliseconds, out var form))
            {
                Columns.SetTime(milliseconds, form);
            }
            else
            {
                problem = (DeadLetterReason.BadTime, _schema.Time);
            }
        }

        if (column == _id)
        {
            problem ??= _draft.Id.ReadId(in line) is { } reason ? (reason, _schema.Id) : null;
            _draft.HasId = true;
        }
        else if (column == _label)
        {
            problem ??= _draft.Label.Read(in line) is { } reason ? (reason, _schema.Label) : null;
        }
        else if (_features[column] >= 0)
        {
            problem ??= _draft.Features.Read(line.Field, _features[column], _draft.Numbers);
        }

        return problem;
    }
}
