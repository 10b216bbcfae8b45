using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Tests.Web;

public sealed class NodeWebServerTests
{
    [Fact]
    public async Task Given_a_node_that_has_not_started_when_its_health_is_asked_then_it_lives_and_is_not_ready()
    {
        await using var web = await WebWorld.StartAsync();

        var live = await web.GetAsync("/health/live");
        var ready = await web.GetAsync("/health/ready");

        Assert.Equal((HttpStatusCode.OK, true), (live.Response.StatusCode, live.Json.GetProperty("live").GetBoolean()));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, false), (ready.Response.StatusCode, ready.Json.GetProperty("ready").GetBoolean()));
        Assert.StartsWith("it is starting", ready.Json.GetProperty("checks").GetProperty("node").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_node_that_has_not_started_when_its_cluster_is_asked_then_it_says_what_there_is()
    {
        await using var web = await WebWorld.StartAsync();

        var (response, json) = await web.GetAsync("/v1/cluster");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal((false, JsonValueKind.Null, 0), (
            json.GetProperty("ready").GetBoolean(), json.GetProperty("leader").ValueKind, json.GetProperty("members").GetArrayLength()));
        Assert.All(json.EnumerateObject(), field => Assert.Matches("^[a-z_]+$", field.Name));
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/health")]
    [InlineData("/health/live/x")]
    [InlineData("/v1/cluster/../../etc/passwd")]
    public async Task Given_a_path_that_is_not_there_when_it_is_asked_for_then_the_answer_is_a_problem_document(string path)
    {
        await using var web = await WebWorld.StartAsync();

        var (response, json) = await web.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal((404, "Not Found"), (json.GetProperty("status").GetInt32(), json.GetProperty("title").GetString()));
        Assert.DoesNotContain("passwd", json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    public async Task Given_a_method_that_would_change_something_when_it_is_used_then_it_is_refused(string method)
    {
        await using var web = await WebWorld.StartAsync();

        var (response, json) = await web.GetAsync("/v1/cluster", request => request.Method = new HttpMethod(method));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
        Assert.Equal(405, json.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Given_the_method_head_when_it_is_used_then_there_is_the_status_and_no_body()
    {
        await using var web = await WebWorld.StartAsync();

        var answer = await web.SendRawAsync("HEAD /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_request_without_end_when_it_is_sent_then_it_is_cut_off()
    {
        await using var web = await WebWorld.StartAsync();
        const string Get = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

        Assert.Equal(200, await web.StatusOfAsync($"{Get}\r\n"));
        Assert.Equal(431, await web.StatusOfAsync($"{Get}{string.Concat(Enumerable.Range(0, 200).Select(n => $"X-{n}: a\r\n"))}\r\n"));
        Assert.Equal(431, await web.StatusOfAsync($"{Get}X-Long: {new string('a', 20_000)}\r\n\r\n"));
        Assert.Equal(414, await web.StatusOfAsync($"GET /{new string('a', 10_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        Assert.Equal(200, await web.StatusOfAsync($"{Get}\r\n"));
    }

    [Theory]
    [InlineData("GET /v1/cluster HTTP/1.1\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/cluster HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/cluster HTTP/1.1\r\nHost: local\rhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/cluster HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/clu\0ster HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\x16\x03\x01\x02\x00\x01\r\n\r\n")]
    public async Task Given_bytes_that_are_no_good_request_when_they_are_sent_then_they_are_refused_and_the_next_one_is_answered(string request)
    {
        await using var web = await WebWorld.StartAsync();

        Assert.NotEqual(200, await web.StatusOfAsync(request));
        Assert.Equal(HttpStatusCode.OK, (await web.GetAsync("/health/live")).Response.StatusCode);
    }

    [Theory]
    [InlineData("/x%0d%0aSet-Cookie:%20a=b")]
    [InlineData("/x%0d%0a%0d%0a<script>")]
    [InlineData("/health/live%0d%0aX-Evil:%20a")]
    public async Task Given_line_ends_hidden_in_a_path_when_it_is_asked_for_then_nothing_of_it_is_in_the_answer(string path)
    {
        await using var web = await WebWorld.StartAsync();

        var answer = await web.SendRawAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404 ", answer, StringComparison.Ordinal);
        Assert.All((string[])["Set-Cookie", "script", "X-Evil"], part => Assert.DoesNotContain(part, answer, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("evil.example", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    [InlineData("localhost", 200)]
    [InlineData("[::1]:8080", 200)]
    [InlineData("127.0.0.1:1", 200)]
    public async Task Given_a_loopback_address_when_a_browser_was_told_another_name_for_it_then_only_the_health_is_answered(string host, int status)
    {
        await using var web = await WebWorld.StartAsync();

        Assert.Equal(status, await web.StatusOfAsync($"GET /v1/cluster HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        Assert.Equal(200, await web.StatusOfAsync($"GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task Given_a_port_that_is_taken_when_http_starts_then_it_is_refused()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;

        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => WebWorld.OpenAsync($"node.http.port={port}"));

        Assert.Contains($"streamlearn.node.http.port is {port}, which cannot be bound", refused.Message, StringComparison.Ordinal);
        Assert.Contains("expected an address of this machine and a free port", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("no.such.host.invalid")]
    public async Task Given_an_address_of_another_machine_when_http_starts_then_it_is_refused(string host)
    {
        using var variable = new TokenVariable("token");

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => WebWorld.OpenAsync($"node.http.host={host}", "node.http.port=0", $"node.http.token-env={variable.Name}"));

        Assert.Contains($"streamlearn.node.http.host is '{host}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be bound", refused.Message, StringComparison.Ordinal);
    }
}
