using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.RateLimiting;
using StreamLearn.Cli.Web;

namespace StreamLearn.Cli.Tests.Web;

/// <summary>The verbs of operators over HTTP, as far as a node answers them that has not started yet; the rest is in <c>EndToEnd.Tests</c>.</summary>
public sealed class ControlRoutesTests
{
    public static TheoryData<string> Verbs => [.. ControlRoutes.Verbs];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Given_a_node_that_has_not_started_when_it_is_told_something_then_it_says_that_it_cannot_yet(string verb)
    {
        await using var web = await WebWorld.StartAsync();

        var (response, json) = await PostAsync(web, verb, null);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.StartsWith("The node is starting or stopping", json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Given_another_method_when_it_is_used_then_it_is_refused_with_the_right_one(string verb)
    {
        await using var web = await WebWorld.StartAsync();

        foreach (var method in (string[])["GET", "PUT", "DELETE"])
        {
            var (response, _) = await web.GetAsync($"/{ControlRoutes.PathOf("link-load", verb)}", request => request.Method = new HttpMethod(method));
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Equal(["POST"], response.Content.Headers.Allow);
        }
    }

    [Theory]
    [InlineData("freeze", "{")]
    [InlineData("freeze", "[]")]
    [InlineData("freeze", "\"link-1\"")]
    [InlineData("freeze", "null")]
    [InlineData("freeze", "{\"key\":1}")]
    [InlineData("freeze", "{\"key\":null}")]
    [InlineData("freeze", "{\"key\":\"a\",\"key\":\"b\"}")]
    [InlineData("freeze", "{\"key\":\"a\",\"more\":1}")]
    [InlineData("freeze", "{\"Key\":\"a\"}")]
    [InlineData("freeze", "{\"key\":\"\\ud800\"}")]
    [InlineData("freeze", "{\"key\":{\"a\":{\"b\":{\"c\":{\"d\":1}}}}}")]
    [InlineData("unfreeze", "{\"key\":\"a\"} x")]
    [InlineData("pause", "{\"key\":\"a\"}")]
    [InlineData("resume", "{\"key\":\"a\"}")]
    [InlineData("checkpoint", "{\"key\":\"a\"}")]
    public async Task Given_a_body_that_cannot_be_used_when_it_is_sent_then_it_is_refused_with_what_is_expected_and_nothing_of_it_comes_back(string verb, string body)
    {
        await using var web = await WebWorld.StartAsync();

        var (response, json) = await PostAsync(web, verb, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("expected nothing, or", json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("more", json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("freeze", "{}")]
    [InlineData("freeze", "{\"key\":\"\u00e4 \\u0000 \\r\\n {\"}")]
    [InlineData("pause", "{}")]
    public async Task Given_a_body_that_can_be_used_when_it_is_sent_then_only_the_node_is_in_the_way(string verb, string body)
    {
        await using var web = await WebWorld.StartAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync(web, verb, body)).Response.StatusCode);
    }

    [Fact]
    public async Task Given_a_key_that_is_empty_or_of_too_many_bytes_or_a_body_of_too_many_when_it_is_sent_then_it_is_refused()
    {
        await using var web = await WebWorld.StartAsync();

        foreach (var key in (string[])["", new string('\u00e4', 513)])
        {
            var (response, json) = await PostAsync(web, "freeze", $"{{\"key\":\"{key}\"}}");
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains("expected 1 to 1024 bytes of UTF-8", json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync(web, "freeze", $"{{\"key\":\"{new string('\u00e4', 512)}\"}}")).Response.StatusCode);
        Assert.Equal(413, await web.StatusOfAsync(
            "POST /v1/pipelines/p/freeze HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 100000000\r\n\r\n"));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Given_a_body_that_does_not_say_that_it_is_JSON_when_it_is_sent_then_it_is_refused(string verb)
    {
        await using var web = await WebWorld.StartAsync();

        foreach (var type in (string?[])[null, "application/x-www-form-urlencoded", "text/plain", "application/json; charset=latin1"])
        {
            var (response, json) = await PostAsync(web, verb, "{}", request => request.Content!.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type));
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
            Assert.Contains("expected the header Content-Type: application/json", json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Given_the_verbs_when_requests_are_limited_then_they_are_as_what_writes_is(string verb)
    {
        await using var web = await WebWorld.StartAsync();

        Assert.Equal(RequestLimits.Work, PolicyOf(verb));
        Assert.Equal(RequestLimits.Work, PolicyOf("learn"));

        string? PolicyOf(string what) => web.Server.Routes.Single(route => route.RoutePattern.RawText == $"/v1/pipelines/{{name}}/{what}")
            .Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName;
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://evil.example:443")]
    public async Task Given_a_page_of_another_site_when_it_has_a_browser_send_something_then_it_is_refused(string origin)
    {
        await using var web = await WebWorld.StartAsync();

        var (response, _) = await PostAsync(web, "pause", "", request => request.Headers.TryAddWithoutValidation("Origin", origin));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await PostAsync(web, "pause", "", request => request.Headers.TryAddWithoutValidation("Origin", $"http://127.0.0.1:{web.Address.Port}"))).Response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Given_an_address_that_others_can_reach_when_there_is_no_token_then_nothing_is_done(string verb)
    {
        using var variable = new TokenVariable("dragon-fruit+7");
        await using var web = await WebWorld.StartAsync("node.http.host=0.0.0.0", $"node.http.token-env={variable.Name}");

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(web, verb, null)).Response.StatusCode);
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await PostAsync(web, verb, null, request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "dragon-fruit+7"))).Response.StatusCode);
    }

    private static Task<(HttpResponseMessage Response, JsonElement Json)> PostAsync(WebWorld web, string verb, string? body, Action<HttpRequestMessage>? change = null) =>
        web.GetAsync($"/{ControlRoutes.PathOf("link-load", verb)}", request =>
        {
            request.Method = HttpMethod.Post;
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
            change?.Invoke(request);
        });
}
