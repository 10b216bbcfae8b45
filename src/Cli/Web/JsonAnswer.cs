using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Web;

/// <summary>Writes JSON as the answer to a request.</summary>
internal static class JsonAnswer
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = RelaxedJson.Encoder, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>An object as JSON, its names in snake case.</summary>
    internal static JsonNode Of<T>(T value) => JsonSerializer.SerializeToNode(value, Options)!;

    /// <summary>A number; what JSON has no number for is null.</summary>
    internal static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>JSON as text, in one line.</summary>
    internal static string Text(JsonNode json) => json.ToJsonString(Options);

    internal static Task WriteAsync(HttpContext context, int status, JsonNode json, string mediaType = "application/json") =>
        WriteAsync(context, status, Encoding.UTF8.GetBytes(Text(json)), mediaType);

    /// <summary>Writes what is JSON already, in UTF-8.</summary>
    internal static Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> bytes, string mediaType = "application/json")
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = mediaType;
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.BodyWriter.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
