using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using StreamLearn.Cli.Web;
using StreamLearn.Cli.Web.Documents;

namespace StreamLearn.Cli.Tests.Web;

/// <summary><c>/v1/openapi.json</c>.</summary>
public sealed class ApiDocumentTests
{
    [Fact]
    public async Task Given_the_routes_of_a_node_when_its_document_is_read_then_every_one_is_in_it_and_it_is_OpenAPI()
    {
        await using var web = await WebWorld.StartAsync();

        var text = await web.Http.GetStringAsync(new Uri(web.Address, ApiDocument.Path));
        var read = OpenApiDocument.Parse(text, "json");

        Assert.Empty(read.Diagnostic!.Errors);
        var described = read.Document!.Paths.SelectMany(path => path.Value.Operations!.Select(operation => $"{operation.Key} {path.Key}")).ToHashSet();
        var mapped = web.Server.Routes.Where(route => route.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Where(method => method != "HEAD")
                .Select(method => $"{method} {route.RoutePattern.RawText!.Replace("**", "", StringComparison.Ordinal)}")).ToHashSet();
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
        Assert.Superset(
            new HashSet<string>
            {
                "GET /v1/cluster", "GET /v1/openapi.json", "GET /v1/pipelines", "GET /v1/pipelines/{name}/keys", "GET /v1/pipelines/{name}/keys/{key}",
                "POST /v1/pipelines/{name}/learn", "POST /v1/pipelines/{name}/predict",
            },
            mapped);
    }

    [Fact]
    public async Task Given_the_routes_of_a_node_when_they_are_looked_at_then_every_one_says_what_it_is_under_a_name_of_its_own()
    {
        await using var web = await WebWorld.StartAsync();

        var routes = web.Server.Routes.Where(route => route.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(routes);
        Assert.All(routes, route => Assert.True(
            route.Metadata.GetMetadata<RouteDescription>() is not null, $"{route.RoutePattern.RawText} does not describe itself: .Describe(new RouteDescription(...))"));
        var names = routes.Select(route => route.Metadata.GetMetadata<RouteDescription>()!.Id).ToList();
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public async Task Given_the_verbs_of_operators_and_the_stream_when_the_document_is_read_then_it_says_what_they_answer_and_take()
    {
        await using var web = await WebWorld.StartAsync();
        var paths = (await web.GetAsync(ApiDocument.Path)).Json.GetProperty("paths");

        foreach (var verb in ControlRoutes.Verbs)
        {
            var operation = paths.GetProperty($"/v1/pipelines/{{name}}/{verb}").GetProperty("post");
            var done = operation.GetProperty("responses").EnumerateObject().Where(answer => answer.Name[0] == '2').ToDictionary(answer => answer.Name, answer => answer.Value);
            string[] fields = ControlRoutes.TakesKey(verb) ? ["frozen", "key", "partitions", "pipeline", "request"] : ["partitions", "paused", "pipeline", "unread", "waiting"];
            Assert.Equal(ControlRoutes.TakesKey(verb) ? ["202"] : ["200", "202"], done.Keys);
            Assert.All(done.Values, answer => Assert.Equal(
                fields,
                answer.GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties").EnumerateObject()
                    .Select(field => field.Name).Order(StringComparer.Ordinal)));
            Assert.Equal(ControlRoutes.TakesKey(verb), operation.TryGetProperty("requestBody", out _));
        }

        var live = paths.GetProperty("/v1/live").GetProperty("get");
        Assert.Equal("text/event-stream", live.GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().Single().Name);
        Assert.Equal(
            ["key string", "most integer", "order string", "partition integer", "pipeline string", "search string"],
            live.GetProperty("parameters").EnumerateArray()
                .Select(one => $"{one.GetProperty("name").GetString()} {one.GetProperty("schema").GetProperty("type").GetString()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Given_the_document_when_its_operations_are_read_then_each_has_its_parameters_an_answer_and_the_problems_of_any_request()
    {
        await using var web = await WebWorld.StartAsync();
        var (response, json) = await web.GetAsync(ApiDocument.Path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        foreach (var path in json.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var responses = operation.Value.GetProperty("responses");
                Assert.Contains(responses.EnumerateObject(), answer => answer.Name[0] == '2');
                Assert.All((string[])["401", "403", "421", "429", "500", "504"], status => Assert.Equal(
                    "application/problem+json", responses.GetProperty(status).GetProperty("content").EnumerateObject().Single().Name));
                var parameters = operation.Value.TryGetProperty("parameters", out var given) ? given.EnumerateArray().Select(one => one.GetProperty("name").GetString()!).ToList() : [];
                Assert.All(
                    path.Name.Split('/').Where(segment => segment.StartsWith('{')), segment => Assert.Contains(segment.Trim('{', '}'), parameters));
                Assert.True(operation.Value.GetProperty("summary").GetString()!.Length > 0);
            }
        }

        Assert.True(json.GetProperty("paths").GetProperty("/v1/pipelines/{name}/predict").GetProperty("post").TryGetProperty("requestBody", out _));
    }
}
