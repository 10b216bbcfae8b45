using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Language;

/// <summary>What a fleet needs to make the learners of a new key: the task, its learner, and the rivals that learn and are scored beside it.</summary>
public sealed class LanguagePlan : LearnerPlan
{
    // Of a report in a message: what a learner's scores of a domain take, a domain's name, and the rest.
    private const int ScoresBytes = (LossViews.Fields * 3 * NumberBytes) + (GivenWeight.Fields * NumberBytes);
    private const int RestBytes = 1024;

    /// <param name="task">What texts become, and how they are scored.</param>
    /// <param name="learners">The pipeline's own learner, then its rivals.</param>
    /// <param name="seed">Seed of all randomness; each key and learner derives its own from it.</param>
    /// <param name="maxKeys">How many keys the pipeline may hold.</param>
    /// <param name="safety">When a learner goes back to its last good state.</param>
    /// <exception cref="OptionException">A setting cannot be used.</exception>
    public LanguagePlan(LanguageTask task, IReadOnlyList<LearnerChoice> learners, ulong seed, int maxKeys, SafetyOptions? safety = null)
        : base(learners, seed, maxKeys, safety)
    {
        Task = task.Validate();
        foreach (var learner in learners)
        {
            LanguageRegistration.Of(learner).Check(task, learner.Options);
        }
    }

    /// <summary>What texts become, and how they are scored.</summary>
    public LanguageTask Task { get; }

    /// <inheritdoc/>
    public override string TaskName => LanguageTask.Name;

    /// <inheritdoc/>
    public override int ReportBytes => RestBytes + (Task.DomainLimit * (LanguageTask.MostDomainBytes + (Learners.Count * ScoresBytes)));

    /// <inheritdoc/>
    public override int AnswerBytes(ExampleBatch examples, int row) => MostAnswerBytes;

    /// <inheritdoc/>
    /// <remarks>Tokens and perplexity.</remarks>
    public override int MostAnswerBytes => AnswerRestBytes + (2 * NumberBytes) + (Learners.Count * RecoveryBytes);

    /// <inheritdoc/>
    public override ILearnerFleet CreateFleet(int maxKeys, FleetPlace? place = null, int replica = 0) => new LanguageFleet(this, maxKeys, place);

    /// <inheritdoc/>
    public override TaskSummary Summarize(IEnumerable<KeyReport> keys) => new LanguageSummary(this, keys);

    /// <inheritdoc/>
    public override TaskMeasures CreateMeasures() => new LanguageMeasures(this);

    /// <inheritdoc/>
    public override KeyWatcher CreateWatcher() => new LanguageWatcher();

    /// <inheritdoc/>
    public override IEnumerable<(string Kind, DeviceChoice Choice)> Devices() =>
        Learners.Select(learner => (Registration: LanguageRegistration.Of(learner), learner.Options))
            .Where(learner => learner.Registration.Device is not null)
            .Select(learner => (learner.Registration.Kind, learner.Registration.Device!(Task, learner.Options)));

    /// <inheritdoc/>
    public override IEnumerable<(string Path, object Value)> Settings()
    {
        yield return ("task.domains", string.Join(", ", Task.Domains));
        yield return ("task.max-domains", Task.MaxDomains);
        yield return ("task.context", Task.Context);
        yield return ("task.tokenizer", Task.Tokenizer.Signature);
        yield return ("task.score", Task.Score);
        yield return ("task.scoring.window", Task.Scoring.Window);
        yield return ("task.scoring.fading", Task.Scoring.Fading);
    }

    internal ILanguageLearner CreateLearner(int learner, ReadOnlySpan<byte> key, DomainNames names, FleetWorkspaces workspaces) =>
        LanguageRegistration.Of(Learners[learner]).Create(Task, Learners[learner].Options, names, KeySeed(key) + (ulong)learner, workspaces);
}
