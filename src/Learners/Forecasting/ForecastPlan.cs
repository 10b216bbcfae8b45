using System.Text;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Forecasting;

/// <summary>What a fleet needs to make the learners of a new key: the task, its learner, the rivals that learn and are scored beside it,
/// and what watches them.</summary>
public sealed class ForecastPlan : LearnerPlan
{
    // Of a report in a message: the sums of one learner at one horizon, and the rest.
    private const int SumsBytes = ForecastKeyReport.Views * 37;
    private const int RestBytes = 512;

    // Of an answer in a message.
    private const int DriftAlarmBytes = 1 + 5 + 5;
    private const int AlertBytes = 1 + 5 + (1 + 1 + 5 + (3 * NumberBytes));

    /// <param name="task">What is to be said of each series.</param>
    /// <param name="learners">The pipeline's own learner, then its rivals.</param>
    /// <param name="seed">Seed of all randomness; each key and learner derives its own from it.</param>
    /// <param name="maxKeys">How many keys the pipeline may hold.</param>
    /// <param name="drift">Drift detectors that each key has.</param>
    /// <param name="alerts">When a key has an alert.</param>
    /// <param name="safety">When a learner goes back to its last good state.</param>
    /// <exception cref="OptionException">A setting cannot be used.</exception>
    public ForecastPlan(
        ForecastTask task, IReadOnlyList<LearnerChoice> learners, ulong seed, int maxKeys,
        IReadOnlyList<DriftChoice>? drift = null, AlertOptions? alerts = null, SafetyOptions? safety = null)
        : base(learners, seed, maxKeys, safety)
    {
        Task = task.Validate();
        Drift = drift ?? [];
        Alerts = (alerts ?? new AlertOptions()).Validate(task);

        // Making them once shows unusable settings now, not at the first record.
        foreach (var learner in learners)
        {
            (ForecasterRegistration.Create(learner, task, 0, new FleetWorkspaces(FleetPlace.Trial)) as IDisposable)?.Dispose();
        }

        foreach (var detector in Drift)
        {
            _ = detector.Registration.Detector(detector.Options, 0);
            RefuseUnsupported(detector);
        }
    }

    /// <summary>What is to be said of each series.</summary>
    public ForecastTask Task { get; }

    /// <summary>Drift detectors that each key has.</summary>
    public IReadOnlyList<DriftChoice> Drift { get; }

    /// <summary>When a key has an alert.</summary>
    public AlertOptions Alerts { get; }

    /// <inheritdoc/>
    public override string TaskName => ForecastTask.Name;

    /// <inheritdoc/>
    public override bool AnswersKeys => true;

    /// <inheritdoc/>
    public override int ReportBytes => RestBytes + ((Learners.Count + 1) * Task.Horizons.Count * SumsBytes);

    /// <inheritdoc/>
    public override int AnswerBytes(ExampleBatch examples, int row) => MostAnswerBytes;

    /// <inheritdoc/>
    /// <remarks>Value, lower and upper end for each horizon.</remarks>
    public override int MostAnswerBytes => AnswerRestBytes + (3 * Task.Horizons.Count * NumberBytes) + (Learners.Count * RecoveryBytes)
        + (Drift.Count * DriftAlarmBytes) + (Alerts.Enabled ? AlertBytes : 0);

    /// <inheritdoc/>
    public override ILearnerFleet CreateFleet(int maxKeys, FleetPlace? place = null, int replica = 0) => new ForecastFleet(this, maxKeys, place);

    /// <inheritdoc/>
    public override TaskSummary Summarize(IEnumerable<KeyReport> keys) => new ForecastSummary(this, keys);

    /// <inheritdoc/>
    public override TaskMeasures CreateMeasures() => new ForecastMeasures(this);

    /// <inheritdoc/>
    public override KeyWatcher CreateWatcher() => new ForecastWatcher(Task);

    /// <inheritdoc/>
    public override IReadOnlyList<int> MeasuredHorizons => Task.Horizons;

    /// <inheritdoc/>
    public override IEnumerable<(string Path, object Value)> Settings()
    {
        yield return ("task.horizons", string.Join(", ", Task.Horizons));
        yield return ("task.step", $"{Task.StepMilliseconds}ms");
        yield return ("task.out-of-order", Task.LateRecords);
        yield return ("task.coverage", Task.Coverage);
        yield return ("task.scoring.from", Task.Scoring.From);
        yield return ("task.scoring.scale-until", Task.Scoring.ScaleUntil);
        yield return ("task.scoring.window", Task.Scoring.Window);
        yield return ("task.scoring.fading", Task.Scoring.Fading);
        if (Task.Counter is { } counter)
        {
            yield return ("source.value-scale", counter.Scale);
            yield return ("source.max-rate", counter.MaxRate);
        }

        for (var i = 0; i < Drift.Count; i++)
        {
            yield return ($"drift.{i}.kind", Drift[i].Registration.Kind);
            foreach (var name in Drift[i].Options.Names)
            {
                yield return ($"drift.{i}.{name}", Drift[i].Options.Value(name));
            }

            yield return ($"drift.{i}.on", Drift[i].On);
            yield return ($"drift.{i}.reaction", Drift[i].Reaction);
        }

        if (Alerts.Enabled)
        {
            yield return ("alerts.above", Alerts.Above);
            yield return ("alerts.capacity", Alerts.Capacity);
            yield return ("alerts.probability", Alerts.Probability);
            yield return ("alerts.within", Alerts.Within);
            foreach (var (key, capacity) in Alerts.Capacities)
            {
                yield return ($"alerts.capacities.\"{key}\"", capacity);
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Kind, DeviceChoice Choice)> Devices() =>
        Learners.Select(learner => (Registration: ForecasterRegistration.Of(learner), learner.Options))
            .Where(learner => learner.Registration.Device is not null)
            .Select(learner => (learner.Registration.Kind, learner.Registration.Device!(Task, learner.Options)));

    internal IForecaster CreateForecaster(int learner, ReadOnlySpan<byte> key, FleetWorkspaces workspaces)
    {
        return ForecasterRegistration.Create(Learners[learner], Task, KeySeed(key) + (ulong)learner, workspaces);
    }

    internal IDriftDetector CreateDetector(int detector, ReadOnlySpan<byte> key)
    {
        var choice = Drift[detector];
        return choice.Registration.Detector(choice.Options, KeySeed(key) + (ulong)(Learners.Count + detector));
    }

    internal ThresholdAlert? CreateAlert(ReadOnlySpan<byte> key) =>
        Alerts.Enabled && Alerts.ThresholdOf(Encoding.UTF8.GetString(key)) is { } threshold
            ? new ThresholdAlert(Alerts.HorizonsOf(Task), threshold, Alerts.Probability)
            : null;

    private void RefuseUnsupported(DriftChoice detector)
    {
        var own = Learners[0].Registration;
        if (detector.Reaction != DriftReaction.None && !own.Reactions.Contains(detector.Reaction))
        {
            var known = own.Reactions.Prepend(DriftReaction.None).Distinct().Select(DriftNames.Text);
            throw new OptionException(
                $"{detector.Options.Path}.reaction", detector.Reaction.Text(),
                $"a reaction that the learner {own.Kind} knows: {string.Join(", ", known)}");
        }
    }
}
