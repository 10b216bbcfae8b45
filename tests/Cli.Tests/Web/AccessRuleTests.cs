using System.Net;
using System.Net.Http.Headers;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Tests.Web;

/// <summary>HTTP that others than this machine can reach.</summary>
public sealed class AccessRuleTests
{
    private const string Secret = "dragon-fruit+7";

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer dragon-fruit+")]
    [InlineData("Bearer dragon-fruit+77")]
    [InlineData("Bearer DRAGON-FRUIT+7")]
    [InlineData("Bearerdragon-fruit+7")]
    [InlineData("Basic dragon-fruit+7")]
    [InlineData("dragon-fruit+7")]
    [InlineData("Bearer dragon-fruit+7, Bearer dragon-fruit+7")]
    public async Task Given_a_token_that_is_missing_or_wrong_when_the_cluster_is_asked_for_then_it_is_refused_without_saying_the_right_one(string? header)
    {
        using var variable = new TokenVariable(Secret);
        await using var web = await WebWorld.StartAsync("node.http.host=0.0.0.0", $"node.http.token-env={variable.Name}");

        var (response, json) = await web.GetAsync("/v1/cluster", request =>
        {
            if (header is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", header);
            }
        });

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal([new AuthenticationHeaderValue("Bearer")], response.Headers.WwwAuthenticate);
        Assert.DoesNotContain(Secret, json.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(variable.Name, json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer dragon-fruit+7")]
    [InlineData("bearer dragon-fruit+7")]
    [InlineData("Bearer   dragon-fruit+7")]
    public async Task Given_the_token_when_the_cluster_is_asked_for_then_it_is_answered(string header)
    {
        using var variable = new TokenVariable(Secret);
        await using var web = await WebWorld.StartAsync("node.http.host=0.0.0.0", $"node.http.token-env={variable.Name}");

        var (response, _) = await web.GetAsync("/v1/cluster", request =>
        {
            request.Headers.TryAddWithoutValidation("Authorization", header);
            request.Headers.Host = "any.name.example";
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("GET /v1/cluster HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer dragon-fruit+7\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /health/../v1/cluster HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /health/%2e%2e/v1/cluster HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /healthy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://a/v1/cluster HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /V1/CLUSTER HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /v1/cluster HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/pipelines HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/pipelines/p/keys/k HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /v1/pipelines/p/predict HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /v1/pipelines/p/learn HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /no-such HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    public async Task Given_a_way_around_the_token_when_it_is_tried_then_it_is_refused(string request)
    {
        using var variable = new TokenVariable(Secret);
        await using var web = await WebWorld.StartAsync("node.http.host=0.0.0.0", $"node.http.token-env={variable.Name}");

        Assert.Equal(401, await web.StatusOfAsync(request));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("sec-fetch-site", "anything")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "http://localhost")]
    public async Task Given_a_loopback_address_when_a_page_of_another_site_asks_then_it_gets_the_files_of_the_dashboard_and_the_health_and_nothing_else(string header, string value)
    {
        await using var web = await WebWorld.StartAsync();

        foreach (var path in (string[])["/v1/cluster", "/v1/pipelines", "/v1/live", "/v1/openapi.json", "/v1/pipelines/p/keys/k", "/metrics", "/no-such"])
        {
            Assert.Equal(403, await StatusAsync("GET", path));
        }

        foreach (var path in (string[])["/v1/pipelines/p/learn", "/v1/pipelines/p/predict", "/v1/pipelines/p/pause", "/"])
        {
            Assert.Equal(403, await StatusAsync("POST", path));
        }

        Assert.Equal(200, await StatusAsync("GET", "/health/live"));
        Assert.Equal(200, await StatusAsync("GET", "/"));
        Assert.Equal(200, await StatusAsync("GET", "/assets/app.js"));
        var (response, json) = await web.GetAsync("/v1/cluster", request => request.Headers.TryAddWithoutValidation(header, value));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("comes from a page of another site", json.GetProperty("detail").GetString(), StringComparison.Ordinal);

        Task<int> StatusAsync(string method, string path) => web.StatusOfAsync(
            $"{method} {path} HTTP/1.1\r\nHost: localhost:{web.Address.Port}\r\n{header}: {value}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Sec-Fetch-Site: same-origin\r\n")]
    [InlineData("Sec-Fetch-Site: none\r\n")]
    [InlineData("Origin: http://LOCALHOST:8080\r\n")]
    [InlineData("Origin: http://localhost:8080\r\nSec-Fetch-Site: same-origin\r\n")]
    public async Task Given_a_loopback_address_when_its_own_page_a_person_or_no_browser_asks_then_it_is_answered(string headers)
    {
        await using var web = await WebWorld.StartAsync();

        Assert.Equal(200, await web.StatusOfAsync($"GET /v1/cluster HTTP/1.1\r\nHost: localhost:8080\r\n{headers}Connection: close\r\n\r\n"));
    }

    [Fact]
    public async Task Given_an_address_with_a_token_when_it_is_sent_from_anywhere_then_the_token_alone_counts()
    {
        using var variable = new TokenVariable(Secret);
        await using var web = await WebWorld.StartAsync("node.http.host=0.0.0.0", $"node.http.token-env={variable.Name}");
        const string foreign = "GET /v1/cluster HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\nSec-Fetch-Site: cross-site\r\nConnection: close\r\n";

        Assert.Equal(401, await web.StatusOfAsync($"{foreign}\r\n"));
        Assert.Equal(200, await web.StatusOfAsync($"{foreign}Authorization: Bearer {Secret}\r\n\r\n"));
    }

    [Theory]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/health/ready", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/health/no-such", HttpStatusCode.NotFound)]
    public async Task Given_no_token_when_the_health_is_asked_for_then_it_is_answered(string path, HttpStatusCode status)
    {
        using var variable = new TokenVariable(Secret);
        await using var web = await WebWorld.StartAsync("node.http.host=0.0.0.0", $"node.http.token-env={variable.Name}");

        Assert.Equal(status, (await web.GetAsync(path)).Response.StatusCode);
    }

    [Theory]
    [InlineData("", "is not set")]
    [InlineData("two words", "holds characters that no header may have")]
    [InlineData("token\n", "holds characters that no header may have")]
    [InlineData("schlüssel", "holds characters that no header may have")]
    public async Task Given_no_token_that_can_be_sent_when_http_starts_then_it_is_refused_without_saying_it(string token, string reason)
    {
        using var variable = new TokenVariable(token);

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => WebWorld.OpenAsync("node.http.host=0.0.0.0", "node.http.port=0", $"node.http.token-env={variable.Name}"));

        Assert.Contains(
            $"streamlearn.node.http.host is '0.0.0.0', which others than this machine can reach, and the environment variable {variable.Name}, which "
            + $"streamlearn.node.http.token-env names, {reason}; expected the token", refused.Message, StringComparison.Ordinal);
        Assert.True(token.Length == 0 || !refused.Message.Contains(token, StringComparison.Ordinal), "The token is in the message.");
    }
}
