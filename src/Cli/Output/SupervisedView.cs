using System.Globalization;
using System.Text.Json.Nodes;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Cli.Output;

/// <summary>Classes and numbers: how well they were predicted, each before its label was learned.</summary>
internal sealed class SupervisedView(PipelineDefinition pipeline, SupervisedPlan plan, SupervisedSummary summary) : TaskView(pipeline, summary)
{
    private bool IsClassification => plan.Task.IsClassification;

    internal override IReadOnlyList<string> ScoreColumns =>
        IsClassification ? ["accuracy", "kappa", "kappa temporal", "log loss", "brier", "ece"] : ["mae", "rmse", "smape", "skill"];

    internal override IReadOnlyList<string> LiveColumns =>
        ["predicted", "learned", "waiting", .. IsClassification ? ["accuracy", "fading", "kappa"] : (string[])["error", "fading", "skill"]];

    internal override IReadOnlyList<string> LiveNotes => [.. plan.Learners.Select((learner, i) =>
        $"{learner.Registration.Kind}: {string.Join(", ", ScoreColumns.Zip(Scores(i), (name, score) => $"{name} {score}"))}")];

    internal override IReadOnlyList<string> Scores(int learner) => [.. Named(summary, learner, ScoreView.SinceStart).Select(score => People.Number(score.Value))];

    internal override void Watch(RecordCounts counts)
    {
        var scale = IsClassification ? "" : "; errors are in units of each key's largest absolute number so far";
        People.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Predicted} predicted, {summary.Scored:0} scored, {Classes()}{summary.Waiting} waiting for their label{scale}"));
        if (summary.Join != default)
        {
            People.Say(JoinJson.Line(summary.Join, "labels", "features"));
        }

        if (Weighed(summary) is { Steps: > 0 } weighed)
        {
            People.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{weighed.Steps} mini-batches; in the last one {weighed.Samples} samples were worth {People.Number(weighed.EffectiveSampleSize)}, largest weight "
                + $"{People.Number(weighed.MaxWeight)}, losses {People.Number(weighed.LossRange)} apart; {weighed.Masked} without a finite loss"));
        }
    }

    internal override IReadOnlyList<string> LiveCells(KeyReport report)
    {
        var key = (SupervisedKeyReport)report;
        var one = new SupervisedSummary(plan, [key]);
        return
        [
            key.Predicted.ToString(CultureInfo.InvariantCulture), key.Learned.ToString(CultureInfo.InvariantCulture),
            key.Waiting.ToString(CultureInfo.InvariantCulture), People.Number(First(ScoreView.SinceStart)), People.Number(First(ScoreView.Fading)),
            People.Number(IsClassification ? one.ClassScoresOf(0, ScoreView.SinceStart).Kappa : one.TargetScoresOf(0, ScoreView.SinceStart).Skill),
        ];

        double First(ScoreView view) => IsClassification ? one.ClassScoresOf(0, view).Accuracy : one.TargetScoresOf(0, view).Mae;
    }

    internal override double ScoreOf(KeyReport report)
    {
        var one = new SupervisedSummary(plan, [report]);
        return IsClassification ? 1 - one.ClassScoresOf(0, ScoreView.SinceStart).Accuracy : one.TargetScoresOf(0, ScoreView.SinceStart).Mae;
    }

    internal override void AddTo(JsonObject json)
    {
        json["predicted"] = summary.Predicted;
        json["scored"] = Math.Round(summary.Scored);
        json["waiting"] = summary.Waiting;
        if (IsClassification)
        {
            json["classes"] = summary.Keys.Select(key => key.Classes.Length).DefaultIfEmpty(0).Max();
        }

        json["labels"] = JoinJson.Of(summary.Join, "features");
        AddScores(json, summary, 0, ScoreView.SinceStart);
        json["reweighting"] = Reweighting(Weighed(summary));
    }

    internal override void AddTo(JsonObject json, int learner)
    {
        AddScores(json, summary, learner, ScoreView.SinceStart);
        foreach (var (name, view) in (ReadOnlySpan<(string, ScoreView)>)[("windowed", ScoreView.Windowed), ("fading", ScoreView.Fading)])
        {
            var past = new JsonObject();
            AddScores(past, summary, learner, view);
            json[name] = past;
        }

        if (learner == 0)
        {
            json["reweighting"] = Reweighting(Weighed(summary));
        }
    }

    internal override void AddTo(JsonObject json, KeyReport report)
    {
        var key = (SupervisedKeyReport)report;
        json["predicted"] = key.Predicted;
        json["waiting"] = key.Waiting;
        if (IsClassification)
        {
            json["classes"] = new JsonArray([.. key.Classes.Select(label => (JsonNode)label)]);
        }

        json["labels"] = JoinJson.Of(key.Join, "features");
        AddScores(json, new SupervisedSummary(plan, [key]), 0, ScoreView.SinceStart);
        json["reweighting"] = Reweighting(key.Reweighting);
    }

    /// <summary>The scores by their names in JSON, in the order of <see cref="ScoreColumns"/>.</summary>
    private (string Name, double Value)[] Named(SupervisedSummary of, int learner, ScoreView view)
    {
        if (!IsClassification)
        {
            var errors = of.TargetScoresOf(learner, view);
            return [("mae", errors.Mae), ("rmse", errors.Rmse), ("smape", errors.Smape), ("skill", errors.Skill)];
        }

        var scores = of.ClassScoresOf(learner, view);
        return
        [
            ("accuracy", scores.Accuracy), ("kappa", scores.Kappa), ("kappa_temporal", scores.KappaTemporal), ("log_loss", scores.LogLoss),
            ("brier", scores.Brier), ("ece", scores.CalibrationError),
        ];
    }

    private void AddScores(JsonObject json, SupervisedSummary of, int learner, ScoreView view)
    {
        foreach (var (name, value) in Named(of, learner, view))
        {
            json[name] = Number(value);
        }
    }

    private string Classes() => !IsClassification ? ""
        : FormattableString.Invariant($"{summary.Keys.Select(key => key.Classes.Length).DefaultIfEmpty(0).Max()} classes, ");

    /// <summary>The last mini-batches of all keys: counts are sums, samples and ranges means over keys, the weight is the largest.</summary>
    private static ReweightingStanding Weighed(SupervisedSummary summary)
    {
        var standings = summary.Keys.Select(key => key.Reweighting).Where(standing => standing.Samples > 0).ToList();
        return standings.Count == 0 ? default : new ReweightingStanding(
            standings.Sum(one => one.Steps), summary.Keys.Sum(key => key.Reweighting.Masked), (int)Math.Round(standings.Average(one => one.Samples)),
            standings.Average(one => one.EffectiveSampleSize), standings.Max(one => one.MaxWeight), standings.Average(one => one.LossRange),
            standings.Average(one => one.Temperature));
    }

    private static JsonObject? Reweighting(ReweightingStanding standing) => standing.Steps == 0 ? null : new JsonObject
    {
        ["steps"] = standing.Steps,
        ["samples"] = standing.Samples,
        ["ess"] = Number(standing.EffectiveSampleSize),
        ["max_weight"] = Number(standing.MaxWeight),
        ["loss_range"] = Number(standing.LossRange),
        ["masked"] = standing.Masked,
    };
}
