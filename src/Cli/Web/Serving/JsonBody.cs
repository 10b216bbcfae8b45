using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace StreamLearn.Cli.Web.Serving;

/// <summary>The body of a request, JSON in UTF-8, in a buffer of the pool. Disposed of, it is nobody's.</summary>
internal sealed class JsonBody : IDisposable
{
    private byte[]? _buffer;

    private JsonBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        Bytes = buffer.AsMemory(0, length);
    }

    /// <summary>Its bytes.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads all of it; the server sees to it that it is no larger than it may be.</summary>
    /// <exception cref="HttpProblemException">It is something else than JSON in UTF-8, or empty.</exception>
    internal static Task<JsonBody> ReadAsync(HttpContext context) => IsJson(context.Request.ContentType) ? ReadBytesAsync(context) : throw NoJson();

    /// <summary>The same of a request that may have no body.</summary>
    /// <returns>Null: it has none.</returns>
    /// <exception cref="HttpProblemException">It has one that is something else than JSON in UTF-8.</exception>
    internal static async Task<JsonBody?> ReadOptionalAsync(HttpContext context)
    {
        var body = await ReadBytesAsync(context);
        if (body.Bytes.Length > 0 && IsJson(context.Request.ContentType))
        {
            return body;
        }

        body.Dispose();
        return body.Bytes.Length == 0 ? null : throw NoJson();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<JsonBody> ReadBytesAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        ReadResult read;
        while (!(read = await reader.ReadAsync(context.RequestAborted)).IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        var length = (int)read.Buffer.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        read.Buffer.CopyTo(buffer);
        reader.AdvanceTo(read.Buffer.End);
        return new JsonBody(buffer, length);
    }

    private static HttpProblemException NoJson() => new(StatusCodes.Status415UnsupportedMediaType, "expected the header Content-Type: application/json, in UTF-8.");

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
}
