using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>
/// <c>/v1/openapi.json</c>: every route of <c>/v1</c>, made from the routes themselves and what they say of themselves; a test sees to it that each does.
/// </summary>
internal static class ApiDocument
{
    internal const string Path = "/v1/openapi.json";

    private const string Name = "v1";
    private const string Prefix = "/v1/";

    // Of any route: without the token, from a page of another site, by a wrong name, too often, and where the node fails or takes too long.
    private static readonly int[] CommonProblems =
    [
        StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status421MisdirectedRequest, StatusCodes.Status429TooManyRequests,
        StatusCodes.Status500InternalServerError, StatusCodes.Status504GatewayTimeout,
    ];

    internal static void AddTo(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer(FillAsync);
        });
    }

    internal static void Map(WebApplication application) =>
        application.MapOpenApi(Path).Describe(new RouteDescription("openapi", "This document.")
        {
            Answers = [(StatusCodes.Status200OK, "OpenAPI 3.1.", null)],
        });

    private static async Task FillAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "StreamLearn", Version = Name, Description = "HTTP of a node. Where its address is no loopback address, requests carry the header Authorization: Bearer TOKEN.",
        };
        document.Servers = [];
        document.Paths = [];
        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemAnswer), null, cancellation);
        var endpoints = context.ApplicationServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        foreach (var route in endpoints.Where(IsOurs).GroupBy(PathOf).OrderBy(route => route.Key, StringComparer.Ordinal))
        {
            var item = new OpenApiPathItem();
            foreach (var endpoint in route)
            {
                var description = endpoint.Metadata.GetMetadata<RouteDescription>()!;
                foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Where(method => !HttpMethods.IsHead(method)) ?? [])
                {
                    item.AddOperation(new HttpMethod(method), await OperationAsync(endpoint, description, problem, context, cancellation));
                }
            }

            document.Paths.Add(route.Key, item);
        }
    }

    private static bool IsOurs(RouteEndpoint endpoint) =>
        PathOf(endpoint).StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && endpoint.Metadata.GetMetadata<RouteDescription>() is not null;

    /// <summary>The path as the document has it: without what a parameter may match.</summary>
    private static string PathOf(RouteEndpoint endpoint) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
            _ => "",
        }))));

    private static async Task<OpenApiOperation> OperationAsync(
        RouteEndpoint endpoint, RouteDescription description, OpenApiSchema problem, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        var operation = new OpenApiOperation { OperationId = description.Id, Summary = description.Summary, Parameters = [], Responses = [] };
        foreach (var parameter in endpoint.RoutePattern.Parameters)
        {
            operation.Parameters.Add(Parameter(parameter.Name, ParameterLocation.Path, parameter.Name == "key" ? "A key, percent-encoded." : "A pipeline.", JsonSchemaType.String));
        }

        foreach (var (name, meaning, type) in description.Query)
        {
            operation.Parameters.Add(Parameter(name, ParameterLocation.Query, meaning, type));
        }

        if (description.Request is { } request)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !description.IsRequestOptional,
                Content = Content("application/json", await context.GetOrCreateSchemaAsync(request, null, cancellation)),
            };
        }

        foreach (var (status, meaning, answer) in description.Answers)
        {
            operation.Responses[Text(status)] = new OpenApiResponse
            {
                Description = meaning,
                Content = answer is null ? null : Content(description.MediaType, await context.GetOrCreateSchemaAsync(answer, null, cancellation)),
            };
        }

        foreach (var status in description.Problems.Concat(CommonProblems).Distinct().Order())
        {
            operation.Responses[Text(status)] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(status), Content = Content(ProblemDetails.MediaType, problem),
            };
        }

        return operation;
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, string meaning, JsonSchemaType type) => new()
    {
        Name = name, In = place, Required = place == ParameterLocation.Path, Description = meaning, Schema = new OpenApiSchema { Type = type },
    };

    private static Dictionary<string, OpenApiMediaType> Content(string mediaType, OpenApiSchema schema) => new() { [mediaType] = new OpenApiMediaType { Schema = schema } };

    private static string Text(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
