using System.Globalization;
using System.Text.Json.Nodes;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>The experiment as one JSON object.</summary>
internal static class BanditStudyJson
{
    internal static JsonObject Of(BanditStudyResult result) => new()
    {
        ["experiment"] = "bandits",
        ["seeds"] = result.Settings.Seeds,
        ["first_seed"] = result.Settings.FirstSeed,
        ["rounds"] = result.Settings.Rounds,
        ["rows"] = new JsonArray(
        [
            .. result.Sets.SelectMany(scores => result.Contenders.Zip(scores.Runs).Where(row => row.Second is not null)
                .Select(row => (JsonNode)Row(scores, row.First, row.Second!))),
        ]),
    };

    private static JsonObject Row(BanditStudyScores scores, BanditContender contender, BanditRuns runs) => new()
    {
        ["set"] = scores.Set.Name,
        ["group"] = scores.Set.Group switch { BanditSetGroup.HeldOut => "held-out", BanditSetGroup.Development => "development", _ => "extra" },
        ["name"] = contender.Name,
        ["learner"] = contender.Learner.Registration.Kind,
        ["settings"] = new JsonObject(contender.Learner.Options.Names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, contender.Learner.Options.Value(name)))),
        ["rounds"] = runs.Rounds,
        ["regret_mean"] = runs.RegretMean,
        ["regret_sd"] = runs.RegretDeviation,
        ["progressive_loss"] = runs.ProgressiveLoss,
        ["rounds_per_second"] = Math.Round(runs.RoundsPerSecond, 1),
        ["regret_at"] = new JsonObject(
            BanditStudy.TableMarks.Where(mark => mark <= runs.Rounds)
                .Select(mark => KeyValuePair.Create<string, JsonNode?>(mark.ToString(CultureInfo.InvariantCulture), runs.RegretAt(mark).Mean))),
        ["best_published"] = scores.Bar,
        ["ratio"] = scores.Bar is { } bar ? Math.Round(runs.RegretMean / bar, 4) : null,
    };
}
