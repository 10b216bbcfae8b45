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
    internal static async Task<JsonBody> ReadAsync(HttpContext context)
    {
        if (!IsJson(context.Request.ContentType))
        {
            throw new HttpProblemException(StatusCodes.Status415UnsupportedMediaType, "expected the header Content-Type: application/json, in UTF-8.");
        }

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

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
}
