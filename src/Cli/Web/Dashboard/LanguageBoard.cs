using System.Text.Json.Nodes;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>Texts.</summary>
internal sealed class LanguageBoard(LanguagePlan plan) : TaskBoard
{
    internal override IReadOnlyList<string> LearnerFields { get; } =
        ["perplexity_fading", "perplexity_window", "perplexity", "perplexity_worst_domain", "bits_per_byte", "tokens"];

    internal override IReadOnlyList<string> PipelineFields { get; } = ["learned", "steps", "waiting", "dropped", "masked", "domains", "ess", "max_weight", "loss_range"];

    internal override void AddPlan(JsonObject json)
    {
        json["domains"] = JsonAnswer.Of(plan.Task.Domains);
        json["context"] = plan.Task.Context;
    }

    internal override void AddKey(JsonObject row, KeyStanding standing)
    {
        var numbers = standing.Numbers;
        row["status"] = "ok";
        row["tokens"] = numbers[LanguageStanding.Tokens];
        row["learned"] = numbers[LanguageStanding.Learned];
        row["domains"] = numbers[LanguageStanding.Domains];
        row["perplexity"] = JsonAnswer.Number(numbers[LanguageStanding.Perplexity]);
        row["perplexity_fading"] = JsonAnswer.Number(numbers[LanguageStanding.FadingPerplexity]);
        row["bits_per_byte"] = JsonAnswer.Number(numbers[LanguageStanding.BitsPerByte]);
    }
}
