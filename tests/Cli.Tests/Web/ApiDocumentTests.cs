using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
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

    [Theory]
    [InlineData("/v1/pipelines/{name}/pause", "pause", false)]
    [InlineData("/v1/pipelines/{name}/freeze", "freeze", true)]
    [InlineData("/v1/pipelines/{name}/checkpoint", "checkpoint", false)]
    [InlineData("/v1/live/{name}", "v1-live-name", false)]
    public void Given_a_route_that_says_nothing_of_itself_when_it_is_described_then_there_is_what_is_known(string path, string id, bool hasBody)
    {
        var description = ApiDocument.Undescribed(path);

        Assert.Equal((id, hasBody), (description.Id, description.Request is not null));
        Assert.True(description.Summary.Length > 0);
        Assert.Contains(description.Answers, answer => answer.Status == 200);
        Assert.Contains(404, description.Problems);
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
                Assert.All((string[])["401", "421", "429", "500", "504"], status => Assert.Equal(
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
