using System.Net;
using StreamLearn.Cli.Web;

namespace StreamLearn.Cli.Tests.Web;

/// <summary>Too many requests; and those to a node that has not come so far.</summary>
public sealed class RequestLimitsTests
{
    private static readonly string[] Pipeline = ["pipelines.p.source.topic=t", "pipelines.p.learner.kind=last-value"];

    [Fact]
    public async Task Given_more_requests_than_an_address_may_send_when_they_come_then_the_rest_are_told_to_come_later_and_the_health_is_answered()
    {
        await using var web = await WebWorld.StartAsync("node.http.limits.requests-per-second=1", "node.http.limits.burst=3");
        var statuses = new List<HttpStatusCode>();
        for (var request = 0; request < 20; request++)
        {
            var (response, json) = await web.GetAsync("/v1/cluster");
            statuses.Add(response.StatusCode);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
                Assert.Contains("limits.requests-per-second", json.GetProperty("detail").GetString(), StringComparison.Ordinal);
            }
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], statuses.Take(3));
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        for (var request = 0; request < 20; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await web.GetAsync("/health/live")).Response.StatusCode);
        }
    }

    [Fact]
    public async Task Given_a_token_that_is_guessed_when_there_are_too_many_guesses_then_they_are_not_even_looked_at()
    {
        using var variable = new TokenVariable("dragon-fruit");
        await using var web = await WebWorld.StartAsync(
            "node.http.host=0.0.0.0", $"node.http.token-env={variable.Name}", "node.http.limits.requests-per-second=1", "node.http.limits.burst=5");
        var statuses = new List<HttpStatusCode>();
        for (var guess = 0; guess < 20; guess++)
        {
            statuses.Add((await web.GetAsync("/v1/cluster", request => request.Headers.TryAddWithoutValidation("Authorization", "Bearer guess"))).Response.StatusCode);
        }

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], statuses.Distinct());
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void Given_client_addresses_when_their_requests_are_counted_then_a_client_has_one_count_and_there_are_only_so_many(string one, string other, bool same)
    {
        var (first, second) = (RequestLimits.CountOf(IPAddress.Parse(one)), RequestLimits.CountOf(IPAddress.Parse(other)));

        // Two different ones meet by chance, once in a thousand.
        Assert.True(!same || first == second);
        Assert.InRange(first, 0, 1023);
        Assert.InRange(second, 0, 1023);
        var counts = Enumerable.Range(0, 4096).Select(number => RequestLimits.CountOf(new IPAddress([10, 1, (byte)(number >> 8), (byte)number]))).Distinct().Count();
        Assert.InRange(counts, 900, 1024);
    }

    [Fact]
    public async Task Given_a_node_that_is_starting_when_its_pipelines_are_asked_then_they_are_listed_and_told_to_come_later()
    {
        await using var web = await WebWorld.StartAsync(Pipeline);

        var (_, list) = await web.GetAsync("/v1/pipelines");
        var pipeline = Assert.Single(list.GetProperty("pipelines").EnumerateArray());
        Assert.Equal(("p", "starting", "last-value"), (
            pipeline.GetProperty("pipeline").GetString(), pipeline.GetProperty("state").GetString(), pipeline.GetProperty("learner").GetString()));
        foreach (var (method, path) in new[] { ("GET", "keys"), ("GET", "keys/k"), ("POST", "predict"), ("POST", "learn") })
        {
            var (response, json) = await web.GetAsync($"/v1/pipelines/p/{path}", request =>
            {
                request.Method = new HttpMethod(method);
                request.Content = method == "POST" ? new StringContent("{}", null, "application/json") : null;
            });
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
            Assert.Contains("The node is starting", json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }
}
