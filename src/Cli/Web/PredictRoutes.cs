using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Serving;
using StreamLearn.Cli.Web.Documents;
using StreamLearn.Cli.Web.Serving;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Fleets;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Web;

/// <summary><c>POST /v1/pipelines/NAME/predict</c>: what learners say. Nothing is learned by it, and nothing drawn.</summary>
internal static class PredictRoutes
{
    internal static void Map(IEndpointRouteBuilder routes, ServedPipelines pipelines, HttpLimits limits) =>
        routes.MapPost("/v1/pipelines/{name}/predict", context => AnswerAsync(context, pipelines.Of(context), limits))
            .RequireRateLimiting(RequestLimits.Work)
            .Describe(new RouteDescription("predict", "What a pipeline would answer to records if they came next, or has answered last to one of a key. Changes nothing.")
            {
                Request = typeof(PredictBody),
                Answers = [(StatusCodes.Status200OK, "Of a forecast, of a decision, nothing drawn, of a class or of a number; of records, a list of them.", typeof(PredictAnswer))],
                Problems = [.. RouteDescription.BodyProblems, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status503ServiceUnavailable],
            });

    private static async Task AnswerAsync(HttpContext context, PipelineServing serving, HttpLimits limits)
    {
        using var body = await JsonBody.ReadAsync(context);
        var request = RecordRequest.Parse(body.Bytes, limits.Records);
        if (request.Records is null)
        {
            await RecallAsync(context, serving, request);
            return;
        }

        var source = ServedPipelines.SourceOf(serving, request.Source, predicts: true);
        var decoded = ServedPipelines.Decode(serving, source, request);
        var foreseen = await serving.Questions.PredictAsync(decoded.Examples, anew: true, context.RequestAborted);
        await WriteAsync(context, serving, request, decoded, foreseen, serving.Pipeline.Sources[source].Schema);
    }

    private static async Task RecallAsync(HttpContext context, PipelineServing serving, RecordRequest request)
    {
        if (request.Key is null || request.Source is not null || !serving.Pipeline.Plan.AnswersKeys)
        {
            throw new HttpProblemException(
                StatusCodes.Status400BadRequest,
                serving.Pipeline.Plan.AnswersKeys
                    ? "There is neither a record nor a key alone; expected {\"record\": ...}, {\"records\": [...]} or {\"key\": ...}."
                    : $"There is no record, and an answer of the task {serving.Pipeline.Plan.TaskName} is made on one; expected {{\"record\": ...}} or {{\"records\": [...]}}.");
        }

        var pipeline = serving.Pipeline;
        var answer = (await serving.Questions.PredictAsync(PipelineQuestions.KeyBatch([request.Key]), anew: false, context.RequestAborted))[0];
        if (answer.Status != ForesightStatus.Predicted)
        {
            var (status, detail) = RecordProblem.Of(answer.Status, pipeline, pipeline.Schema);
            throw new HttpProblemException(status, detail);
        }

        using var encoder = TaskEncoder.For(pipeline);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, encoder.Encode(request.Key, [], TimeUnit.Iso, answer));
    }

    private static Task WriteAsync(
        HttpContext context, PipelineServing serving, RecordRequest request, DecodedBatch decoded, IReadOnlyList<Foresight> foreseen, SourceSchema schema)
    {
        using var encoder = TaskEncoder.For(serving.Pipeline);
        var examples = decoded.Examples;
        if (!request.IsBatch)
        {
            if (foreseen[0].Status != ForesightStatus.Predicted)
            {
                var (status, detail) = RecordProblem.Of(foreseen[0].Status, serving.Pipeline, schema);
                throw new HttpProblemException(status, detail);
            }

            return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, encoder.Encode(examples.Key(0), examples.Payload(0), decoded.TimeForms[0], foreseen[0]));
        }

        var list = new ArrayBufferWriter<byte>();
        list.Write("{\"predictions\":["u8);
        for (var row = 0; row < foreseen.Count; row++)
        {
            list.Write(row == 0 ? [] : ","u8);
            list.Write(foreseen[row].Status == ForesightStatus.Predicted
                ? encoder.Encode(examples.Key(row), examples.Payload(row), decoded.TimeForms[row], foreseen[row])
                : Problem(RecordProblem.Of(foreseen[row].Status, serving.Pipeline, schema)));
        }

        list.Write("]}"u8);
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, list.WrittenMemory);
    }

    private static ReadOnlySpan<byte> Problem((int Status, string Detail) problem) =>
        System.Text.Encoding.UTF8.GetBytes(new System.Text.Json.Nodes.JsonObject { ["problem"] = ProblemDetails.Of(problem.Status, problem.Detail) }.ToJsonString());
}
