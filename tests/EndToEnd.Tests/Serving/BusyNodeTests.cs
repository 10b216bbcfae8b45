using System.Net;
using System.Net.Sockets;
using System.Text;
using StreamLearn.EndToEnd.Tests.Nodes;

namespace StreamLearn.EndToEnd.Tests.Serving;

/// <summary>More requests at a time than are answered.</summary>
public sealed class BusyNodeTests
{
    [Fact]
    public async Task Given_a_request_that_takes_its_time_when_no_more_are_answered_at_a_time_then_others_are_told_to_come_later_and_what_asks_no_learner_is_answered()
    {
        await using var served = await ServedNode.StartAsync(
            ForecastServingTests.Pipeline("last-value", "on"), ["link-load", "link-load.predictions", "link-load.dead-letter"],
            "node.http.limits.at-a-time=1", "node.http.limits.waiting=0");
        await served.ProduceAsync("link-load", ForecastServingTests.Range(0, 10));
        await served.AnsweredAsync(10);
        const string Body = """{"key":"link-1"}""";

        // Its body is on the way.
        var socket = await AskWithoutBodyAsync();
        HttpResponseMessage refused = null!;
        var detail = "";
        await NodeWorld.UntilAsync(
            async () =>
            {
                // What asks whether others are refused may have been first, and this one was refused instead.
                if (socket.Poll(0, SelectMode.SelectRead))
                {
                    socket.Dispose();
                    socket = await AskWithoutBodyAsync();
                }

                (var status, var json, refused) = await served.GetAsync("v1/pipelines/link-load/keys");
                detail = status == HttpStatusCode.TooManyRequests ? json.GetProperty("detail").GetString()! : "";
                return status == HttpStatusCode.TooManyRequests;
            },
            () => "a request that is refused");

        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("limits.at-a-time", detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await served.GetAsync("v1/pipelines")).Status);
        Assert.Equal(HttpStatusCode.OK, (await served.GetAsync("health/live")).Status);

        await socket.SendAsync(Encoding.ASCII.GetBytes(Body));
        using var reader = new StreamReader(new NetworkStream(socket, ownsSocket: true));
        Assert.StartsWith("HTTP/1.1 200 ", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        await NodeWorld.UntilAsync(async () => (await served.GetAsync("v1/pipelines/link-load/keys")).Status == HttpStatusCode.OK, () => "answers again");

        async Task<Socket> AskWithoutBodyAsync()
        {
            var asking = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await asking.ConnectAsync(IPAddress.Loopback, served.Http.BaseAddress!.Port);
            await asking.SendAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/pipelines/link-load/predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n"));
            return asking;
        }
    }
}
