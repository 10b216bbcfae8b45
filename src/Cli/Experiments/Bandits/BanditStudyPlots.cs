using ScottPlot;

namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>The plots of the experiment, PNG files: the regret over the rounds, a plot for each set.</summary>
internal sealed class BanditStudyPlots(BanditStudyResult result)
{
    private const int Width = 1000;
    private const int Height = 550;

    // What fits into a picture.
    private static readonly string[] Shown =
    [
        "neu-fast-cb", "neu-fast-cb, expected", "neu-fast-cb, plain SGD", "neu-square-cb", "linear-fast-cb", "linear-square-cb", "lin-ucb", "regcb", "neural-ucb", "neural-ts",
        "epsilon-greedy",
    ];

    /// <summary>Writes all plots into a folder.</summary>
    internal void Write(string folder)
    {
        foreach (var scores in result.Sets)
        {
            using var plot = Regret(scores);
            plot.SavePng(Path.Combine(folder, $"{scores.Set.Name}.png"), Width, Height);
        }
    }

    private Plot Regret(BanditStudyScores scores)
    {
        var plot = new Plot();
        for (var place = 0; place < result.Contenders.Count; place++)
        {
            var contender = result.Contenders[place];
            if (Shown.Contains(contender.Name) && scores.Runs[place] is { } runs)
            {
                double[] rounds = [0, .. runs.Marks.Select(mark => (double)mark)];
                double[] regrets = [0, .. runs.Marks.Select(mark => runs.RegretAt(mark).Mean)];
                var line = plot.Add.ScatterLine(rounds, regrets);
                line.LegendText = contender.Name;
                line.LineWidth = BanditContender.Own.Contains(contender.Name) ? 3 : 1.5f;
            }
        }

        if (scores.Bar is { } bar)
        {
            var line = plot.Add.HorizontalLine(bar, pattern: LinePattern.Dashed);
            line.Color = Colors.Black;
            line.LegendText = "Vowpal Wabbit's best, at the end";
        }

        plot.XLabel("round");
        plot.YLabel(FormattableString.Invariant($"regret, mean of {result.Settings.Seeds} seeds"));
        plot.Title(FormattableString.Invariant($"{scores.Set.Name}: {scores.Features} features, {scores.Actions} actions"));
        plot.ShowLegend(Edge.Right);
        return plot;
    }
}
