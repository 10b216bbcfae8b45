using System.Text.Json;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Files;

namespace StreamLearn.Cli.Sources;

/// <summary>Which fields of a file are the key, the time and the value, where nobody said: by their usual names.</summary>
internal static class FieldGuess
{
    private static readonly string[] Keys = ["key", "link", "id", "series", "sensor", "device"];
    private static readonly string[] Times = ["time", "ts", "timestamp", "date", "datetime"];
    private static readonly string[] Values = ["value", "load", "y", "target"];

    /// <summary>The names of the fields of a file, from its first line.</summary>
    internal static IReadOnlyList<string> FieldsOf(RecordFileFormat file, char separator)
    {
        if (file.Format == "csv")
        {
            return CsvRecordDecoder.ColumnsOf(System.Text.Encoding.UTF8.GetBytes(file.FirstLine), separator);
        }

        try
        {
            using var document = JsonDocument.Parse(file.FirstLine);
            return [.. document.RootElement.EnumerateObject().Select(property => property.Name)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Fills in what is not said. No key field: one series. No time field: the order of the records.</summary>
    internal static RecordSchema Complete(IReadOnlyList<string> fields, string? key, string? time, string? value)
    {
        string Pick(string? said, string[] usual, string otherwise) => said ?? usual.FirstOrDefault(fields.Contains) ?? otherwise;
        return new RecordSchema
        {
            Key = Pick(key, Keys, ""),
            Time = Pick(time, Times, ""),
            Value = Pick(value, Values, fields.Count == 1 ? fields[0] : "value"),
        };
    }
}
