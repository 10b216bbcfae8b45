using System.Text.Json.Nodes;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>What does not change of a pipeline, for the dashboard.</summary>
internal static class PlanJson
{
    internal static JsonObject Of(PipelineDefinition pipeline)
    {
        var json = new JsonObject
        {
            ["learners"] = JsonAnswer.Of(Enumerable.Range(0, pipeline.Plan.Learners.Count).Select(pipeline.Plan.NameOf)),
            ["key_field"] = pipeline.Schema.Key,
        };
        TaskBoard.Of(pipeline.Plan).AddPlan(json);
        return json;
    }
}
