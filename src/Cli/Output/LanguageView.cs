using System.Globalization;
using System.Text.Json.Nodes;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Language;

namespace StreamLearn.Cli.Output;

/// <summary>Texts: how each learner foresaw them, by domain. Perplexities are of a token, before it was learned.</summary>
internal sealed class LanguageView(PipelineDefinition pipeline, LanguagePlan plan, LanguageSummary summary) : TaskView(pipeline, summary)
{
    private const int MostDomains = 12;

    private readonly LearnerLanguageScore[] _scores = [.. Enumerable.Range(0, plan.Learners.Count).Select(summary.ScoreOf)];

    internal override IReadOnlyList<string> ScoreColumns => ["perplexity", "window", "fading", "bits/byte", "worst domain", "tokens"];

    internal override IReadOnlyList<string> LiveColumns => ["texts", "learned", "tokens", "perplexity", "fading"];

    internal override IReadOnlyList<string> LiveNotes =>
    [
        .. Domains(),
        .. plan.Learners.Select((learner, i) => $"{learner.Registration.Kind}: perplexity {People.Number(_scores[i].Total.Perplexity)}, "
            + $"fading {People.Number(_scores[i].Fading.Perplexity)}, {People.Number(_scores[i].Total.BitsPerByte)} bits/byte"),
    ];

    internal override IReadOnlyList<string> Scores(int learner)
    {
        var score = _scores[learner];
        return
        [
            People.Number(score.Total.Perplexity), People.Number(score.Window.Perplexity), People.Number(score.Fading.Perplexity),
            People.Number(score.Total.BitsPerByte), People.Number(score.WorstDomainPerplexity),
            score.Total.Tokens.ToString("0", CultureInfo.InvariantCulture),
        ];
    }

    internal override void Watch(RecordCounts counts)
    {
        var training = summary.Training;
        People.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Learned} texts learned in {training.Steps} steps, {training.Waiting} sequences waiting, {training.Dropped} dropped, {training.Masked} masked"));
        if (training.Sequences > 0)
        {
            People.Say(
                $"last mini-batch: {training.Sequences} sequences worth {People.Number(training.EffectiveSampleSize)}, largest weight {People.Number(training.MaxWeight)}, "
                + $"losses within {People.Number(training.LossRange)} nats");
        }

        foreach (var domain in Domains())
        {
            People.Say(domain);
        }
    }

    internal override IReadOnlyList<string> LiveCells(KeyReport report)
    {
        var key = (LanguageKeyReport)report;
        var score = new LanguageSummary(plan, [key]).ScoreOf(0);
        return
        [
            key.Records.ToString(CultureInfo.InvariantCulture), key.Learned.ToString(CultureInfo.InvariantCulture),
            score.Total.Tokens.ToString("0", CultureInfo.InvariantCulture), People.Number(score.Total.Perplexity), People.Number(score.Fading.Perplexity),
        ];
    }

    internal override double ScoreOf(KeyReport report) => report is LanguageKeyReport key ? new LanguageSummary(plan, [key]).ScoreOf(0).Total.Perplexity : double.NaN;

    internal override void AddTo(JsonObject json)
    {
        var training = summary.Training;
        json["learned"] = summary.Learned;
        json["steps"] = training.Steps;
        json["waiting_sequences"] = training.Waiting;
        json["dropped_sequences"] = training.Dropped;
        json["masked_sequences"] = training.Masked;
        json["ess"] = Number(training.Sequences > 0 ? training.EffectiveSampleSize : null);
        json["max_weight"] = Number(training.Sequences > 0 ? training.MaxWeight : null);
        json["loss_range"] = Number(training.Sequences > 0 ? training.LossRange : null);
        AddTo(json, 0);
    }

    internal override void AddTo(JsonObject json, int learner) => AddTo(json, _scores[learner]);

    internal override void AddTo(JsonObject json, KeyReport report)
    {
        var key = (LanguageKeyReport)report;
        json["learned"] = key.Learned;
        json["steps"] = key.Training.Steps;
        AddTo(json, new LanguageSummary(plan, [key]).ScoreOf(0));
    }

    private static void AddTo(JsonObject json, LearnerLanguageScore score)
    {
        json["tokens"] = Number(score.Total.Tokens);
        json["perplexity"] = Number(score.Total.Perplexity);
        json["perplexity_window"] = Number(score.Window.Perplexity);
        json["perplexity_fading"] = Number(score.Fading.Perplexity);
        json["perplexity_domain_mean"] = Number(score.DomainMeanPerplexity);
        json["perplexity_worst_domain"] = Number(score.WorstDomainPerplexity);
        json["bits_per_byte"] = Number(score.Total.BitsPerByte);
        json["perplexity_by_domain"] = ByDomain(score, domain => domain.Total.Perplexity);
        json["perplexity_fading_by_domain"] = ByDomain(score, domain => domain.Fading.Perplexity);
        json["bits_per_byte_by_domain"] = ByDomain(score, domain => domain.Total.BitsPerByte);
        json["weight_by_domain"] = ByDomain(score, domain => domain.Weight);
        json["weight_fading_by_domain"] = ByDomain(score, domain => domain.FadingWeight);
    }

    private static JsonObject ByDomain(LearnerLanguageScore score, Func<DomainScore, double> number)
    {
        var json = new JsonObject();
        foreach (var domain in score.Domains)
        {
            json[domain.Domain] = Number(number(domain));
        }

        return json;
    }

    private IEnumerable<string> Domains()
    {
        foreach (var domain in _scores[0].Domains.Take(MostDomains))
        {
            yield return $"{domain.Domain}: perplexity {People.Number(domain.Total.Perplexity)}, fading {People.Number(domain.Fading.Perplexity)}, "
                + $"weight {People.Number(domain.FadingWeight)}";
        }

        if (_scores[0].Domains.Count > MostDomains)
        {
            yield return $"and {_scores[0].Domains.Count - MostDomains} more domains";
        }
    }
}
