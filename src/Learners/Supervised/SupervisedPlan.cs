using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Supervised.Scores;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Supervised;

/// <summary>What a fleet needs to make the learners of a new key of the tasks <c>classify</c> and <c>regress</c>.</summary>
public sealed class SupervisedPlan : LearnerPlan
{
    // Of a report in a message: besides the learners and the labels.
    private const int RestBytes = 1024;

    // Of an answer, where its labels end.
    private const int EndBytes = 5;

    /// <param name="task">What is predicted.</param>
    /// <param name="learners">The learner whose predictions are published, then its rivals.</param>
    /// <param name="seed">Seed of all randomness; each key and learner derives its own from it.</param>
    /// <param name="maxKeys">How many keys the pipeline may hold.</param>
    /// <param name="safety">When a learner goes back to its last good state.</param>
    /// <exception cref="OptionException">A setting cannot be used.</exception>
    public SupervisedPlan(SupervisedTask task, IReadOnlyList<LearnerChoice> learners, ulong seed, int maxKeys, SafetyOptions? safety = null)
        : base(learners, seed, maxKeys, safety)
    {
        Task = task.Validate();
        FixedLabels = task.HasFixedClasses ? new LabelBook(task.Classes) : null;

        // Making them once shows unusable settings now, not at the first record.
        for (var i = 0; i < learners.Count; i++)
        {
            CreateLearner(i, [], new FleetWorkspaces(FleetPlace.Trial)).Dispose();
        }
    }

    /// <summary>What is predicted.</summary>
    public SupervisedTask Task { get; }

    /// <inheritdoc/>
    public override string TaskName => Task.Name;

    /// <inheritdoc/>
    public override int ReportBytes => RestBytes + LabelBytes + (Learners.Count * (2 * NumberBytes))
        + ((Learners.Count + 1) * SupervisedKeyReport.Views * NumberBytes * (8 + (ClassSums.BinCount * ClassSums.BinNumbers)));

    /// <inheritdoc/>
    /// <remarks>A label by itself is answered by nothing but the end of no labels.</remarks>
    public override int AnswerBytes(ExampleBatch examples, int row) =>
        examples.Payload(row) is [(byte)SupervisedRecordKind.Label, ..] ? AnswerRestBytes + EndBytes + (Learners.Count * RecoveryBytes) : MostAnswerBytes;

    /// <inheritdoc/>
    /// <remarks>A list of the class and the probability of each, and the labels where these grow: as many as there may be.</remarks>
    public override int MostAnswerBytes => AnswerRestBytes + (Learners.Count * RecoveryBytes)
        + (Task.IsClassification ? EndBytes + ((1 + Task.LargestClasses) * NumberBytes) + (Task.HasFixedClasses ? 0 : LabelBytes) : NumberBytes);

    /// <summary>The labels where all are known from the start; null: each key has its own.</summary>
    internal LabelBook? FixedLabels { get; }

    private int LabelBytes => Task.LargestClasses * (2 + SupervisedTask.MostLabelBytes + 3);

    /// <inheritdoc/>
    public override IEnumerable<(string Kind, DeviceChoice Choice)> Devices() =>
        Learners.Select(learner => (Registration: SupervisedRegistration.Of(learner, TaskName), learner.Options))
            .Where(learner => learner.Registration.Device is not null)
            .Select(learner => (learner.Registration.Kind, learner.Registration.Device!(Task, learner.Options)));

    /// <inheritdoc/>
    public override ILearnerFleet CreateFleet(int maxKeys, FleetPlace? place = null, int replica = 0) => new SupervisedFleet(this, maxKeys, place);

    /// <inheritdoc/>
    public override TaskSummary Summarize(IEnumerable<KeyReport> keys) => new SupervisedSummary(this, keys);

    /// <inheritdoc/>
    public override TaskMeasures CreateMeasures() => new SupervisedMeasures(this);

    /// <inheritdoc/>
    public override KeyWatcher CreateWatcher() => new SupervisedWatcher(this);

    /// <inheritdoc/>
    public override IEnumerable<(string Path, object Value)> Settings()
    {
        yield return ("task.features", Task.Features);
        yield return ("task.classes", string.Join(", ", Task.Classes));
        if (Task is { IsClassification: true, HasFixedClasses: false })
        {
            yield return ("task.max-classes", Task.MaxClasses);
        }

        yield return ("task.label-ttl", $"{Task.Join.TimeToLiveMilliseconds}ms");
        yield return ("task.max-pending", Task.Join.MaxPending);
        yield return ("task.duplicates", Task.Join.Duplicates);
        yield return ("task.late", Task.Join.Late);
        yield return ("task.early", Task.Join.Early);
        yield return ("task.scoring.from", Task.Scoring.From);
        yield return ("task.scoring.scale-until", Task.Scoring.ScaleUntil);
        yield return ("task.scoring.window", Task.Scoring.Window);
        yield return ("task.scoring.fading", Task.Scoring.Fading);
    }

    internal ISupervisedLearner CreateLearner(int learner, ReadOnlySpan<byte> key, FleetWorkspaces workspaces) =>
        SupervisedRegistration.Of(Learners[learner], TaskName).Create(Task, Learners[learner].Options, KeySeed(key) + (ulong)learner, workspaces);
}
