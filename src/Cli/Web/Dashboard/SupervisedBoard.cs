using System.Text.Json.Nodes;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>Predictions of classes, and of numbers.</summary>
internal sealed class SupervisedBoard(SupervisedPlan plan) : TaskBoard
{
    internal override IReadOnlyList<string> LearnerFields { get; } = plan.Task.IsClassification
        ? ["accuracy_fading", "accuracy_windowed", "accuracy", "kappa_fading", "kappa_temporal_fading", "log_loss_fading"]
        : ["mae_fading", "mae_windowed", "skill_fading", "skill_windowed", "mae", "skill"];

    internal override IReadOnlyList<string> PipelineFields { get; } =
        ["predicted", "learned", "joined", "waiting", "missed", "effective_sample_size", "max_weight", "loss_range"];

    internal override void AddPlan(JsonObject json) => json["classes"] = JsonAnswer.Of(plan.Task.Classes);

    internal override void AddKey(JsonObject row, KeyStanding standing)
    {
        var numbers = standing.Numbers;
        row["status"] = "ok";
        row["predicted"] = numbers[SupervisedStanding.Predicted];
        row["learned"] = numbers[SupervisedStanding.Learned];
        row["waiting"] = numbers[SupervisedStanding.Waiting];
        row["error"] = JsonAnswer.Number(numbers[SupervisedStanding.Error]);
        row["baseline_error"] = JsonAnswer.Number(numbers[SupervisedStanding.BaselineError]);
        row["skill"] = JsonAnswer.Number(numbers[SupervisedStanding.Skill]);
        row["classes"] = JsonAnswer.Number(numbers[SupervisedStanding.Classes]);
    }
}
