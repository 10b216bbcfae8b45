using System.Text.Json.Nodes;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>Forecasts.</summary>
internal sealed class ForecastBoard(ForecastPlan plan) : TaskBoard
{
    // "error" is what the chart of errors shows: the last value's at 1 - skill, for every learner.
    internal override IReadOnlyList<string> LearnerFields { get; } = ["mae_fading", "mae_windowed", "skill_fading", "skill_windowed", "mae", "skill"];

    internal override IReadOnlyList<string> PipelineFields { get; } = ["keys", "event_time"];

    internal override void AddPlan(JsonObject json)
    {
        json["horizons"] = JsonAnswer.Of(plan.Task.Horizons);
        json["step_ms"] = plan.Task.StepMilliseconds;
        json["coverage"] = plan.Task.Coverage;
    }

    internal override void AddKey(JsonObject row, KeyStanding standing)
    {
        var numbers = standing.Numbers;
        var (value, scale) = (numbers[ForecastStanding.Value], numbers[ForecastStanding.Scale]);

        // 0 where there has been more: a link that is down, a sensor that is off.
        row["status"] = value == 0 && scale > 0 ? "down" : numbers[ForecastStanding.Alert] == 1 ? "alert" : "ok";
        row["value"] = JsonAnswer.Number(value);
        row["error"] = JsonAnswer.Number(numbers[ForecastStanding.Error]);
        row["baseline_error"] = JsonAnswer.Number(numbers[ForecastStanding.BaselineError]);
        row["skill"] = JsonAnswer.Number(numbers[ForecastStanding.Skill]);
        row["drift_alarms"] = numbers[ForecastStanding.DriftAlarms];
        row["alerts_raised"] = numbers[ForecastStanding.AlertsRaised];
        row["forecasts"] = new JsonArray([.. Enumerable.Range(0, plan.Task.Horizons.Count).Select(horizon =>
            (JsonNode)new JsonArray([.. Enumerable.Range(0, ForecastStanding.PerHorizon).Select(number =>
                (JsonNode?)JsonAnswer.Number(numbers[ForecastStanding.Forecasts + (ForecastStanding.PerHorizon * horizon) + number]))]))]);
    }
}
