using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace StreamLearn.Streams.Influx.Sending;

/// <summary>Posts lines to a server, once, and reads what it says. Not thread-safe: one request at a time.</summary>
internal sealed class LineSender : IDisposable
{
    private const int MostBodyBytes = 64 * 1024;
    private const int MostMessage = 300;

    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly InfluxSecret _secret;
    private readonly Uri _address;
    private readonly bool _gzip;
    private readonly HttpMessageInvoker _client;
    private readonly MemoryStream _compressed = new();

    /// <exception cref="InfluxException">The token cannot be sent.</exception>
    internal LineSender(InfluxSettings settings, TimeProvider time)
    {
        _time = time;
        _secret = InfluxSecret.Of(settings);
        _address = settings.WriteAddress();
        _gzip = settings.Gzip;
        var sockets = new SocketsHttpHandler
        {
            // What is sent to one address is for no other.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = settings.Timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = 1,
        };
        var limit = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddTimeout(new HttpTimeoutStrategyOptions { Timeout = settings.Timeout })
            .Build();
        _client = new HttpMessageInvoker(new ResilienceHandler(limit) { InnerHandler = sockets });
    }

    /// <summary>Sends lines.</summary>
    /// <exception cref="OperationCanceledException">The lines may be written.</exception>
    internal async Task<ServerReply> SendAsync(LinePiece piece, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = Content(piece) };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("StreamLearn", Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)));
        if (_secret.Authorization is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        try
        {
            using var response = await _client.SendAsync(request, cancellation).ConfigureAwait(false);
            return await ReadAsync(response, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsTransport(exception))
        {
            cancellation.ThrowIfCancellationRequested();
            return new ServerReply(WriteAnswer.Away, null, Innermost(exception).Message, IsReached: !IsWithoutConnection(exception));
        }
    }

    /// <summary>A text from outside, for a log: short, on one line, without the secret.</summary>
    internal string Shown(string text)
    {
        var hidden = _secret.Hide(text.Trim());
        var line = string.Create(Math.Min(hidden.Length, MostMessage), hidden, (into, from) =>
        {
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
        return hidden.Length > MostMessage ? line + "..." : line;
    }

    public void Dispose()
    {
        _client.Dispose();
        _compressed.Dispose();
    }

    private HttpContent Content(LinePiece piece)
    {
        HttpContent content;
        if (_gzip)
        {
            // One request at a time: the memory is used again for the next.
            _compressed.SetLength(0);
            using (var gzip = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(piece.Lines.Span);
            }

            content = new ByteArrayContent(_compressed.GetBuffer(), 0, (int)_compressed.Length);
            content.Headers.ContentEncoding.Add("gzip");
        }
        else
        {
            content = new ReadOnlyMemoryContent(piece.Lines);
        }

        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        return content;
    }

    private async Task<ServerReply> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var words = await WordsAsync(response, cancellation).ConfigureAwait(false);
        return words is null && status == 200
            ? new ServerReply(WriteAnswer.Away, null, "Its answer could not be read.")
            : new ServerReply(
                WriteAnswers.Of(status, string.IsNullOrWhiteSpace(words)), status, words ?? "", RetryWaits.Asked(response.Headers.RetryAfter, _time.GetUtcNow()));
    }

    /// <summary>The beginning of an answer's text; null: it could not be read.</summary>
    private static async Task<string?> WordsAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.NoContent || response.Content.Headers.ContentLength == 0)
        {
            return "";
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(BodyTimeout);
        var bytes = new byte[MostBodyBytes];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, limit.Token).ConfigureAwait(false);
            return Encoding.UTF8.GetString(bytes, 0, read);
        }
        catch (Exception exception) when (IsTransport(exception))
        {
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static bool IsTransport(Exception exception) =>
        exception is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException;

    private static bool IsWithoutConnection(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError,
    };

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
