using System.Net;
using System.Net.Http.Headers;
using StreamLearn.Cli.Web;

namespace StreamLearn.Cli.Tests.Web;

/// <summary><c>/metrics</c>: who may ask, and what of a node that has not measured anything yet.</summary>
public sealed class PrometheusRouteTests
{
    [Fact]
    public async Task Given_a_node_that_has_measured_nothing_when_its_metrics_are_scraped_then_the_page_is_text_without_samples_of_it()
    {
        await using var web = await WebWorld.StartAsync();

        using var response = await web.Http.GetAsync(new Uri(web.Address, PrometheusRoute.Path));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("\nstreamlearn_", "\n" + await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    [InlineData("dragon-fruit", HttpStatusCode.OK)]
    public async Task Given_an_address_that_others_reach_when_metrics_are_scraped_then_only_with_the_token(string? token, HttpStatusCode status)
    {
        using var variable = new TokenVariable("dragon-fruit");
        await using var web = await WebWorld.StartAsync("node.http.host=0.0.0.0", $"node.http.token-env={variable.Name}");
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder("http", "127.0.0.1", web.Address.Port, PrometheusRoute.Path).Uri);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);

        using var response = await web.Http.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /metrics/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200)]
    [InlineData("GET /metrics/more HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    public async Task Given_a_request_when_it_is_for_the_metrics_of_this_machine_then_it_is_answered(string request, int status)
    {
        await using var web = await WebWorld.StartAsync();

        Assert.Equal(status, await web.StatusOfAsync(request));
    }

    [Theory]
    [InlineData("metrics.prometheus.enabled=off")]
    [InlineData("metrics.enabled=off")]
    public async Task Given_metrics_that_are_not_wanted_when_they_are_scraped_then_there_is_no_such_page(string setting)
    {
        await using var web = await WebWorld.StartAsync(setting);

        Assert.Equal(404, await web.StatusOfAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    }
}
