using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamLearn.Actors.Serving;
using StreamLearn.Cli.Web.Documents;
using StreamLearn.Cli.Web.Serving;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Web;

/// <summary><c>POST /v1/pipelines/NAME/learn</c>: puts records into the log that a pipeline learns from.</summary>
internal static class LearnRoutes
{
    internal static void Map(IEndpointRouteBuilder routes, ServedPipelines pipelines, HttpLimits limits) =>
        routes.MapPost("/v1/pipelines/{name}/learn", context => AnswerAsync(context, pipelines.Of(context), limits))
            .RequireRateLimiting(RequestLimits.Work)
            .Describe(new RouteDescription("learn", "Writes records into the log that a pipeline learns from, as if they had come on the source's topic.")
            {
                Request = typeof(LearnBody),
                Answers = [(StatusCodes.Status202Accepted, "Where the record is, or each of the records; it is learned when its turn comes.", typeof(LearnAnswer))],
                Problems = [.. RouteDescription.BodyProblems, StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable],
            });

    private static async Task AnswerAsync(HttpContext context, PipelineServing serving, HttpLimits limits)
    {
        using var body = await JsonBody.ReadAsync(context);
        var request = RecordRequest.Parse(body.Bytes, limits.Records);
        if (request.Records is null)
        {
            throw new HttpProblemException(StatusCodes.Status400BadRequest, "There is no record; expected {\"record\": ...} or {\"records\": [...]}.");
        }

        var source = ServedPipelines.SourceOf(serving, request.Source, predicts: false);
        var decoded = ServedPipelines.Decode(serving, source, request);
        if (serving.Intake.Check(source, decoded) is [var problem, ..])
        {
            throw RecordProblem.Of(problem);
        }

        var written = await serving.Intake.WriteAsync(source, decoded, context.RequestAborted);
        await JsonAnswer.WriteAsync(
            context, StatusCodes.Status202Accepted, request.IsBatch ? new JsonObject { ["records"] = JsonAnswer.Of(written) } : JsonAnswer.Of(written[0]));
    }
}
