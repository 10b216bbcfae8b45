using System.Globalization;
using System.Text;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>The tables of the experiment.</summary>
internal sealed class LinkFailureReport(LinkFailureResult result)
{
    /// <summary>The classes of which there are links.</summary>
    internal IReadOnlyList<ShiftClass> Classes { get; } =
        [.. new[] { ShiftClass.Drastic, ShiftClass.Moderate }.Where(shift => result.Links.Any(link => link.Class == shift))];

    /// <summary>Mean over links, for each seed, then mean and standard deviation over seeds.</summary>
    internal (double Mean, double Deviation) OverSeeds(ShiftClass shift, Func<ShiftedLink, double> number)
    {
        double[] seeds =
        [
            .. result.Links.Where(link => link.Class == shift).GroupBy(link => link.Seed)
                .Select(links => links.Select(number).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average()),
        ];
        var mean = seeds.Average();
        return (mean, seeds.Length > 1 ? Math.Sqrt(seeds.Sum(seed => (seed - mean) * (seed - mean)) / (seeds.Length - 1)) : 0);
    }

    /// <summary>The error of a model on all links of a class, as a share of their capacity.</summary>
    internal double[] Errors(ShiftClass shift, int model, int horizon, FailurePeriod period)
    {
        var at = FailurePeriod.All.ToList().IndexOf(period);
        return [.. result.Links.Where(link => link.Class == shift).Select(link => link.Scores[model][horizon].Rmse[at] / link.Capacity)];
    }

    /// <summary>Compares two models on the links of a class.</summary>
    internal PairedComparison Compare(ShiftClass shift, int model, int other, int horizon, FailurePeriod period) =>
        PairedComparison.Of(Errors(shift, model, horizon, period), Errors(shift, other, horizon, period));

    internal string Markdown()
    {
        var text = new StringBuilder();
        var settings = result.Settings;
        text.AppendLine(Invariant(
            $"{settings.Title}: {settings.Seeds} seeds, {settings.Failures} failures each, {settings.DaysBefore} days before and up to {settings.DaysAfter} after; "));
        text.AppendLine(Invariant(
            $"{Count(ShiftClass.Drastic)} drastically and {Count(ShiftClass.Moderate)} moderately shifted links (S above {LinkShift.DrasticAbove}, from {LinkShift.ModerateFrom})."));
        foreach (var shift in Classes)
        {
            for (var horizon = 0; horizon < result.Horizons.Count; horizon++)
            {
                Table(text, shift, horizon);
            }
        }

        Comparisons(text);
        Alerts(text);
        Settings(text);
        return text.ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private int Count(ShiftClass shift) => result.Links.Count(link => link.Class == shift);

    private void Table(StringBuilder text, ShiftClass shift, int horizon)
    {
        text.AppendLine().AppendLine(Invariant(
            $"### {shift} shifts, {result.Horizons[horizon] * LinkLoads.Step.TotalMinutes:0} minutes ahead")).AppendLine();
        text.AppendLine("RMSE in thousandths of the capacity (MAPE in %), mean over links, ± standard deviation over seeds; median time to convergence.").AppendLine();
        text.Append("| model |");
        foreach (var period in FailurePeriod.All)
        {
            text.Append(' ').Append(period.Name).Append(" |");
        }

        text.AppendLine(" converged after | never |");
        text.Append("| --- |").Append(string.Concat(FailurePeriod.All.Select(_ => " --- |"))).AppendLine(" --- | --- |");
        for (var model = 0; model < result.Models.Count; model++)
        {
            var (row, at) = (model, horizon);
            text.Append("| ").Append(result.Models[model].Name).Append(" |");
            for (var period = 0; period < FailurePeriod.All.Count; period++)
            {
                var of = period;
                var (rmse, deviation) = OverSeeds(shift, link => 1000 * link.Scores[row][at].Rmse[of] / link.Capacity);
                var (mape, _) = OverSeeds(shift, link => 100 * link.Scores[row][at].Mape[of]);
                text.Append(Invariant($" {rmse:0.00} ± {deviation:0.00} ({mape:0.0}) |"));
            }

            text.AppendLine(Convergence(shift, model, horizon));
        }
    }

    /// <summary>Median of the bins until a model's error on the links of a class is what it was, and how often it never is.</summary>
    internal (int? Median, double NeverShare) ConvergenceOf(ShiftClass shift, int model, int horizon)
    {
        int?[] bins = [.. result.Links.Where(link => link.Class == shift).Select(link => link.Scores[model][horizon].Convergence)];
        var median = bins.Select(bin => bin ?? int.MaxValue).Order().ElementAt(bins.Length / 2);
        return (median == int.MaxValue ? null : median, bins.Count(bin => bin is null) / (double)bins.Length);
    }

    private string Convergence(ShiftClass shift, int model, int horizon)
    {
        var (median, never) = ConvergenceOf(shift, model, horizon);
        var time = median is { } bins ? $"{(bins * LinkLoads.Step).TotalHours.ToString("0.0", CultureInfo.InvariantCulture)} h" : "never";
        return Invariant($" {time} | {100 * never:0} % |");
    }

    private void Comparisons(StringBuilder text)
    {
        text.AppendLine().AppendLine("### Paired over links, the day after the failure").AppendLine();
        text.AppendLine(
            "Geometric mean of the first one's RMSE by the other's (below 1: the first is better), links on which it is better : worse, p of Wilcoxon's signed-rank test.")
            .AppendLine();
        text.Append("| first against other | shifts |").Append(string.Concat(
            result.Horizons.Select(horizon => Invariant($" {horizon * LinkLoads.Step.TotalMinutes:0} min |")))).AppendLine();
        text.Append("| --- | --- |").AppendLine(string.Concat(result.Horizons.Select(_ => " --- |")));
        foreach (var (first, other) in Pairs())
        {
            foreach (var shift in Classes)
            {
                text.Append(Invariant($"| {result.Models[first].Name} against {result.Models[other].Name} | {shift} |"));
                for (var horizon = 0; horizon < result.Horizons.Count; horizon++)
                {
                    var compared = Compare(shift, first, other, horizon, FailurePeriod.FirstDay);
                    text.Append(Invariant($" {compared.Ratio:0.000}, {100 * compared.BetterShare:0} : {100 * compared.WorseShare:0} %, p = {compared.PValue:0.0000} |"));
                }

                text.AppendLine();
            }
        }
    }

    /// <summary>What the paper compares, what it suggests, and what we would run.</summary>
    internal IEnumerable<(int First, int Other)> Pairs()
    {
        (string First, string Other)[] named =
        [
            .. result.Models.Where(model => model.Group == ModelGroup.Refitted).Select(model => ("liquid frozen", model.Name)),
            ("liquid frozen", "gru frozen"), ("liquid frozen", "mlp frozen, by window"), ("liquid frozen", "last-value"),
            ("hybrid, liquid frozen + incremental", "liquid frozen"), ("hybrid, liquid frozen + incremental", "incremental R=72"),
            ("liquid", "liquid frozen"), ("liquid", "recursive-least-squares"), ("hybrid", "liquid"), ("hybrid", "recursive-least-squares"),
        ];
        var places = result.Models.Select((model, place) => (model.Name, place)).ToDictionary(row => row.Name, row => row.place);
        return named.Where(pair => places.ContainsKey(pair.First) && places.ContainsKey(pair.Other)).Select(pair => (places[pair.First], places[pair.Other]));
    }

    /// <summary>Alerts of a model on all links.</summary>
    internal AlertCounts Alerts(int model) => result.Links.Aggregate(default(AlertCounts), (sum, link) => sum + link.Alerts[model]);

    private void Alerts(StringBuilder text)
    {
        var settings = result.Settings;
        text.AppendLine().AppendLine(Invariant(
            $"### Alerts: above {100 * settings.AlertAbove:0} % of the capacity within an hour, with probability {settings.AlertProbability}")).AppendLine();
        var any = Alerts(0);
        var came = any.TruePositives + any.Misses;
        text.AppendLine(Invariant(
            $"From the failure on, all links and seeds: {came} of {came + any.FalsePositives + any.TrueNegatives} judged steps were followed by such a load.")).AppendLine();
        if (came == 0)
        {
            text.AppendLine("No model can be judged by its recall here.").AppendLine();
        }

        text.AppendLine("| model | precision | recall | false alarms, steps | misses, steps |").AppendLine("| --- | --- | --- | --- | --- |");
        for (var model = 0; model < result.Models.Count; model++)
        {
            var counts = Alerts(model);
            text.AppendLine(Invariant(
                $"| {result.Models[model].Name} | {Share(counts.Precision)} | {Share(counts.Recall)} | {counts.FalsePositives} | {counts.Misses} |"));
        }

        static string Share(double share) => double.IsFinite(share) ? share.ToString("0.000", CultureInfo.InvariantCulture) : "–";
    }

    private void Settings(StringBuilder text)
    {
        text.AppendLine().AppendLine("### Models").AppendLine();
        text.AppendLine("| model | passes | settings | CPU seconds |").AppendLine("| --- | --- | --- | --- |");
        for (var model = 0; model < result.Models.Count; model++)
        {
            text.AppendLine(Invariant(
                $"| {result.Models[model].Name} | {result.Models[model].Passes} | `{result.Models[model].Settings}` | {result.Seconds[model]:0.0} |"));
        }
    }
}
