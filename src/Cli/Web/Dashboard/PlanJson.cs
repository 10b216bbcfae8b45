using System.Text.Json.Nodes;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Forecasting;

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
        switch (pipeline.Plan)
        {
            case ForecastPlan forecast:
                json["horizons"] = JsonAnswer.Of(forecast.Task.Horizons);
                json["step_ms"] = forecast.Task.StepMilliseconds;
                json["coverage"] = forecast.Task.Coverage;
                break;
            case BanditPlan bandit:
                json["actions"] = JsonAnswer.Of(bandit.Task.Actions);
                break;
        }

        return json;
    }
}
