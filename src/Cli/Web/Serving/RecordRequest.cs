using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Web.Serving;

/// <summary>A request with records: <c>{"record": R}</c> or <c>{"records": [R, ...]}</c>, with <c>"key"</c> and <c>"source"</c> as needed; or a key alone.</summary>
/// <param name="Key">The key, UTF-8; null: none is given.</param>
/// <param name="Source">The name of a source; null: none is given.</param>
/// <param name="Records">The records as they stand in the body, or as the text that they are; null: there are none.</param>
/// <param name="IsBatch">Whether there may be several.</param>
internal sealed record RecordRequest(byte[]? Key, string? Source, IReadOnlyList<ReadOnlyMemory<byte>>? Records, bool IsBatch)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">JSON in UTF-8; the records are views into it.</param>
    /// <param name="mostRecords">Records that there may be.</param>
    /// <exception cref="HttpProblemException">It is none, with the place.</exception>
    internal static RecordRequest Parse(ReadOnlyMemory<byte> body, int mostRecords)
    {
        try
        {
            return Read(body, mostRecords);
        }
        catch (JsonException exception)
        {
            throw Bad(FormattableString.Invariant(
                $"The body is no JSON, or nested too deeply, at line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}; expected an object."));
        }
        catch (InvalidOperationException)
        {
            // Text that is no Unicode.
            throw Bad("A text in the body is no Unicode; expected UTF-8.");
        }
    }

    private static RecordRequest Read(ReadOnlyMemory<byte> body, int mostRecords)
    {
        var reader = new Utf8JsonReader(body.Span);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad("The body is no object; expected {\"record\": ...}, {\"records\": [...]} or {\"key\": ...}.");
        }

        var request = new RecordRequest(null, null, null, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            request = name switch
            {
                "key" when request.Key is null => request with { Key = KeyOf(ref reader) },
                "source" when request.Source is null => request with { Source = TextOf(ref reader, "source") },
                "record" when request.Records is null => request with { Records = [RecordOf(ref reader, body)] },
                "records" when request.Records is null => request with { Records = RecordsOf(ref reader, body, mostRecords), IsBatch = true },
                "key" or "source" or "record" or "records" => throw Bad($"'{name}' stands twice, or 'record' beside 'records'; expected it once."),
                _ => throw Bad("The body has a field that is not known; expected key, record, records, source."),
            };
        }

        // Whatever follows the object is too much: reading on throws.
        reader.Read();
        return request;
    }

    private static List<ReadOnlyMemory<byte>> RecordsOf(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, int most)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Bad("'records' is no list; expected [R, ...].");
        }

        var records = new List<ReadOnlyMemory<byte>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (records.Count == most)
            {
                throw new HttpProblemException(
                    StatusCodes.Status413PayloadTooLarge,
                    FormattableString.Invariant($"There are more than {most} records; expected at most streamlearn.node.http.limits.records in one request."));
            }

            records.Add(RecordOf(ref reader, body));
        }

        return records.Count > 0 ? records : throw Bad("'records' is empty; expected one or more.");
    }

    private static ReadOnlyMemory<byte> RecordOf(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return body[start..(int)reader.BytesConsumed];
            case JsonTokenType.String:
                return Encoding.UTF8.GetBytes(reader.GetString()!);
            default:
                throw Bad("A record is neither an object nor text; expected what would be the value of a record of the source's topic.");
        }
    }

    private static string TextOf(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Bad($"'{name}' is no text; expected text.");

    private static byte[] KeyOf(ref Utf8JsonReader reader) => KeyText.Check(Encoding.UTF8.GetBytes(TextOf(ref reader, "key")));

    private static HttpProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
