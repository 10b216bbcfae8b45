using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamLearn.Cli.Web.Documents;
using StreamLearn.Cli.Web.Serving;
using StreamLearn.Cluster.Control;
using StreamLearn.Cluster.Health;
using StreamLearn.Learners.Control;

namespace StreamLearn.Cli.Web;

/// <summary><c>POST /v1/pipelines/NAME/VERB</c>: what an operator can do to a pipeline, on any node that runs it.</summary>
internal static class ControlRoutes
{
    internal const string Pause = "pause";
    internal const string Resume = "resume";
    internal const string Freeze = "freeze";
    internal const string Unfreeze = "unfreeze";
    internal const string Checkpoint = "checkpoint";

    /// <summary>The verbs.</summary>
    internal static readonly IReadOnlyList<string> Verbs = [Pause, Resume, Freeze, Unfreeze, Checkpoint];

    private const string KeyField = "key";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4 };

    /// <summary>Verbs that may be about one key.</summary>
    internal static bool TakesKey(string verb) => verb is Freeze or Unfreeze;

    /// <summary>The path of a verb, from the address of a node on.</summary>
    internal static string PathOf(string pipeline, string verb) => $"v1/pipelines/{Uri.EscapeDataString(pipeline)}/{verb}";

    internal static void Map(IEndpointRouteBuilder routes, NodeHealth health)
    {
        foreach (var verb in Verbs)
        {
            routes.MapPost($"/v1/pipelines/{{name}}/{verb}", context => AnswerAsync(context, health, verb))
                .RequireRateLimiting(RequestLimits.Work)
                .Describe(ControlDescription.Of(verb));
        }
    }

    private static async Task AnswerAsync(HttpContext context, NodeHealth health, string verb)
    {
        var key = await ReadKeyAsync(context, verb);
        var controls = health.Controls ?? throw new HttpProblemException(
            StatusCodes.Status503ServiceUnavailable, "The node is starting or stopping; /health/ready says what it waits for.") { RetryAfter = ServedPipelines.RetryStart };
        try
        {
            var (status, answer) = await DoAsync(controls, (string)context.Request.RouteValues["name"]!, verb, key);
            await JsonAnswer.WriteAsync(context, status, answer);
        }
        catch (ControlException exception)
        {
            var status = StatusOf(exception.Problem);
            throw new HttpProblemException(status, exception.Message)
            {
                RetryAfter = status == StatusCodes.Status503ServiceUnavailable ? ProblemDetails.RetrySoon : 0,
            };
        }
    }

    private static async Task<(int Status, JsonNode Answer)> DoAsync(PipelineControls controls, string name, string verb, string? key)
    {
        switch (verb)
        {
            // Learners hear it when they come to it in their log.
            case Freeze:
                return (StatusCodes.Status202Accepted, JsonAnswer.Of(await controls.SayAsync(name, ControlVerb.Freeze, key)));
            case Unfreeze:
                return (StatusCodes.Status202Accepted, JsonAnswer.Of(await controls.SayAsync(name, ControlVerb.Unfreeze, key)));
            case Pause:
                return Of(await controls.PauseAsync(name));
            case Resume:
                return Of(await controls.ResumeAsync(name));
            default:
                return Of(await controls.CheckpointAsync(name));
        }

        static (int, JsonNode) Of(CheckpointReport report) =>
            (report.Waiting.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status202Accepted, JsonAnswer.Of(report));
    }

    private static int StatusOf(ControlProblem problem) => problem switch
    {
        ControlProblem.UnknownPipeline => StatusCodes.Status404NotFound,
        ControlProblem.Impossible => StatusCodes.Status409Conflict,
        ControlProblem.Late => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>Reads the body: nothing, an empty object, or one with a key.</summary>
    /// <returns>The key, if any.</returns>
    /// <exception cref="HttpProblemException">It is something else.</exception>
    private static async Task<string?> ReadKeyAsync(HttpContext context, string verb)
    {
        using var body = await JsonBody.ReadOptionalAsync(context);
        if (body is null)
        {
            return null;
        }

        var expected = TakesKey(verb) ? $"expected nothing, or an object {{\"{KeyField}\": \"...\"}}" : "expected nothing, or {}";
        try
        {
            using var json = JsonDocument.Parse(body.Bytes, Strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Bad($"The body is no object; {expected}.");
            }

            string? key = null;
            foreach (var field in json.RootElement.EnumerateObject())
            {
                key = TakesKey(verb) && key is null && field.Name == KeyField && field.Value.ValueKind == JsonValueKind.String
                    ? field.Value.GetString()!
                    : throw Bad($"The body has something that cannot be used; {expected}.");
                KeyText.Check(Encoding.UTF8.GetBytes(key));
            }

            return key;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Among it text that is no UTF-8.
            throw Bad($"The body is no JSON; {expected}.");
        }
    }

    private static HttpProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
