using System.Globalization;
using System.Text.Json.Nodes;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Cli.Output;

/// <summary>Bandits: what was decided has cost, and what each learner would have cost, by four estimates. Costs are in [0, 1].</summary>
internal sealed class BanditView(PipelineDefinition pipeline, BanditPlan plan, BanditSummary summary) : TaskView(pipeline, summary)
{
    private readonly OffPolicyEstimator[] _estimates = [.. Enumerable.Range(0, plan.Learners.Count).Select(summary.EstimatesOf)];

    internal override IReadOnlyList<string> ScoreColumns => ["snips", "95 % from", "to", "ips", "doubly robust", "direct", "mean weight", "sample size"];

    internal override IReadOnlyList<string> LiveColumns => ["decisions", "learned", "waiting", "mean cost"];

    internal override IReadOnlyList<string> LiveNotes => [.. plan.Learners.Select((learner, i) =>
        $"{learner.Registration.Kind}: mean cost {People.Number(_estimates[i].Snips.Value)} "
        + $"[{People.Number(_estimates[i].Snips.Low)}, {People.Number(_estimates[i].Snips.High)}] by snips")];

    internal override IReadOnlyList<string> Scores(int learner)
    {
        var found = _estimates[learner];
        var snips = found.Snips;
        return
        [
            People.Number(snips.Value), People.Number(snips.Low), People.Number(snips.High), People.Number(found.Ips.Value),
            People.Number(found.DoublyRobust.Value), People.Number(found.DirectMethod.Value), People.Number(found.MeanWeight),
            found.EffectiveSampleSize.ToString("0", CultureInfo.InvariantCulture),
        ];
    }

    internal override void Watch(RecordCounts counts)
    {
        People.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Decisions} decisions, {summary.Learned} learned at a mean cost of {People.Number(summary.ProgressiveLoss)}, {summary.Waiting} waiting"));
        People.Say(JoinJson.Line(summary.Join, "feedback", "contexts"));
    }

    internal override IReadOnlyList<string> LiveCells(KeyReport report)
    {
        var key = (BanditKeyReport)report;
        return
        [
            key.Decisions.ToString(CultureInfo.InvariantCulture), key.Learned.ToString(CultureInfo.InvariantCulture),
            key.Waiting.ToString(CultureInfo.InvariantCulture), People.Number(ScoreOf(key)),
        ];
    }

    internal override double ScoreOf(KeyReport report) => report is BanditKeyReport key ? key.Cost / key.Learned : double.NaN;

    internal override void AddTo(JsonObject json)
    {
        json["decisions"] = summary.Decisions;
        json["learned"] = summary.Learned;
        json["waiting"] = summary.Waiting;
        json["mean_cost"] = Number(summary.ProgressiveLoss);
        json["feedback"] = JoinJson.Of(summary.Join, "decisions");
        AddTo(json, 0);
    }

    internal override void AddTo(JsonObject json, int learner)
    {
        // What a rival would have lost is an estimate, the self-normalised one.
        json["progressive_loss"] = Number(learner == 0 && summary.Decisions > 0 ? summary.ProgressiveLoss : _estimates[learner].Snips.Value);
        json["off_policy"] = OffPolicyJson.Of(_estimates[learner]);
    }

    internal override void AddTo(JsonObject json, KeyReport report)
    {
        var key = (BanditKeyReport)report;
        json["decisions"] = key.Decisions;
        json["learned"] = key.Learned;
        json["waiting"] = key.Waiting;
        json["progressive_loss"] = Number(ScoreOf(key));
        json["feedback"] = JoinJson.Of(key.Join, "decisions");
    }
}
