using System.Text.Json.Nodes;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>The experiment as one JSON object; errors are shares of the capacity.</summary>
internal static class LinkFailureJson
{
    internal static JsonObject Of(LinkFailureResult result)
    {
        var report = new LinkFailureReport(result);
        return new JsonObject
        {
            ["experiment"] = "link-failure",
            ["topology"] = result.Settings.Network,
            ["demands"] = result.Settings.Demands.Count > 0 ? "measured" : "simulated",
            ["seeds"] = result.Settings.Seeds,
            ["first_seed"] = result.Settings.FirstSeed,
            ["days_before"] = result.Settings.DaysBefore,
            ["days_after"] = result.Settings.DaysAfter,
            ["links"] = result.Links.Count,
            ["rows"] = new JsonArray([.. Rows(result, report)]),
            ["convergence"] = new JsonArray([.. Convergence(result, report)]),
            ["alerts"] = new JsonArray([.. result.Models.Select((model, place) => (JsonNode)Alerts(model, report.Alerts(place)))]),
            ["comparisons"] = new JsonArray([.. Comparisons(result, report)]),
        };
    }

    private static IEnumerable<JsonNode> Rows(LinkFailureResult result, LinkFailureReport report) =>
        from shift in report.Classes
        from horizon in Enumerable.Range(0, result.Horizons.Count)
        from model in Enumerable.Range(0, result.Models.Count)
        from period in Enumerable.Range(0, FailurePeriod.All.Count)
        select Row(result, report, shift, horizon, model, period);

    private static JsonObject Row(LinkFailureResult result, LinkFailureReport report, ShiftClass shift, int horizon, int model, int period)
    {
        var (mean, deviation) = report.OverSeeds(shift, link => link.Scores[model][horizon].Rmse[period] / link.Capacity);
        var (mape, _) = report.OverSeeds(shift, link => link.Scores[model][horizon].Mape[period]);
        return new JsonObject
        {
            ["model"] = result.Models[model].Name,
            ["shift"] = shift.ToString().ToLowerInvariant(),
            ["horizon"] = result.Horizons[horizon],
            ["period"] = FailurePeriod.All[period].Name,
            ["rmse_mean"] = mean,
            ["rmse_sd"] = deviation,
            ["mape"] = double.IsFinite(mape) ? mape : null,
        };
    }

    private static IEnumerable<JsonNode> Convergence(LinkFailureResult result, LinkFailureReport report) =>
        from shift in report.Classes
        from horizon in Enumerable.Range(0, result.Horizons.Count)
        from model in Enumerable.Range(0, result.Models.Count)
        let convergence = report.ConvergenceOf(shift, model, horizon)
        select new JsonObject
        {
            ["model"] = result.Models[model].Name,
            ["shift"] = shift.ToString().ToLowerInvariant(),
            ["horizon"] = result.Horizons[horizon],
            ["seconds_median"] = convergence.Median is { } bins ? bins * LinkLoads.Step.TotalSeconds : null,
            ["never_share"] = convergence.NeverShare,
        };

    private static JsonObject Alerts(ForecastModel model, AlertCounts counts) => new JsonObject
    {
        ["model"] = model.Name,
        ["alert_precision"] = double.IsFinite(counts.Precision) ? counts.Precision : null,
        ["alert_recall"] = double.IsFinite(counts.Recall) ? counts.Recall : null,
    };

    private static IEnumerable<JsonNode> Comparisons(LinkFailureResult result, LinkFailureReport report) =>
        from pair in report.Pairs()
        from shift in report.Classes
        from horizon in Enumerable.Range(0, result.Horizons.Count)
        select Comparison(result, report, pair, shift, horizon);

    private static JsonObject Comparison(LinkFailureResult result, LinkFailureReport report, (int First, int Other) pair, ShiftClass shift, int horizon)
    {
        var compared = report.Compare(shift, pair.First, pair.Other, horizon, FailurePeriod.FirstDay);
        return new JsonObject
        {
            ["first"] = result.Models[pair.First].Name,
            ["other"] = result.Models[pair.Other].Name,
            ["shift"] = shift.ToString().ToLowerInvariant(),
            ["horizon"] = result.Horizons[horizon],
            ["pairs"] = compared.Pairs,
            ["ratio"] = compared.Ratio,
            ["better_share"] = compared.BetterShare,
            ["worse_share"] = compared.WorseShare,
            ["p"] = compared.PValue,
        };
    }
}
