using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Reinforcement.Ratios;

namespace StreamLearn.Cli.Experiments.ReplayRatio;

/// <summary>What the experiment has found, as Markdown and as JSON.</summary>
internal sealed class ReplayRatioReport(ReplayRatioResult result)
{
    private readonly ReplayRatioSettings _settings = result.Settings;

    /// <summary>The report.</summary>
    internal string Markdown()
    {
        var text = new StringBuilder();
        text.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"`ddpg-n`, two hidden layers of {_settings.Hidden}, batches of {_settings.Batch}, n = 3, Adam with {_settings.LearningRate}, noise from 1 to 0.1 within a third of {_settings.Steps:N0} agent steps; all arms alike, nothing tuned for any. "
            + $"Checks every {_settings.Interval:N0} steps, each by the last episode before it, threshold 0.001. {_settings.Seeds} seeds from {_settings.FirstSeed} on; mean ± population standard deviation. "
            + $"*Return*: of {_settings.TestEpisodes} episodes without noise at the end of each twentieth, mean over the last quarter of the run. *Lived*: of all episodes of the run, noise and all. Seconds: time of one processor, {_settings.Parallel} runs at once, tests left out.")).AppendLine();
        foreach (var world in _settings.Worlds)
        {
            Section(text, world);
        }

        return text.ToString();
    }

    /// <summary>A row for each run.</summary>
    internal JsonArray Rows() => new([.. result.Runs.OrderBy(run => run.World, StringComparer.Ordinal).ThenBy(run => ReplayRatioArm.All.ToList().IndexOf(run.Arm)).ThenBy(run => run.Seed).Select(Row)]);

    private static JsonNode Row(ReplayRatioRun run) => new JsonObject
    {
        ["world"] = run.World,
        ["arm"] = run.Arm.Name,
        ["seed"] = run.Seed,
        ["return"] = Number(run.AtEnd(point => point.TestReturn)),
        ["return_mean"] = Number(Lived(run)),
        ["first_fau"] = Number(run.FirstFau),
        ["early_fau"] = Number(EarlyFau(run)),
        ["fau"] = Number(run.Points[^1].CriticFau),
        ["actor_fau"] = Number(run.Points[^1].ActorFau),
        ["switched_at"] = run.SwitchedAt < 0 ? null : run.SwitchedAt,
        ["updates"] = run.Updates,
        ["seconds"] = Math.Round(run.Seconds, 2),
        ["max_utilisation"] = Number(run.AtEnd(point => point.Utilisation)),
        ["returns"] = new JsonArray([.. run.Points.Select(point => Number(point.TestReturn))]),
        ["faus"] = new JsonArray([.. run.Points.Select(point => Number(point.CriticFau))]),
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static ModulePlasticity? CriticOf(ReplayRatioRun run) => run.Plasticity.Modules.FirstOrDefault(module => module.Module == "critic");

    private static double Lived(ReplayRatioRun run) => run.Points.Where(point => double.IsFinite(point.Return)).Select(point => point.Return).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The lowest of the critic's fractions of active units in the first quarter.</summary>
    private static double EarlyFau(ReplayRatioRun run) =>
        run.Points.Take(ReplayRatioSettings.Intervals / 4).Select(point => point.CriticFau).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();

    private void Section(StringBuilder text, string world)
    {
        var hasLinks = world == ReplayRatioRun.Links;
        text.AppendLine(CultureInfo.InvariantCulture, $"### {world}").AppendLine();
        string[] columns =
        [
            "replay ratio", "seeds", "return", .. hasLinks ? new[] { "highest utilisation" } : [], "lived", "critic's FAU: first", "lowest, first quarter", "end", "actor's, end",
            "dormant, end", "feature rank, end", "updates", "seconds",
        ];
        var table = new MarkdownTable(columns);
        foreach (var arm in ReplayRatioArm.All)
        {
            var runs = result.Of(world, arm);
            if (arm.IsAdaptive)
            {
                // A run that never switched is one of the low ratio.
                ReplayRatioRun[] switched = [.. runs.Where(run => run.SwitchedAt >= 0)];
                if (switched.Length > 0)
                {
                    table.Add(Cells($"{arm.Name}, where it switched", switched, hasLinks));
                }

                if (switched.Length < runs.Count)
                {
                    table.Add(Cells($"{arm.Name}, where it did not", [.. runs.Except(switched)], hasLinks));
                }
            }
            else
            {
                table.Add(Cells(arm.Name, runs, hasLinks));
            }
        }

        table.WriteTo(text);
        text.AppendLine();
        if (hasLinks)
        {
            Baselines(text);
        }

        Pairs(text, world);
        Checks(text, world);
        text.AppendLine(CultureInfo.InvariantCulture, $"![returns](replay-ratio/{world}-return.png) ![critic's FAU](replay-ratio/{world}-fau.png)").AppendLine();
    }

    private static string[] Cells(string name, IReadOnlyList<ReplayRatioRun> runs, bool hasLinks) =>
    [
        name, Text(runs.Count), Of(run => run.AtEnd(point => point.TestReturn), "0.0", runs),
        .. hasLinks ? new[] { Of(run => run.AtEnd(point => point.Utilisation), "0.000", runs) } : [],
        Of(Lived, "0.0", runs), Of(run => run.FirstFau, "0.000", runs), Of(EarlyFau, "0.000", runs), Of(run => run.Points[^1].CriticFau, "0.000", runs),
        Of(run => run.Points[^1].ActorFau, "0.000", runs), Of(run => CriticOf(run)?.Dormant ?? double.NaN, "0.000", runs),
        Of(run => CriticOf(run)?.FeatureRank ?? double.NaN, "0.0", runs), Text(runs.Average(run => (double)run.Updates)), Of(run => run.Seconds, "0", runs),
    ];

    private static string Of(Func<ReplayRatioRun, double> value, string format, IReadOnlyList<ReplayRatioRun> runs) => Spread.Of([.. runs.Select(value)]).Text(format);

    private static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private void Baselines(StringBuilder text)
    {
        var table = new MarkdownTable(["rule", "return", "highest utilisation"]);
        for (var rule = 0; rule < result.Baselines[0].Count; rule++)
        {
            var of = result.Baselines.Select(seed => seed[rule]).ToList();
            table.Add(of[0].Name, Spread.Of([.. of.Select(one => one.Return)]).Text("0.0"), Spread.Of([.. of.Select(one => one.Utilisation)]).Text("0.000"));
        }

        table.WriteTo(text);
        text.AppendLine();
    }

    /// <summary>The adaptive ratio against each fixed one, seed by seed, where it switched.</summary>
    private void Pairs(StringBuilder text, string world)
    {
        var adaptive = result.Of(world, ReplayRatioArm.All.Single(arm => arm.IsAdaptive)).Where(run => run.SwitchedAt >= 0).ToDictionary(run => run.Seed);
        if (adaptive.Count == 0)
        {
            text.AppendLine("The adaptive ratio switched with no seed.").AppendLine();
            return;
        }

        var table = new MarkdownTable(["adaptive less", "difference of returns, seed by seed", "better in"]);
        foreach (var arm in ReplayRatioArm.All.Where(arm => !arm.IsAdaptive))
        {
            double[] differences = [.. result.Of(world, arm).Where(run => adaptive.ContainsKey(run.Seed)).Select(run => adaptive[run.Seed].AtEnd(point => point.TestReturn) - run.AtEnd(point => point.TestReturn))];
            table.Add(arm.Name, Spread.Of(differences).Text("+0.0;-0.0"), string.Create(CultureInfo.InvariantCulture, $"{differences.Count(value => value > 0)} of {differences.Length}"));
        }

        table.WriteTo(text);
        text.AppendLine();
    }

    private void Checks(StringBuilder text, string world)
    {
        var runs = result.Of(world, ReplayRatioArm.All.Single(arm => arm.IsAdaptive));
        text.Append("Switches: ").AppendJoin("; ", runs.Select(run => run.SwitchedAt < 0
            ? string.Create(CultureInfo.InvariantCulture, $"seed {run.Seed} never ({run.Checks.Count(check => check.Verdict == RatioVerdict.StillChanging)} checks that it still changed)")
            : string.Create(CultureInfo.InvariantCulture, $"seed {run.Seed} at {run.SwitchedAt:N0}"))).Append('.').AppendLine().AppendLine();
    }
}
