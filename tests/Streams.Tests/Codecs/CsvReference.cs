using System.Text;

namespace StreamLearn.Streams.Tests.Codecs;

/// <summary>CSV as RFC 4180 writes it, as simply as can be.</summary>
internal static class CsvReference
{
    public static string Line(IEnumerable<string> fields, char separator) => string.Join(separator, fields.Select(field => Field(field, separator)));

    /// <summary>The text with what UTF-8 cannot say replaced.</summary>
    public static string Plain(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    // The RFC keeps spaces around a field, decoders of ours trim them outside quotes: they are quoted too.
    private static string Field(string text, char separator) =>
        text.Contains(separator) || text.Contains('"') || text.Contains('\n') || text.Contains('\r') || text.StartsWith(' ') || text.EndsWith(' ')
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
}
