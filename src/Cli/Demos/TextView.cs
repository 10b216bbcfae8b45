using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using StreamLearn.Cli.Output;
using StreamLearn.Learners.Language;

namespace StreamLearn.Cli.Demos;

/// <summary>How the texts of each domain are foreseen, and the weight that their sequences are given.</summary>
/// <param name="plan">The learners.</param>
/// <param name="summary">How they stand.</param>
internal sealed class TextView(LanguagePlan plan, LanguageSummary summary)
{
    private readonly LearnerLanguageScore[] _scores = [.. Enumerable.Range(0, plan.Learners.Count).Select(summary.ScoreOf)];

    /// <summary>The domains as they stand.</summary>
    internal Table Table(string caption)
    {
        var table = new Table().RoundedBorder().Caption(Markup.Escape(caption));
        table.AddColumn("domain");
        foreach (var column in Columns())
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        }

        foreach (var domain in _scores[0].Domains)
        {
            table.AddRow([Markup.Escape(domain.Domain), .. Cells(domain)]);
        }

        table.AddRow(
        [
            "all", Count(_scores[0].Total.Tokens), People.Number(_scores[0].Total.Perplexity), People.Number(_scores[0].Fading.Perplexity),
            .. _scores.Skip(1).Select(rival => People.Number(rival.Fading.Perplexity)), "", "",
        ]);
        return table;
    }

    /// <summary>Adds the same to the JSON of the pipeline.</summary>
    internal void AddTo(JsonObject json) => json["domains"] = new JsonArray([.. _scores[0].Domains.Select(domain => (JsonNode)new JsonObject
    {
        ["domain"] = domain.Domain,
        ["tokens"] = domain.Total.Tokens,
        ["perplexity"] = Number(domain.Total.Perplexity),
        ["perplexity_fading"] = Number(domain.Fading.Perplexity),
        ["weight"] = Number(domain.Weight),
        ["weight_fading"] = Number(domain.FadingWeight),
    })]);

    private IEnumerable<string> Columns() =>
        ["tokens", "perplexity", "fading", .. Enumerable.Range(1, _scores.Length - 1).Select(rival => $"{plan.NameOf(rival)}, fading"), "weight", "fading"];

    private IEnumerable<string> Cells(DomainScore domain) =>
    [
        Count(domain.Total.Tokens), People.Number(domain.Total.Perplexity), People.Number(domain.Fading.Perplexity),
        .. _scores.Skip(1).Select(rival => People.Number(rival.Domains.FirstOrDefault(other => other.Domain == domain.Domain)?.Fading.Perplexity ?? double.NaN)),
        People.Number(domain.Weight), People.Number(domain.FadingWeight),
    ];

    private static string Count(double tokens) => tokens.ToString("0", CultureInfo.InvariantCulture);

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
