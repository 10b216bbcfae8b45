using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Output;
using StreamLearn.Learners.Bandits;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Evaluation.Bandits;

/// <summary>What came of an evaluation, for people and for programs.</summary>
/// <param name="Bandit">What was learned.</param>
/// <param name="Seed">The first seed.</param>
/// <param name="Learners">The learner, then its rivals.</param>
/// <param name="Seconds">For all of it, reading the file left out.</param>
internal sealed record BanditEvaluationResult(TabularBandit Bandit, ulong Seed, IReadOnlyList<BanditRuns> Learners, double Seconds)
{
    private BanditRuns Own => Learners[0];

    private long Records => (long)Own.Rounds * Own.Runs.Count;

    /// <summary>One JSON object. Every round of every seed is a record of the own learner.</summary>
    internal JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["pipeline"] = EvaluateCommand.Unnamed,
            ["task"] = BanditTask.Name,
            ["data"] = Bandit.Name,
            ["records"] = Records,
            ["predictions"] = Records,
            ["dead_letters"] = 0,
            ["records_per_second"] = Seconds > 0 ? Math.Round(Records * Learners.Count / Seconds, 1) : null,
            ["seconds"] = Math.Round(Seconds, 3),
            ["state_hash"] = Own.StateHash,
            ["seed"] = Seed,
            ["seeds"] = Own.Runs.Count,
            ["rows"] = Bandit.Rows,
            ["actions"] = Bandit.Task.Actions.Count,
            ["features"] = Bandit.Task.SharedFeatures,
            ["rounds"] = Own.Rounds,
            ["learner"] = Own.Learner.Registration.Kind,
        };
        AddScores(json, Own);
        json["learners"] = new JsonArray([.. Learners.Select(runs =>
        {
            var learner = new JsonObject { ["learner"] = runs.Learner.Registration.Kind };
            AddScores(learner, runs);
            return learner;
        })]);
        return json;
    }

    /// <summary>A table.</summary>
    internal void Show()
    {
        var table = new Table().RoundedBorder();
        table.AddColumn(new TableColumn("learner").NoWrap());
        string[] columns = [.. Own.Marks.Where(mark => mark < Own.Rounds).Select(mark => $"regret at {mark}"), $"at {Own.Rounds}", "sd", "loss", "rounds/s"];
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var runs in Learners)
        {
            table.AddRow([
                Markup.Escape(runs.Learner.Registration.Kind), .. Own.Marks.Where(mark => mark < Own.Rounds).Select(mark => Whole(runs.RegretAt(mark).Mean)),
                Whole(runs.RegretMean), Whole(runs.RegretDeviation), People.Number(runs.ProgressiveLoss), Whole(runs.RoundsPerSecond),
            ]);
        }

        People.Console.Write(table);
        foreach (var runs in Learners.Where(runs => runs.Runs.Any(run => run.Refused > 0)))
        {
            People.Say($"{runs.Learner.Registration.Kind} has refused {runs.Runs.Sum(run => run.Refused)} updates that would have left numbers that are not finite");
        }

        People.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{Bandit.Name}: {Bandit.Rows} rows, {Bandit.Task.SharedFeatures} features, {Bandit.Task.Actions.Count} actions, {Own.Runs.Count} seeds of {Own.Rounds} rounds, "
            + $"{Seconds:0.0} s, state {Own.StateHash[..12]}"));
    }

    private static string Whole(double number) => number.ToString("0", CultureInfo.InvariantCulture);

    private static void AddScores(JsonObject json, BanditRuns runs)
    {
        json["regret_mean"] = runs.RegretMean;
        json["regret_sd"] = runs.RegretDeviation;
        json["progressive_loss"] = runs.ProgressiveLoss;
        json["rounds_per_second"] = Math.Round(runs.RoundsPerSecond, 1);
        json["regret_at"] = new JsonObject(
            runs.Marks.Select(mark => KeyValuePair.Create<string, JsonNode?>(mark.ToString(CultureInfo.InvariantCulture), runs.RegretAt(mark).Mean)));
        json["regrets"] = new JsonArray([.. runs.Runs.Select(run => (JsonNode)run.Regret)]);
        json["refused_updates"] = runs.Runs.Sum(run => run.Refused);
    }
}
