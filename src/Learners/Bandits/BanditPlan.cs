using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Bandits;

/// <summary>What a fleet needs to make the learners of a new key: the task, the learner that decides, and the rivals that learn from its
/// decisions and are scored as if they had decided.</summary>
public sealed class BanditPlan : LearnerPlan
{
    // Of a report in a message: what one learner's estimates take, and the rest.
    private const int EstimatesBytes = 400;
    private const int RestBytes = 1024;

    // Of a contribution in an answer, what is around it.
    private const int DueBytes = 1 + 5 + 5;

    /// <param name="task">Among what is decided, and what feedback means.</param>
    /// <param name="learners">The learner that decides, then its rivals.</param>
    /// <param name="seed">Seed of all randomness; each key and learner derives its own from it.</param>
    /// <param name="maxKeys">How many keys the pipeline may hold.</param>
    /// <param name="offPolicy">How learners are scored on decisions that are not theirs.</param>
    /// <param name="safety">When a learner goes back to its last good state.</param>
    /// <param name="replicas">How replicas of one model are averaged; null: each key has a model of its own.</param>
    /// <param name="replicasPath">Where that is configured, for errors.</param>
    /// <exception cref="OptionException">A setting cannot be used.</exception>
    public BanditPlan(
        BanditTask task, IReadOnlyList<LearnerChoice> learners, ulong seed, int maxKeys, OffPolicyOptions? offPolicy = null,
        SafetyOptions? safety = null, ReplicaOptions? replicas = null, string replicasPath = "replicas")
        : base(learners, seed, maxKeys, safety)
    {
        Task = task.Validate();
        OffPolicy = offPolicy ?? DefaultOffPolicy;
        _ = new OffPolicyEstimator(OffPolicy);

        // Making them once shows unusable settings now, not at the first record.
        for (var i = 0; i < learners.Count; i++)
        {
            _ = CreateLearner(i, [], new FleetWorkspaces(FleetPlace.Trial));
        }

        Replicas = replicas?.Validate(replicasPath);
        if (replicas is not null)
        {
            ReplicaSlices = CreateLearner(0, [], new FleetWorkspaces(FleetPlace.Trial)) is IAveragedLearner averaged
                ? ReplicaExchange.SlicesOf(replicas, averaged)
                : throw new OptionException(
                    $"{replicasPath}.enabled", $"on with the learner {learners[0].Registration.Kind}",
                    "off, or a learner with a model that can be averaged: " + string.Join(", ", BanditCatalog.All.Where(learner => learner.IsAveraged)
                        .Select(learner => learner.Kind)));
        }
    }

    /// <summary>How learners are scored where nothing else is said. Weights are cut at 100: on a live topic one decision of a tiny probability would
    /// outweigh all others for good.</summary>
    public static OffPolicyOptions DefaultOffPolicy { get; } = new() { WeightCap = 100 };

    /// <summary>Among what is decided, and what feedback means.</summary>
    public BanditTask Task { get; }

    /// <summary>How learners are scored on decisions that are not theirs.</summary>
    public OffPolicyOptions OffPolicy { get; }

    /// <inheritdoc/>
    public override ReplicaOptions? Replicas { get; }

    /// <inheritdoc/>
    public override (int Slices, int LargestBytes) ReplicaSlices { get; }

    /// <inheritdoc/>
    public override string TaskName => BanditTask.Name;

    /// <inheritdoc/>
    public override int ReportBytes => RestBytes + (Learners.Count * EstimatesBytes);

    /// <inheritdoc/>
    /// <remarks>The action and a probability for each: of actions that a context brings itself, each may take a byte in the chunk.</remarks>
    public override int AnswerBytes(ExampleBatch examples, int row) => AnswerBytesOf(BanditRecord.ActionsOf(examples.Payload(row)));

    /// <inheritdoc/>
    public override int MostAnswerBytes => AnswerBytesOf(Task.HasFixedActions ? Task.Actions.Count : BanditTask.MostActions);

    /// <inheritdoc/>
    /// <remarks>One may fall due whenever something is learned, as long as no slice has more of them waiting than may.</remarks>
    public override long MostContributions(int records) => Replicas is null
        ? 0
        : Math.Min(
            (long)SliceExchange.MostOutstanding * ReplicaSlices.Slices,
            ((records + MostMissed - 1) / ReplicaExchange.Interval(Replicas, ReplicaSlices.Slices)) + 1);

    /// <inheritdoc/>
    public override long BesideAnswers(int records) =>
        (MostContributions(records) * (ReplicaSlices.LargestBytes + DueBytes)) + (((MostMissed / Safety.RefusedInRow) + 1) * Learners.Count * RecoveryBytes);

    /// <inheritdoc/>
    public override ILearnerFleet CreateFleet(int maxKeys, FleetPlace? place = null, int replica = 0) => new BanditFleet(this, maxKeys, place, replica);

    /// <summary>The id of the decision: a context and its feedback meet.</summary>
    public override ReadOnlySpan<byte> SpreadBy(ExampleBatch examples, int row) =>
        BanditRecord.TryRead(examples.Payload(row), out var record) ? record.Id : examples.Key(row);

    /// <inheritdoc/>
    public override TaskSummary Summarize(IEnumerable<KeyReport> keys) => new BanditSummary(this, keys);

    /// <inheritdoc/>
    public override TaskMeasures CreateMeasures() => new BanditMeasures(this);

    /// <inheritdoc/>
    public override KeyWatcher CreateWatcher() => new BanditWatcher(Task);

    /// <inheritdoc/>
    public override IEnumerable<(string Path, object Value)> Settings()
    {
        yield return ("task.actions", string.Join(", ", Task.Actions));
        yield return ("task.feedback", Task.Feedback);
        yield return ("task.min", Task.FeedbackMin);
        yield return ("task.max", Task.FeedbackMax);
        yield return ("task.shared-features", Task.SharedFeatures);
        yield return ("task.action-features", Task.ActionFeatures);
        yield return ("task.reward-ttl", $"{Task.Join.TimeToLiveMilliseconds}ms");
        yield return ("task.max-pending", Task.Join.MaxPending);
        yield return ("task.missing", Task.Join.Missing);
        yield return ("task.duplicates", Task.Join.Duplicates);
        yield return ("task.late", Task.Join.Late);
        yield return ("task.early", Task.Join.Early);
        yield return ("task.off-policy.fading", OffPolicy.Fading);
        yield return ("task.off-policy.weight-cap", OffPolicy.WeightCap);
    }

    internal IBanditLearner CreateLearner(int learner, ReadOnlySpan<byte> key, FleetWorkspaces workspaces) =>
        BanditRegistration.Of(Learners[learner]).Create(Task, Learners[learner].Options, KeySeed(key) + (ulong)learner, workspaces);

    /// <summary>Decisions that may be learned with a chunk besides those of its records: where missing feedback counts, a jump of event time misses all that
    /// wait.</summary>
    private long MostMissed => double.IsNaN(Task.Join.Missing) ? 0 : Task.Join.MaxPending;

    private int AnswerBytesOf(int actions) => AnswerRestBytes + ((1 + actions) * NumberBytes) + (Learners.Count * RecoveryBytes);

    /// <summary>Seed of the generator that draws a key's actions: each replica draws on its own.</summary>
    internal ulong DrawSeed(ReadOnlySpan<byte> key, int replica) => KeySeed(key) ^ 0xd1342543de82ef95 ^ ((ulong)replica * 0x9e3779b97f4a7c15);
}
