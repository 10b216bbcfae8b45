using System.IO.Compression;
using System.Net.Http.Headers;
using System.Reflection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using StreamLearn.Streams.Influx.Lines;

namespace StreamLearn.Streams.Influx.Sending;

/// <summary>
/// Posts lines to a server, one request at a time. What the server cannot take now is sent again for as long as it is wanted, with longer and longer waits,
/// spread by chance, or the one that it asks for; bad lines are found and left out.
/// </summary>
internal sealed class InfluxWriter : IDisposable
{
    /// <summary>Requests for one batch: a batch with more bad lines than can be found by halving with so many is given up.</summary>
    internal const int MostRequests = 500;

    private const int MostBodyBytes = 64 * 1024;
    private const int MostMessage = 300;
    private const string AwayKind = "away";
    private const string RefusedKind = "refused";
    private const string RejectedKind = "rejected";

    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(5);

    // A server may ask for any wait; this is the longest that it gets.
    private static readonly TimeSpan MostAsked = TimeSpan.FromHours(1);

    private readonly InfluxSettings _settings;
    private readonly InfluxCounters _counters;
    private readonly RareWarnings _warnings;
    private readonly IHeadOfLine _head;
    private readonly TimeProvider _time;
    private readonly InfluxSecret _secret;
    private readonly Uri _address;
    private readonly HttpMessageInvoker _client;
    private readonly MemoryStream _compressed = new();

    /// <exception cref="InfluxException">The token cannot be sent.</exception>
    internal InfluxWriter(InfluxSettings settings, InfluxCounters counters, RareWarnings warnings, IHeadOfLine head, TimeProvider time)
    {
        _settings = settings;
        _counters = counters;
        _warnings = warnings;
        _head = head;
        _time = time;
        _secret = InfluxSecret.Of(settings);
        _address = settings.WriteAddress();
        var sockets = new SocketsHttpHandler
        {
            // What is sent to one address is for no other.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = settings.Timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = 1,
        };
        _client = new HttpMessageInvoker(new ResilienceHandler(Pipeline()) { InnerHandler = sockets });
    }

    /// <summary>Writes a batch; the task ends when each of its lines is written, or known to be bad, or it is not wanted any more.</summary>
    /// <exception cref="OperationCanceledException">Some of it may be written; writing all of it again changes nothing.</exception>
    internal async Task WriteAsync(LineBatch batch, CancellationToken cancellation)
    {
        var pieces = new Stack<LinePiece>();
        pieces.Push(new LinePiece(batch.Lines, batch.Points));
        long written = 0;
        long rejected = 0;
        long tooLarge = 0;
        for (var request = 0; pieces.TryPop(out var piece); request++)
        {
            if (request == MostRequests)
            {
                rejected += piece.Points + pieces.Sum(other => (long)other.Points);
                break;
            }

            using var response = await SendAsync(piece, cancellation).ConfigureAwait(false);
            if (response is null)
            {
                // Nobody wants it: it has been counted by who has given it up.
                return;
            }

            switch (WriteAnswers.Of(response.StatusCode))
            {
                case WriteAnswer.Written:
                    written += piece.Points;
                    break;
                case WriteAnswer.TooLarge when piece.Points == 1:
                    tooLarge++;
                    break;
                case WriteAnswer.TooLarge:
                    Halve(piece, pieces);
                    break;
                default:
                    var rejection = Rejection.Read(await BodyAsync(response, cancellation).ConfigureAwait(false), piece);
                    _warnings.Warn(RejectedKind, $"{_settings} refuses lines: {Shown(rejection.Message)}. They are left out and counted.");
                    var lost = Isolate(piece, rejection, pieces);
                    rejected += lost;
                    written += rejection.IsPartial ? piece.Points - lost : 0;
                    break;
            }
        }

        _counters.Written(written);
        _counters.Dropped(DropReason.Rejected, rejected);
        _counters.Dropped(DropReason.TooLarge, tooLarge);
        if (_warnings.Forget(AwayKind) | _warnings.Forget(RefusedKind))
        {
            _warnings.Warn("back", $"{_settings} takes metrics again.");
            _warnings.Forget("back");
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _compressed.Dispose();
    }

    /// <returns>Lines of the piece that are known to be lost.</returns>
    private static int Isolate(LinePiece piece, Rejection rejection, Stack<LinePiece> pieces)
    {
        if (rejection.IsPartial)
        {
            return rejection.Lost;
        }

        if (rejection.Lines.Count > 0)
        {
            if (piece.Points > rejection.Lines.Count)
            {
                pieces.Push(piece.Without(rejection.Lines));
            }

            return rejection.Lines.Count;
        }

        if (piece.Points == 1)
        {
            return 1;
        }

        Halve(piece, pieces);
        return 0;
    }

    private static void Halve(LinePiece piece, Stack<LinePiece> pieces)
    {
        var (first, second) = piece.Halves();
        pieces.Push(second);
        pieces.Push(first);
    }

    /// <returns>Null: it is not wanted any more.</returns>
    private async Task<HttpResponseMessage?> SendAsync(LinePiece piece, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = Content(piece) };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("StreamLearn", Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)));
        if (_secret.Authorization is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        try
        {
            var response = await _client.SendAsync(request, cancellation).ConfigureAwait(false);
            if (WriteAnswers.Of(response.StatusCode) is not (WriteAnswer.Away or WriteAnswer.Refused))
            {
                return response;
            }

            response.Dispose();
        }
        catch (Exception exception) when (IsTransport(exception))
        {
        }

        // Either the stop has come between two attempts, and the lines are to be kept, or nobody wants them.
        cancellation.ThrowIfCancellationRequested();
        return null;
    }

    private HttpContent Content(LinePiece piece)
    {
        HttpContent content;
        if (_settings.Gzip)
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

    private ResiliencePipeline<HttpResponseMessage> Pipeline() =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _time }
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = _settings.RetryLeast,
                MaxDelay = _settings.RetryMost,
                UseJitter = true,
                ShouldRetryAfterHeader = false,
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(Delay(arguments.Outcome.Result)),
                ShouldHandle = arguments => new ValueTask<bool>(IsToBeSentAgain(arguments.Outcome)),
                OnRetry = OnRetryAsync,
            })
            .AddTimeout(new HttpTimeoutStrategyOptions { Timeout = _settings.Timeout })
            .Build();

    private bool IsToBeSentAgain(Outcome<HttpResponseMessage> outcome) =>
        (outcome.Result is { } response ? WriteAnswers.Of(response.StatusCode) is WriteAnswer.Away or WriteAnswer.Refused : IsTransport(outcome.Exception))
        && _head.IsWanted;

    /// <summary>The wait that the server asks for; where somebody has to change something, the longest one; null: as it comes.</summary>
    private TimeSpan? Delay(HttpResponseMessage? response)
    {
        var asked = response?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return asked is { } wait && wait > TimeSpan.Zero
            ? TimeSpan.FromTicks(Math.Min(wait.Ticks, MostAsked.Ticks))
            : response is not null && WriteAnswers.Of(response.StatusCode) == WriteAnswer.Refused ? _settings.RetryMost : null;
    }

    private async ValueTask OnRetryAsync(OnRetryArguments<HttpResponseMessage> arguments)
    {
        _counters.Retried();
        _head.OnAway();
        if (arguments.Outcome.Result is not { } response)
        {
            _warnings.Warn(AwayKind, $"{_settings} is away: {Shown(Innermost(arguments.Outcome.Exception!).Message)} {_settings.Waiting()}");
            return;
        }

        var refused = WriteAnswers.Of(response.StatusCode) == WriteAnswer.Refused;
        var said = Shown(await BodyAsync(response, arguments.Context.CancellationToken).ConfigureAwait(false));
        _warnings.Warn(
            refused ? RefusedKind : AwayKind,
            $"{_settings} answers {(int)response.StatusCode}{(said.Length > 0 ? $" ({said})" : "")}{(refused ? $"; {_settings.Hint()}" : "")}. "
            + _settings.Waiting());
    }

    /// <summary>The beginning of an answer's text; empty: it could not be read.</summary>
    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(BodyTimeout);
        var bytes = new byte[MostBodyBytes];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, limit.Token).ConfigureAwait(false);
            return System.Text.Encoding.UTF8.GetString(bytes, 0, read);
        }
        catch (Exception exception) when (IsTransport(exception))
        {
            cancellation.ThrowIfCancellationRequested();
            return "";
        }
    }

    /// <summary>A text from outside, for a log: short, on one line, without the secret.</summary>
    private string Shown(string text)
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

    private static bool IsTransport(Exception? exception) =>
        exception is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException;

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
