using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using StreamLearn.Actors.Serving;

namespace StreamLearn.Cli.Web;

/// <summary>What is wrong with a request, as RFC 9457 has it. Nothing of the request comes back in it.</summary>
internal static class ProblemDetails
{
    internal const string MediaType = "application/problem+json";

    /// <summary>Seconds after which one may ask again where something that is needed does not answer.</summary>
    internal const int RetrySoon = 1;

    /// <summary>Says of what no route has answered, and of what has failed, what it was.</summary>
    internal static async Task OnFailureAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (HttpProblemException problem) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, problem.Status, problem.Message, problem.RetryAfter, problem.More);
            return;
        }
        catch (BadHttpRequestException problem) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, problem.StatusCode, problem.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => "The body is too large; expected at most streamlearn.node.http.limits.body-bytes.",
                StatusCodes.Status408RequestTimeout => "The body has not come in time.",
                _ => "The request is not one of HTTP.",
            });
            return;
        }
        catch (Exception exception) when (exception is BucketSilentException or LogUnavailableException && !context.Response.HasStarted)
        {
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Message, RetrySoon);
            return;
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted )
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
                StatusCodes.Status404NotFound => "There is nothing here; expected / for the dashboard, or a path of /v1/openapi.json, /health/live or /health/ready.",
                StatusCodes.Status405MethodNotAllowed => $"expected {response.Headers.Allow}.",
                StatusCodes.Status504GatewayTimeout => "The node has not answered in time.",
                _ => "",
            });
        }
    }

    /// <summary>Answers with a problem.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="detail">What is wrong, and what was expected.</param>
    /// <param name="retryAfter">Seconds after which it may be tried again; 0: nothing is known of that.</param>
    /// <param name="more">Further members.</param>
    internal static Task WriteAsync(HttpContext context, int status, string detail, int retryAfter = 0, JsonObject? more = null)
    {
        if (retryAfter > 0)
        {
            context.Response.Headers.RetryAfter = retryAfter.ToString(CultureInfo.InvariantCulture);
        }

        return JsonAnswer.WriteAsync(context, status, Of(status, detail, more), MediaType);
    }

    /// <summary>A problem as JSON.</summary>
    internal static JsonObject Of(int status, string detail, JsonObject? more = null)
    {
        var problem = new JsonObject { ["type"] = "about:blank", ["title"] = ReasonPhrases.GetReasonPhrase(status), ["status"] = status };
        if (detail.Length > 0)
        {
            problem["detail"] = detail;
        }

        foreach (var (name, value) in more ?? [])
        {
            problem[name] = value?.DeepClone();
        }

        return problem;
    }
}
