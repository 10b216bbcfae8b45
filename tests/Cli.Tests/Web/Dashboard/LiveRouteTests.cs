using System.Net;
using System.Text.Json;

namespace StreamLearn.Cli.Tests.Web.Dashboard;

/// <summary>The stream of events of a node that has not started yet.</summary>
public sealed class LiveRouteTests
{
    // As many as there may be at the same time.
    private const int MostStreams = 16;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Given_a_node_that_has_not_started_when_it_is_looked_at_then_events_say_so_again_and_again()
    {
        await using var web = await WebWorld.StartAsync();
        using var stream = await OpenAsync(web);

        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", stream.Response.Headers.CacheControl!.ToString());
        var first = await stream.NextAsync();
        var second = await stream.NextAsync();

        Assert.False(first.GetProperty("node").GetProperty("ready").GetBoolean());
        Assert.StartsWith("it is starting", first.GetProperty("node").GetProperty("checks").GetProperty("node").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, first.GetProperty("pipelines").GetArrayLength());
        Assert.True(second.GetProperty("time").GetInt64() > first.GetProperty("time").GetInt64());
    }

    [Theory]
    [InlineData("?no=such", 400)]
    [InlineData("?key=a&key=b", 400)]
    [InlineData("?partition=-1", 400)]
    [InlineData("?partition=x", 400)]
    [InlineData("?most=0", 400)]
    [InlineData("?most=201", 400)]
    [InlineData("?most=1e3", 400)]
    [InlineData("?order=size", 400)]
    [InlineData("?pipeline=no-such", 404)]
    public async Task Given_a_query_that_is_wrong_when_a_stream_is_asked_for_then_a_problem_document_says_what_is_expected(string query, int status)
    {
        await using var web = await WebWorld.StartAsync();

        var (response, json) = await web.GetAsync("/v1/live", request => request.RequestUri = new Uri(web.Address, $"/v1/live{query}"));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
        Assert.NotEmpty(json.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task Given_as_many_streams_as_there_may_be_when_one_more_is_asked_for_then_it_is_told_to_come_later_and_gets_the_place_of_one_that_ends()
    {
        await using var web = await WebWorld.StartAsync();
        var streams = new List<EventStream>();
        for (var i = 0; i < MostStreams; i++)
        {
            streams.Add(await OpenAsync(web));
            await streams[^1].NextAsync();
        }

        var (refused, problem) = await web.GetAsync("/v1/live");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 503), (refused.StatusCode, problem.GetProperty("status").GetInt32()));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await web.GetAsync("/health/live")).Response.StatusCode);
        streams[0].Dispose();
        await UntilAsync(async () =>
        {
            using var again = await web.Http.GetAsync(new Uri(web.Address, "/v1/live"), HttpCompletionOption.ResponseHeadersRead);
            return again.StatusCode == HttpStatusCode.OK;
        });
        streams.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task Given_open_streams_when_the_node_stops_then_they_end_as_streams_do_and_nothing_waits_for_them()
    {
        var web = await WebWorld.StartAsync();
        using var one = await OpenAsync(web);
        using var other = await OpenAsync(web);
        await one.NextAsync();
        await other.NextAsync();

        // The client stays: only the server ends.
        await web.StopAsync().WaitAsync(Limit);

        // To the end of the body, which is a whole one: a stream that was cut off would be an exception.
        await one.EndAsync().WaitAsync(Limit);
        await other.EndAsync().WaitAsync(Limit);
        await web.DisposeAsync();
    }

    private static async Task<EventStream> OpenAsync(WebWorld web)
    {
        var response = await web.Http.GetAsync(new Uri(web.Address, "/v1/live"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        using var limit = new CancellationTokenSource(Limit);
        while (!await holds())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private sealed class EventStream(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        internal HttpResponseMessage Response => response;

        internal async Task<JsonElement> NextAsync()
        {
            while (await reader.ReadLineAsync().WaitAsync(Limit) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    return JsonDocument.Parse(line["data: ".Length..]).RootElement;
                }
            }

            throw new EndOfStreamException("The stream ended before its next event.");
        }

        internal Task<string> EndAsync() => reader.ReadToEndAsync();

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
