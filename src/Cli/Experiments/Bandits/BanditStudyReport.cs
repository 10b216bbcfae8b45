using System.Globalization;
using System.Text;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>The tables of the experiment.</summary>
internal sealed class BanditStudyReport(BanditStudyResult result)
{
    internal string Markdown()
    {
        var text = new StringBuilder();
        text.AppendLine(Invariant(
            $"{result.Settings.Seeds} seeds from {result.Settings.FirstSeed} on, at most {result.Settings.Rounds} rounds; regrets are means ± population standard deviation over seeds."));
        Bar(text);
        foreach (var (group, title) in new[]
                 {
                     (BanditSetGroup.HeldOut, "Held-out sets"), (BanditSetGroup.Development, "Development sets"), (BanditSetGroup.Extra, "Extra sets"),
                 })
        {
            BanditStudyScores[] sets = [.. result.Sets.Where(scores => scores.Set.Group == group)];
            if (sets.Length > 0)
            {
                Regrets(text, title, sets);
                Rates(text, title, sets);
            }
        }

        foreach (var scores in result.Sets)
        {
            Curve(text, scores);
        }

        Settings(text);
        return text.ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>The two of our own against the best column of Vowpal Wabbit.</summary>
    private void Bar(StringBuilder text)
    {
        BanditStudyScores[] sets = [.. result.Sets.Where(scores => scores.Bar is not null)];
        int[] own = [.. BanditContender.Own.Select(name => result.Contenders.ToList().FindIndex(contender => contender.Name == name)).Where(place => place >= 0)];
        if (sets.Length == 0 || own.Length == 0)
        {
            return;
        }

        text.AppendLine().AppendLine("### Against the best column of Vowpal Wabbit").AppendLine();
        Row(text, ["set", "best of Vowpal Wabbit", .. own.SelectMany(place => new[] { result.Contenders[place].Name, "ratio" })]);
        Rule(text, 2 + (2 * own.Length));
        foreach (var scores in sets)
        {
            Row(text, [
                scores.Set.Name, $"{scores.Bar}",
                .. own.SelectMany(place => new[] { Regret(scores, place), Invariant($"{scores.Runs[place]!.RegretMean / scores.Bar!.Value:0.00}") }),
            ]);
        }

        text.AppendLine();
        foreach (var place in own)
        {
            string[] below = [.. sets.Where(scores => scores.Runs[place]!.RegretMean < scores.Bar).Select(scores => scores.Set.Name)];
            text.AppendLine($"`{result.Contenders[place].Name}` is below it on {below.Length} of {sets.Length} sets{(below.Length > 0 ? $": {string.Join(", ", below)}" : "")}.");
        }
    }

    private void Regrets(StringBuilder text, string title, BanditStudyScores[] sets)
    {
        text.AppendLine().AppendLine($"### {title}: regret at the end").AppendLine();
        Row(text, ["learner", .. sets.Select(scores => scores.Set.Name)]);
        Rule(text, 1 + sets.Length);
        Row(text, ["*rows x features, actions; rounds*", .. sets.Select(scores => $"{scores.Rows} x {scores.Features}, {scores.Actions}; {scores.Rounds}")]);
        if (sets.All(scores => scores.Bar is not null))
        {
            for (var column = 0; column < VowpalWabbit.Columns.Count; column++)
            {
                var at = column;
                Row(text, [$"*Vowpal Wabbit, {VowpalWabbit.Columns[column]}*", .. sets.Select(scores => Published(scores, at))]);
            }
        }

        for (var place = 0; place < result.Contenders.Count; place++)
        {
            var row = place;
            Row(text, [result.Contenders[place].Name, .. sets.Select(scores => Regret(scores, row))]);
        }

        if (sets.Any(scores => scores.Bar is not null))
        {
            text.AppendLine().AppendLine("Bold: below the best column of Vowpal Wabbit.");
        }
    }

    private void Rates(StringBuilder text, string title, BanditStudyScores[] sets)
    {
        text.AppendLine().AppendLine($"### {title}: rounds per second, thousands").AppendLine();
        Row(text, ["learner", .. sets.Select(scores => scores.Set.Name)]);
        Rule(text, 1 + sets.Length);
        if (sets.All(scores => VowpalWabbit.Knows(scores.Set.Name)))
        {
            Row(text, ["*Vowpal Wabbit, squarecb (published, with text parsing)*", .. sets.Select(scores => Invariant($"{VowpalWabbit.ExamplesPerSecond(scores.Set.Name) / 1000:0}"))]);
        }

        for (var place = 0; place < result.Contenders.Count; place++)
        {
            var row = place;
            Row(text, [result.Contenders[place].Name, .. sets.Select(scores => scores.Runs[row] is { } runs ? Thousands(runs) : "-")]);
        }
    }

    private void Curve(StringBuilder text, BanditStudyScores scores)
    {
        int[] marks = [.. BanditStudy.TableMarks.Where(mark => mark < scores.Rounds)];
        text.AppendLine().AppendLine($"### {scores.Set.Name}").AppendLine();
        Row(text, ["learner", .. marks.Select(mark => $"regret at {mark}"), $"at {scores.Rounds}", "loss", "rounds/s, thousands"]);
        Rule(text, 4 + marks.Length);
        for (var place = 0; place < result.Contenders.Count; place++)
        {
            if (scores.Runs[place] is { } runs)
            {
                Row(text, [
                    result.Contenders[place].Name, .. marks.Select(mark => Around(runs.RegretAt(mark))), Around((runs.RegretMean, runs.RegretDeviation)),
                    Invariant($"{runs.ProgressiveLoss:0.0000}"), Thousands(runs),
                ]);
            }
        }
    }

    private void Settings(StringBuilder text)
    {
        text.AppendLine().AppendLine("### Rows and their settings").AppendLine();
        Row(text, ["row", "not its learner's defaults"]);
        Rule(text, 2);
        foreach (var contender in result.Contenders)
        {
            Row(text, [contender.Name, contender.Settings]);
        }

        text.AppendLine().AppendLine("Defaults:").AppendLine();
        foreach (var registration in result.Contenders.Select(contender => contender.Learner.Registration).DistinctBy(registration => registration.Kind))
        {
            text.AppendLine($"- `{registration.Kind}`: {string.Join(", ", registration.Options.Select(option => $"{option.Key} {option.Value}").DefaultIfEmpty("none"))}");
        }
    }

    private static string Published(BanditStudyScores scores, int column)
    {
        var (mean, deviation) = VowpalWabbit.Regret(scores.Set.Name, column);
        return $"{mean} ± {deviation}";
    }

    private static string Regret(BanditStudyScores scores, int place)
    {
        if (scores.Runs[place] is not { } runs)
        {
            return "-";
        }

        var regret = Around((runs.RegretMean, runs.RegretDeviation));
        return runs.RegretMean < scores.Bar ? $"**{regret}**" : regret;
    }

    private static string Around((double Mean, double Deviation) regret) => Invariant($"{regret.Mean:0} ± {regret.Deviation:0}");

    private static string Thousands(BanditRuns runs) =>
        (runs.RoundsPerSecond / 1000).ToString(runs.RoundsPerSecond < 10_000 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static void Row(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

    private static void Rule(StringBuilder text, int columns) => Row(text, Enumerable.Repeat("---", columns));
}
