using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using StreamLearn.Cli.Output;
using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Cli.Demos;

/// <summary>What the chosen paths have cost against the best there were: live, at the end, and as JSON. Costs are mean latencies as shares of the time-out.</summary>
/// <param name="standing">How the choices stand.</param>
internal sealed class RegretView(FlowStanding standing)
{
    private static readonly string[] CostColumns =
        ["decisions", "mean cost", "best dynamic", "best fixed", "uniform", "regret, fixed", "regret, dynamic"];

    /// <summary>One line.</summary>
    internal string Line => string.Create(
        CultureInfo.InvariantCulture,
        $"{Clock}{Outage}  {standing.Total.Steps} decisions, mean cost {Mean(standing.Total.Cost)}, lately {Last(pair => pair.LastCost)} "
        + $"(best: {Last(pair => pair.LastBestCost)}), regret {Sum(standing.Total.FixedRegret)} (best fixed), "
        + $"{Sum(standing.Total.DynamicRegret)} (best dynamic)");

    private string Clock =>
        DateTimeOffset.FromUnixTimeMilliseconds(standing.Time).ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private string Outage => standing.FailedLink is { } link ? $"  {link} is down" : "";

    /// <summary>The pairs as they stand.</summary>
    internal Table LiveTable()
    {
        var table = TableOf(
            "pair", "decisions", "mean cost", $"last {CostWindow.Size}", "best possible", "regret, fixed", "regret, dynamic", "cable down");
        table.Caption(Markup.Escape(Clock + Outage));
        foreach (var pair in standing.Pairs)
        {
            var name = Markup.Escape(pair.Pair);
            table.AddRow(
                pair.IsHit ? $"[red]{name}[/]" : name, Count(pair.Regret.Steps), Mean(pair.Regret.Cost, pair.Regret.Steps), People.Number(pair.LastCost),
                People.Number(pair.LastBestCost), Coloured(pair.Regret.FixedRegret), Sum(pair.Regret.DynamicRegret),
                pair.IsHit ? $"[red]{Markup.Escape(standing.FailedLink!)}[/]" : "");
        }

        table.AddRow(
            "all", Count(standing.Total.Steps), Mean(standing.Total.Cost), Last(pair => pair.LastCost), Last(pair => pair.LastBestCost),
            Coloured(standing.Total.FixedRegret), Sum(standing.Total.DynamicRegret), "");
        return table;
    }

    /// <summary>What it came to: by pair, and while cables were down.</summary>
    internal void Show()
    {
        People.Say("costs are mean latencies as shares of the time-out; regrets are sums over the decisions");
        var pairs = TableOf(["pair", .. CostColumns, "path"]);
        foreach (var pair in standing.Pairs)
        {
            pairs.AddRow([Markup.Escape(pair.Pair), .. Costs(pair.Regret), PathFlowRecords.ActionOf(pair.BestFixed)]);
        }

        pairs.AddRow(["all", .. Costs(standing.Total), ""]);
        People.Console.Write(pairs);
        var phases = TableOf(["cable down", .. CostColumns]);
        foreach (var phase in standing.Phases)
        {
            phases.AddRow([Markup.Escape(phase.FailedLink ?? "none"), .. Costs(phase.Regret)]);
        }

        People.Console.Write(phases);
        People.Say(string.Create(
            CultureInfo.InvariantCulture, $"when a flow began, {standing.MeanOpen:0.0} others had no path yet, on average; costs come later still"));
        if (standing.Repeated + standing.Unknown > 0)
        {
            People.Say($"{standing.Repeated} decisions came again and counted once, {standing.Unknown} were of no flow");
        }
    }

    /// <summary>Adds the same to the JSON of the pipeline.</summary>
    internal void AddTo(JsonObject json)
    {
        AddTo(json, standing.Total);
        json["repeated_decisions"] = standing.Repeated;
        json["unknown_decisions"] = standing.Unknown;
        json["mean_open_flows"] = Number(standing.MeanOpen);
        json["pairs"] = new JsonArray([.. standing.Pairs.Select(pair =>
        {
            var one = new JsonObject { ["pair"] = pair.Pair, ["decisions"] = pair.Regret.Steps };
            AddTo(one, pair.Regret);
            one["best_fixed_path"] = PathFlowRecords.ActionOf(pair.BestFixed);
            return one;
        })]);
        json["phases"] = new JsonArray([.. standing.Phases.Select(phase =>
        {
            var one = new JsonObject { ["failed_link"] = phase.FailedLink, ["decisions"] = phase.Regret.Steps };
            AddTo(one, phase.Regret);
            return one;
        })]);
    }

    private static void AddTo(JsonObject json, RegretTotals regret)
    {
        json["mean_cost"] = Number(regret.Cost / regret.Steps);
        json["best_fixed_cost"] = Number(regret.BestFixedCost / regret.Steps);
        json["best_dynamic_cost"] = Number(regret.BestDynamicCost / regret.Steps);
        json["uniform_cost"] = Number(regret.UniformCost / regret.Steps);
        json["regret_vs_best_fixed"] = Number(regret.FixedRegret);
        json["regret_vs_best_dynamic"] = Number(regret.DynamicRegret);
    }

    private static string[] Costs(RegretTotals regret) =>
    [
        Count(regret.Steps), Mean(regret.Cost, regret.Steps), Mean(regret.BestDynamicCost, regret.Steps), Mean(regret.BestFixedCost, regret.Steps),
        Mean(regret.UniformCost, regret.Steps), Coloured(regret.FixedRegret), Sum(regret.DynamicRegret),
    ];

    private static Table TableOf(params IReadOnlyList<string> columns)
    {
        var table = new Table().RoundedBorder();
        table.AddColumn(columns[0]);
        foreach (var column in columns.Skip(1))
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        }

        return table;
    }

    /// <summary>A mean over the pairs that have any.</summary>
    private string Last(Func<PairStanding, double> cost) =>
        People.Number(standing.Pairs.Select(cost).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average());

    private string Mean(double sum) => Mean(sum, standing.Total.Steps);

    private static string Mean(double sum, long steps) => People.Number(sum / steps);

    private static string Sum(double regret) => regret.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Coloured(double regret) => $"[{(regret <= 0 ? "green" : "red")}]{Sum(regret)}[/]";

    private static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
