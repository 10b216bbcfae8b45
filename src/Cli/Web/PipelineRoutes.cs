using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Web.Documents;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Cli.Web;

/// <summary><c>GET /v1/pipelines</c>: what they are, and how this node has measured them last.</summary>
internal static class PipelineRoutes
{
    internal static void Map(IEndpointRouteBuilder routes, StreamLearnConfig config, NodeHealth health) =>
        routes.MapRead("/v1/pipelines", context => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, JsonAnswer.Of(new PipelineListAnswer(
                health.Metrics?.Latest is { Readings.Count: > 0 } measured ? Serving.Instants.Text(measured.Time.ToUnixTimeMilliseconds()) : null,
                [.. config.Pipelines.Select(pipeline => Of(pipeline, health))]))))
            .Describe(new RouteDescription("pipelines", "The pipelines of the node's configuration. Counts are those of this node, as it has measured them last.")
            {
                Answers = [(StatusCodes.Status200OK, "The pipelines.", typeof(PipelineListAnswer))],
            });

    private static PipelineListing Of(PipelineDefinition configured, NodeHealth health)
    {
        var running = health.Pipelines?.FirstOrDefault(pipeline => pipeline.Definition.Name == configured.Name);
        var pipeline = running?.Definition ?? configured;
        var (state, problem) = PipelineState.Of(running);
        var flow = health.Metrics?.Latest.Of(MetricCatalog.OfFlow).FirstOrDefault(reading => reading.Tags[1] == pipeline.Name);
        var learners = MetricCatalog.OfTask(pipeline.Plan.TaskName, MeasureScope.Pipeline, ofKeys: false) is { } task
            ? health.Metrics?.Latest.Of(task).FirstOrDefault(reading => reading.Tags[1] == pipeline.Name)
            : null;
        return new PipelineListing(
            pipeline.Name, pipeline.Plan.TaskName, state, problem,
            pipeline.Plan.NameOf(0), [.. Enumerable.Range(1, pipeline.Plan.Learners.Count - 1).Select(pipeline.Plan.NameOf)],
            [.. pipeline.Sources.Select(source => new SourceListing(source.Name.Length > 0 ? source.Name : null, source.Topic, source.Schema.Format, source.Schema.Key))],
            new TopicListing(pipeline.LogTopic, Named(pipeline.PredictionsTopic), Named(pipeline.DeadLettersTopic), Named(pipeline.DriftTopic), Named(pipeline.AlertsTopic)),
            running is null ? null : pipeline.Partitions, pipeline.Buckets, Whole(learners, "keys"), Whole(flow, "records"), Whole(flow, "predictions"),
            Whole(flow, "dead_letters"), Whole(flow, "lag"), flow?["lag_time"] is { } seconds && double.IsFinite(seconds) ? seconds : null);
    }

    private static string? Named(string topic) => topic.Length > 0 ? topic : null;

    private static long? Whole(MetricReading? reading, string field) => reading?[field] is { } value && double.IsFinite(value) ? (long)value : null;
}
