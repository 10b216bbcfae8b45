using System.Globalization;
using System.Text;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs;

/// <summary>
/// Records that are lines of CSV in UTF-8, one a message, with the columns that the schema names. An empty field is a missing one.
/// </summary>
public sealed class CsvRecordDecoder : IRecordDecoder
{
    private readonly RecordSchema _schema;
    private readonly ExampleColumns _columns;
    private readonly int _key;
    private readonly int _time;
    private readonly int[] _numbers;

    /// <exception cref="ArgumentException">A field of the schema is not among its columns.</exception>
    public CsvRecordDecoder(RecordSchema schema)
    {
        _schema = schema;
        _columns = new ExampleColumns(schema);
        _key = ColumnOf(schema.Key);
        _time = ColumnOf(schema.Time);
        _numbers = [ColumnOf(schema.Value), .. schema.Features.Select(ColumnOf)];
        if (schema.Value.Length == 0)
        {
            throw new ArgumentException("The value field has no name; expected the name of a column.");
        }

        int ColumnOf(string field)
        {
            var column = field.Length == 0 ? -1 : schema.Columns.ToList().IndexOf(field);
            return field.Length == 0 || column >= 0
                ? column
                : throw new ArgumentException($"Field '{field}' is not among the columns {string.Join(", ", schema.Columns)}.");
        }
    }

    /// <summary>The columns that a header line names.</summary>
    public static IReadOnlyList<string> ColumnsOf(ReadOnlySpan<byte> header, char separator)
    {
        var names = new List<string>();
        var line = new CsvLine(header, (byte)separator);
        var name = new byte[header.Length];
        while (line.MoveNext())
        {
            names.Add(Encoding.UTF8.GetString(name, 0, line.Unquote(name)));
        }

        return names;
    }

    /// <inheritdoc/>
    public DecodedBatch Decode(RecordBatch records)
    {
        _columns.Start(records);
        for (var row = 0; row < records.Count; row++)
        {
            _columns.Begin(row);
            if (!records.HasValue(row))
            {
                _columns.CommitTombstone();
            }
            else if (ReadLine(records.Value(row)) is { } problem)
            {
                _columns.Refuse(problem.Reason, problem.Field);
            }
            else
            {
                _columns.Commit();
            }
        }

        return _columns.Finish();
    }

    private (string Reason, string Field)? ReadLine(ReadOnlySpan<byte> text)
    {
        var line = new CsvLine(text, (byte)_schema.Separator);
        (string, string)? problem = null;
        var column = 0;
        for (; line.MoveNext(); column++)
        {
            if (line.Field.IsEmpty)
            {
                continue;
            }

            if (column == _key)
            {
                _columns.SetKeyLength(line.Unquote(_columns.KeyRoom(line.Field.Length)));
            }

            if (column == _time)
            {
                problem ??= ReadTime(line.Field);
            }

            for (var i = 0; i < _numbers.Length; i++)
            {
                if (_numbers[i] == column)
                {
                    problem ??= ReadNumber(line.Field, i);
                }
            }
        }

        return line.Malformed || column != _schema.Columns.Count ? (DeadLetterReason.Malformed, "") : problem;
    }

    private (string, string)? ReadTime(ReadOnlySpan<byte> text)
    {
        if (!EventTime.TryFromText(text, _schema.TimeUnit, out var milliseconds, out var form))
        {
            return (DeadLetterReason.BadTime, _schema.Time);
        }

        _columns.SetTime(milliseconds, form);
        return null;
    }

    private (string, string)? ReadNumber(ReadOnlySpan<byte> text, int column)
    {
        var field = column == 0 ? _schema.Value : _schema.Features[column - 1];
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return (DeadLetterReason.WrongType, field);
        }

        if (!double.IsFinite(number))
        {
            return (DeadLetterReason.NotFinite, field);
        }

        if (column == 0 && _columns.ReadsCounter)
        {
            var whole = ulong.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var reading);
            return (whole ? _columns.TrySetReading(reading) : _columns.TrySetReading(number)) ? null : (DeadLetterReason.BadCounter, field);
        }

        _columns.SetNumber(column, number);
        return null;
    }
}
