using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>One stream of server-sent events: a <c>state</c> each second, a comment where the next takes long.</summary>
/// <param name="context">The request.</param>
/// <param name="next">Says what there is to see now; of what goes on, what the reader has not been told before.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveStream(HttpContext context, Func<Task<JsonObject>> next, TimeProvider time)
{
    /// <summary>From one state to the next.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Longest silence.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>Who has not taken an event after this time is cut off: nothing is kept for him.</summary>
    internal static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);

    private static readonly byte[] Comment = Encoding.UTF8.GetBytes(": the node is busy\n\n");

    /// <summary>Runs it to its end: the reader has gone, or is cut off, or the node stops.</summary>
    internal async Task RunAsync(CancellationToken end)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";

        // Of proxies that would gather what is sent.
        response.Headers["X-Accel-Buffering"] = "no";
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await WriteAsync(EventOf("state", await NextAsync(end)), end);
            }
            while (await timer.WaitForNextTickAsync(end));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (exception is TimeoutException or IOException)
        {
            context.Abort();
        }
    }

    private async Task<JsonObject> NextAsync(CancellationToken end)
    {
        var state = next();
        while (await Task.WhenAny(state, Task.Delay(Heartbeat, time, end)) != state)
        {
            await WriteAsync(Comment, end);
        }

        return await state;
    }

    private async Task WriteAsync(byte[] bytes, CancellationToken end)
    {
        end.ThrowIfCancellationRequested();
        await WriteAndFlushAsync(bytes, end).WaitAsync(WriteLimit, time, end);
    }

    private async Task WriteAndFlushAsync(byte[] bytes, CancellationToken end)
    {
        await context.Response.Body.WriteAsync(bytes, end);
        await context.Response.Body.FlushAsync(end);
    }

    // JSON has no line ends of its own: it is one line of data.
    private static byte[] EventOf(string name, JsonObject data) => Encoding.UTF8.GetBytes($"event: {name}\ndata: {JsonAnswer.Text(data)}\n\n");
}
