using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Learners.Bandits;

/// <summary>How the learners of some keys of a bandit pipeline stand.</summary>
public sealed class BanditMeasures : TaskMeasures
{
    private static readonly Measure Decisions = Measure.Count("decisions", "{decision}", MeasureScope.Pipeline, "decisions made");
    private static readonly Measure Learned = Measure.Count("learned", "{decision}", MeasureScope.Pipeline, "decisions whose cost has been learned");
    private static readonly Measure Waiting = Measure.Count("waiting", "{decision}", MeasureScope.Pipeline, "decisions that wait for feedback");
    private static readonly Measure Joined = Measure.Count("joined", "{feedback}", MeasureScope.Pipeline, "feedback that found its decision");
    private static readonly Measure Missed = Measure.Count(
        "missed", "{decision}", MeasureScope.Pipeline, "decisions without feedback within the time to live");
    private static readonly Measure Overflowed = Measure.Count(
        "overflowed", "{decision}", MeasureScope.Pipeline, "decisions that made room for newer ones first");
    private static readonly Measure Late = Measure.Count(
        "late", "{feedback}", MeasureScope.Pipeline, "feedback whose decision had waited too long, or had made room");
    private static readonly Measure Held = Measure.Count(
        "held", "{feedback}", MeasureScope.Pipeline, "feedback that came before its decision, and waited");
    private static readonly Measure Unknown = Measure.Count("unknown", "{feedback}", MeasureScope.Pipeline, "feedback whose decision has not been seen");
    private static readonly Measure Duplicates = Measure.Count(
        "duplicates", "{feedback}", MeasureScope.Pipeline, "feedback for a decision that had had its own");
    private static readonly Measure DuplicateDecisions = Measure.Count(
        "duplicate_decisions", "{decision}", MeasureScope.Pipeline, "contexts whose id had been decided on");

    private static readonly Measure Loss = new(
        "loss", "1", MeasureScope.Pipeline, "progressive validation loss: mean cost in [0, 1] of what was decided and has been learned, since the start");

    private static readonly Measure FadingLoss = new(
        "loss_fading", "1", MeasureScope.Pipeline, "the same, each cost weighing 0.999 of the key's next; since the node has had the key's learners in memory");

    private static readonly Measure Reward = new("reward", "1", MeasureScope.Pipeline, "mean feedback that the loss means, in the unit of feedback");

    private static readonly Measure Regret = new(
        "regret", "1", MeasureScope.Pipeline, "loss less the least cost among the rivals as doubly robust estimation has it: the price of not having followed the best");

    private static readonly Measure Propensity = new(
        "propensity", "1", MeasureScope.Pipeline, "mean probability that the chosen action had, fading as loss_fading");

    private static readonly Measure LeastPropensity = new(
        "propensity_min", "1", MeasureScope.Pipeline, "least probability that a chosen action had, of the last 500 to 1000 decisions of each key");

    private static readonly Measure Ips = new("ips", "1", MeasureScope.Learner, "mean cost if it had decided, by inverse propensity scores");
    private static readonly Measure Snips = new("snips", "1", MeasureScope.Learner, "the same, self-normalised");
    private static readonly Measure DoublyRobust = new("doubly_robust", "1", MeasureScope.Learner, "the same, by its own regression, corrected");
    private static readonly Measure DoublyRobustError = new("doubly_robust_error", "1", MeasureScope.Learner, "standard error of that");

    private static readonly Measure EffectiveSampleSize = new(
        "effective_sample_size", "{decision}", MeasureScope.Learner, "decisions of its own that the weighted ones are worth, as Kish has it");

    private static readonly Measure MeanWeight = new(
        "mean_weight", "1", MeasureScope.Learner, "mean importance weight; near 1 where probabilities are right");
    private static readonly Measure MaxWeight = new("max_weight", "1", MeasureScope.Learner, "largest importance weight");
    private static readonly Measure Clipped = Measure.Count(
        "clipped_weights", "{decision}", MeasureScope.Learner, "decisions whose importance weight was above the cap");

    private readonly BanditTask _task;
    private readonly OffPolicyEstimator[] _estimates;
    private RecentDecisions _recent = new();
    private long _decisions;
    private long _learned;
    private long _waiting;
    private double _cost;
    private JoinCounts _join;

    /// <param name="plan">Whose learners.</param>
    internal BanditMeasures(BanditPlan plan)
        : base(plan.Learners.Count)
    {
        _task = plan.Task;
        _estimates = [.. plan.Learners.Select(_ => new OffPolicyEstimator(plan.OffPolicy))];
    }

    /// <summary>What there is.</summary>
    internal static IReadOnlyList<Measure> All { get; } =
    [
        .. Common, Decisions, Learned, Waiting, Joined, Missed, Overflowed, Late, Held, Unknown, Duplicates, DuplicateDecisions, Loss, FadingLoss, Reward,
        Regret, Propensity, LeastPropensity,
        Ips, Snips, DoublyRobust, DoublyRobustError, EffectiveSampleSize, MeanWeight, MaxWeight, Clipped,
    ];

    /// <summary>Adds what one key has beside what all tasks have.</summary>
    internal void AddDecisions(long decisions, long learned, double cost, long waiting, JoinCounts join, in RecentDecisions recent)
    {
        _decisions += decisions;
        _learned += learned;
        _cost += cost;
        _waiting += waiting;
        _join += join;
        _recent.Add(recent);
    }

    /// <summary>Adds what one key's estimates of a learner are.</summary>
    internal void AddEstimates(int learner, OffPolicyEstimator estimates) => _estimates[learner].Add(estimates);

    private protected override void AddTask(TaskMeasures other)
    {
        var added = (BanditMeasures)other;
        AddDecisions(added._decisions, added._learned, added._cost, added._waiting, added._join, added._recent);
        for (var i = 0; i < _estimates.Length; i++)
        {
            _estimates[i].Add(added._estimates[i]);
        }
    }

    private protected override IEnumerable<MeasuredValue> TaskValues()
    {
        var loss = _cost / _learned;
        yield return new MeasuredValue(Decisions, 0, 0, _decisions);
        yield return new MeasuredValue(Learned, 0, 0, _learned);
        yield return new MeasuredValue(Waiting, 0, 0, _waiting);
        yield return new MeasuredValue(Joined, 0, 0, _join.Joined);
        yield return new MeasuredValue(Missed, 0, 0, _join.Missing);
        yield return new MeasuredValue(Overflowed, 0, 0, _join.Overflowed);
        yield return new MeasuredValue(Late, 0, 0, _join.Late);
        yield return new MeasuredValue(Held, 0, 0, _join.Held);
        yield return new MeasuredValue(Unknown, 0, 0, _join.Unknown);
        yield return new MeasuredValue(Duplicates, 0, 0, _join.Duplicates);
        yield return new MeasuredValue(DuplicateDecisions, 0, 0, _join.DuplicateDecisions);
        yield return new MeasuredValue(Loss, 0, 0, loss);
        yield return new MeasuredValue(FadingLoss, 0, 0, _recent.Loss);
        yield return new MeasuredValue(Reward, 0, 0, _task.FeedbackOf(loss));
        yield return new MeasuredValue(Propensity, 0, 0, _recent.Propensity);
        yield return new MeasuredValue(LeastPropensity, 0, 0, _recent.LeastPropensity);
        var best = double.NaN;
        for (var i = 0; i < _estimates.Length; i++)
        {
            var estimates = _estimates[i];
            var robust = estimates.DoublyRobust;
            best = i > 0 && !(robust.Value >= best) ? robust.Value : best;
            yield return new MeasuredValue(Ips, i, 0, estimates.Ips.Value);
            yield return new MeasuredValue(Snips, i, 0, estimates.Snips.Value);
            yield return new MeasuredValue(DoublyRobust, i, 0, robust.Value);
            yield return new MeasuredValue(DoublyRobustError, i, 0, robust.StandardError);
            yield return new MeasuredValue(EffectiveSampleSize, i, 0, estimates.Count == 0 ? double.NaN : estimates.EffectiveSampleSize);
            yield return new MeasuredValue(MeanWeight, i, 0, estimates.MeanWeight);
            yield return new MeasuredValue(MaxWeight, i, 0, estimates.MaxWeight);
            yield return new MeasuredValue(Clipped, i, 0, estimates.Clipped);
        }

        yield return new MeasuredValue(Regret, 0, 0, loss - best);
    }
}
