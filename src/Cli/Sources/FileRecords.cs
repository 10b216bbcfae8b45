using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Files;

namespace StreamLearn.Cli.Sources;

/// <summary>The lines of a file as records of a topic: JSON as it is, CSV as a JSON object for each line.</summary>
internal static class FileRecords
{
    /// <param name="path">The file.</param>
    /// <param name="keyField">Field of the message key; empty: none; null: by the usual names.</param>
    internal static IEnumerable<InputRecord> Read(string path, string? keyField)
    {
        var format = RecordFile.Inspect(path);
        var fields = FieldGuess.FieldsOf(format, ',');
        var key = keyField ?? FieldGuess.Complete(fields, null, null, null).Key;
        foreach (var batch in RecordFile.Read(path))
        {
            for (var row = 0; row < batch.Count; row++)
            {
                var value = format.Format == "csv" ? ToJson(batch.Value(row), fields, key) : batch.Value(row).ToArray();
                yield return new InputRecord(key.Length == 0 ? null : KeyOf(value, key), value);
            }
        }
    }

    /// <summary>A line of CSV as an object: numbers are numbers, but the key is text, 007 is not 7; empty fields are left out. A line with another number of columns stays as it is.</summary>
    private static byte[] ToJson(ReadOnlySpan<byte> line, IReadOnlyList<string> columns, string key)
    {
        var values = CsvRecordDecoder.ColumnsOf(line, ',');
        if (values.Count != columns.Count)
        {
            return line.ToArray();
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = RelaxedJson.Encoder });
        writer.WriteStartObject();
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Length == 0)
            {
                continue;
            }

            writer.WritePropertyName(columns[i]);
            if (columns[i] == key || !double.TryParse(values[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            {
                writer.WriteStringValue(values[i]);
            }
            else if (IsJsonNumber(values[i]))
            {
                // As it stands: nanoseconds since 1970 have more digits than a double.
                writer.WriteRawValue(values[i]);
            }
            else
            {
                writer.WriteNumberValue(number);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static bool IsJsonNumber(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The key of a record; none where it has none, or is no record at all: the pipeline will say what is wrong with it.</summary>
    private static byte[]? KeyOf(byte[] json, string field)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = reader.ValueTextEquals(field);
                reader.Read();
                if (found)
                {
                    return reader.TokenType switch
                    {
                        JsonTokenType.String => Encoding.UTF8.GetBytes(reader.GetString()!),
                        JsonTokenType.Number => reader.ValueSpan.ToArray(),
                        _ => null,
                    };
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
        }

        return null;
    }
}
