using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamLearn.Cli.Web.Documents;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>
/// <c>/v1/live</c>: what the node does, again and again, as server-sent events. So many streams and no more; who does not read is cut off, nothing waits for
/// anybody; all end when the node stops.
/// </summary>
/// <param name="state">Says what there is to see.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">Ends all streams.</param>
internal sealed class LiveRoute(LiveState state, TimeProvider time, CancellationToken stopping)
{
    internal const string Path = "/v1/live";

    /// <summary>Streams at the same time.</summary>
    internal const int MostStreams = 16;

    private const string RetrySeconds = "5";

    private int _streams;

    /// <summary>Streams that are open.</summary>
    internal int Streams => Volatile.Read(ref _streams);

    internal void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, AnswerAsync)
        .DisableRequestTimeout()
        .Describe(new RouteDescription("live", "What the node does, again and again: events named state, each with one JSON object, until either side ends it.")
        {
            Query = LiveSelection.Parameters,
            MediaType = "text/event-stream",
            Answers = [(StatusCodes.Status200OK, "Server-sent events.", typeof(string))],
            Problems = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable],
        });

    internal async Task AnswerAsync(HttpContext context)
    {
        if (LiveSelection.Of(context.Request.Query, out var problem) is not { } selection)
        {
            await ProblemDetails.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        if (!state.Knows(selection.Pipeline))
        {
            await ProblemDetails.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such pipeline; expected one of /v1/cluster.");
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _streams) > MostStreams || stopping.IsCancellationRequested)
            {
                context.Response.Headers.RetryAfter = RetrySeconds;
                await ProblemDetails.WriteAsync(
                    context, StatusCodes.Status503ServiceUnavailable, $"{MostStreams} live streams are open, and no more may be; try again when one has ended.");
                return;
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await new LiveStream(context, state.Begin(selection).NextAsync, time).RunAsync(end.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }
}
