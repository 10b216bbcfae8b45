using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Serving;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Web.Documents;
using StreamLearn.Cli.Web.Serving;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Web;

/// <summary><c>GET /v1/pipelines/NAME/keys</c>, and how one of them stands.</summary>
internal static class KeyRoutes
{
    private const int DefaultTake = 100;
    private const int MostTake = 1000;

    internal static void Map(IEndpointRouteBuilder routes, ServedPipelines pipelines)
    {
        routes.MapRead("/v1/pipelines/{name}/keys", context => ListAsync(context, pipelines.Of(context)))
            .RequireRateLimiting(RequestLimits.Work)
            .Describe(new RouteDescription("keys", "Some of a pipeline's keys, bucket after bucket, in each in the order of their bytes.")
            {
                Query =
                [
                    ("skip", "Keys to pass over; 0 where it is not given.", JsonSchemaType.Integer),
                    ("take", "Keys at most, 1 to 1000; 100 where it is not given.", JsonSchemaType.Integer),
                ],
                Answers = [(StatusCodes.Status200OK, "The keys.", typeof(KeyListAnswer))],
                Problems = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable],
            });
        routes.MapRead("/v1/pipelines/{name}/keys/{**key}", context => AnswerAsync(context, pipelines.Of(context)))
            .RequireRateLimiting(RequestLimits.Work)
            .Describe(new RouteDescription("key", "How a key of a pipeline stands: its learners' scores, and what was predicted last.")
            {
                Answers = [(StatusCodes.Status200OK, "How it stands.", typeof(KeyAnswer))],
                Problems = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable],
            });
    }

    private static async Task ListAsync(HttpContext context, PipelineServing serving)
    {
        var skip = Whole(context, "skip", 0, 0, long.MaxValue);
        var take = (int)Whole(context, "take", DefaultTake, 1, MostTake);
        var page = await serving.Questions.KeysAsync(skip, take, context.RequestAborted);
        var answer = new KeyListAnswer(
            serving.Pipeline.Name, page.TotalKeys, skip,
            [.. page.Keys.Select(found => new KeyListing(
                Encoding.UTF8.GetString(found.Key.Key), found.Bucket.Partition, found.Bucket.Bucket, found.Key.IsResident, Known(found.Key, found.Key.Records),
                found.Key is { IsResident: true, Records: > 0 } ? Instants.Text(found.Key.Time) : null, Known(found.Key, found.Key.ModelVersion)))]);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, JsonAnswer.Of(answer));

        static long? Known(KeyGlance key, long value) => key.IsResident ? value : null;
    }

    private static async Task AnswerAsync(HttpContext context, PipelineServing serving)
    {
        var key = KeyText.FromPath(context);
        var standing = await serving.Questions.KeyAsync(key, context.RequestAborted) ?? throw Unknown(serving.Pipeline);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, Of(serving.Pipeline, standing));
    }

    private static HttpProblemException Unknown(PipelineDefinition pipeline)
    {
        var (status, detail) = RecordProblem.Of(ForesightStatus.UnknownKey, pipeline, pipeline.Schema);
        return new HttpProblemException(status, detail);
    }

    private static JsonObject Of(PipelineDefinition pipeline, KeyDescribed standing)
    {
        var report = standing.Report!;
        var json = (JsonObject)JsonAnswer.Of(new KeyAnswer(
            pipeline.Name, Encoding.UTF8.GetString(report.Key), standing.Bucket.Partition, standing.Bucket.Bucket, standing.LastApplied, report.Records,
            report.Records > 0 ? Instants.Text(report.Time) : null, standing.Last.ModelVersion, report.Frozen,
            Convert.ToHexStringLower(report.StateDigest)));
        var view = TaskView.Of(pipeline, pipeline.Plan.Summarize([report]));
        json["learners"] = view.Learners();
        view.AddTo(json, report);
        if (report is ForecastKeyReport forecast)
        {
            json["value"] = report.Records > 0 ? forecast.Value : null;
            json["forecasts"] = new JsonArray();
        }

        if (standing.Last.Status == ForesightStatus.Predicted)
        {
            using var encoder = TaskEncoder.For(pipeline);
            json["forecasts"] = JsonNode.Parse(encoder.Encode(report.Key, [], TimeUnit.Iso, standing.Last))!["forecasts"]!.DeepClone();
        }

        return json;
    }

    private static long Whole(HttpContext context, string name, long otherwise, long min, long max)
    {
        var given = context.Request.Query[name];
        return given.Count == 0 ? otherwise
            : given.Count == 1 && long.TryParse(given[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
            : throw new HttpProblemException(
                StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"'{name}' in the query is none; expected a whole number from {min} to {max}."));
    }
}
