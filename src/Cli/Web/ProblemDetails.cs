using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace StreamLearn.Cli.Web;

/// <summary>What is wrong with a request, as RFC 9457 has it. Nothing of the request comes back in it.</summary>
internal static class ProblemDetails
{
    private const string MediaType = "application/problem+json";

    /// <summary>Says of what no route has answered, and of what has failed, what it was.</summary>
    internal static async Task OnFailureAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted && exception is not BadHttpRequestException)
        {
            await Console.Error.WriteLineAsync($"streamlearn: a request failed: {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
            await WriteAsync(context, StatusCodes.Status500InternalServerError, "The node could not answer; its log says why.");
            return;
        }

        var response = context.Response;
        if (!response.HasStarted && response.StatusCode >= 400 && response.ContentType is null)
        {
            await WriteAsync(context, response.StatusCode, response.StatusCode switch
            {
                StatusCodes.Status404NotFound => "There is nothing here; expected / for the dashboard, /health/live, /health/ready, /v1/cluster or /v1/live.",
                StatusCodes.Status405MethodNotAllowed => $"expected {response.Headers.Allow}.",
                _ => "",
            });
        }
    }

    internal static Task WriteAsync(HttpContext context, int status, string detail)
    {
        var problem = new JsonObject { ["type"] = "about:blank", ["title"] = ReasonPhrases.GetReasonPhrase(status), ["status"] = status };
        if (detail.Length > 0)
        {
            problem["detail"] = detail;
        }

        return JsonAnswer.WriteAsync(context, status, problem, MediaType);
    }
}
