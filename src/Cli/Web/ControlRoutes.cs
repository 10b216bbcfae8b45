using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
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
    private const int MostKeyBytes = 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4 };

    /// <summary>Verbs that may be about one key.</summary>
    internal static bool TakesKey(string verb) => verb is Freeze or Unfreeze;

    /// <summary>The path of a verb, from the address of a node on.</summary>
    internal static string PathOf(string pipeline, string verb) => $"v1/pipelines/{Uri.EscapeDataString(pipeline)}/{verb}";

    internal static void Map(IEndpointRouteBuilder routes, NodeHealth health)
    {
        foreach (var verb in Verbs)
        {
            routes.MapPost($"/v1/pipelines/{{name}}/{verb}", context => AnswerAsync(context, health, verb));
        }
    }

    private static async Task AnswerAsync(HttpContext context, NodeHealth health, string verb)
    {
        if (!IsOfThisSite(context.Request))
        {
            await ProblemDetails.WriteAsync(
                context, StatusCodes.Status403Forbidden, "The request comes from a page of another site, as the header Origin says; expected one of this node, or no browser.");
            return;
        }

        var (key, problem) = await ReadKeyAsync(context.Request, verb, context.RequestAborted);
        if (problem is not null)
        {
            await ProblemDetails.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        if (health.Controls is not { } controls)
        {
            await ProblemDetails.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The node is starting or stopping; /health/ready says what it waits for.");
            return;
        }

        try
        {
            var (status, answer) = await DoAsync(controls, (string)context.Request.RouteValues["name"]!, verb, key);
            await JsonAnswer.WriteAsync(context, status, answer);
        }
        catch (ControlException exception)
        {
            await ProblemDetails.WriteAsync(context, StatusOf(exception.Problem), exception.Message);
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

    /// <summary>A page of any site can have a browser send such a request here, without a token where none is asked for; browsers say from where it comes.</summary>
    private static bool IsOfThisSite(HttpRequest request) =>
        request.Headers.Origin is not { Count: > 0 } origin
        || (Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var site)
            && string.Equals(site.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the body: nothing, an empty object, or one with a key.</summary>
    /// <returns>The key, if any, and what is wrong, if anything.</returns>
    private static async Task<(string? Key, string? Problem)> ReadKeyAsync(HttpRequest request, string verb, CancellationToken cancellation)
    {
        var expected = TakesKey(verb) ? $"expected nothing, or an object {{\"{KeyField}\": \"...\"}} with a key of 1 to {MostKeyBytes} bytes in UTF-8" : "expected nothing, or {}";
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        if (body.Length == 0)
        {
            return (null, null);
        }

        try
        {
            using var json = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length), Strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, $"The body is no object; {expected}.");
            }

            string? key = null;
            foreach (var field in json.RootElement.EnumerateObject())
            {
                if (!TakesKey(verb) || key is not null || field.Name != KeyField || field.Value.ValueKind != JsonValueKind.String
                    || field.Value.GetString() is not { } text || Encoding.UTF8.GetByteCount(text) is not (> 0 and <= MostKeyBytes))
                {
                    return (null, $"The body has something that cannot be used; {expected}.");
                }

                key = text;
            }

            return (key, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Among it text that is no UTF-8.
            return (null, $"The body is no JSON; {expected}.");
        }
    }
}
