using System.Text.Json.Nodes;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>Decisions.</summary>
internal sealed class BanditBoard(BanditPlan plan) : TaskBoard
{
    internal override IReadOnlyList<string> LearnerFields { get; } = ["doubly_robust", "doubly_robust_error", "effective_sample_size"];

    internal override IReadOnlyList<string> PipelineFields { get; } =
        ["loss", "loss_fading", "reward", "regret", "propensity", "decisions", "learned", "waiting"];

    internal override void AddPlan(JsonObject json) => json["actions"] = JsonAnswer.Of(plan.Task.Actions);

    internal override void AddKey(JsonObject row, KeyStanding standing)
    {
        var numbers = standing.Numbers;
        row["status"] = "ok";
        row["decisions"] = numbers[BanditStanding.Decisions];
        row["learned"] = numbers[BanditStanding.Learned];
        row["waiting"] = numbers[BanditStanding.Waiting];
        row["loss"] = JsonAnswer.Number(numbers[BanditStanding.Loss]);
        row["loss_fading"] = JsonAnswer.Number(numbers[BanditStanding.FadingLoss]);
        row["propensity"] = JsonAnswer.Number(numbers[BanditStanding.Propensity]);
    }
}
