using System.Text;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting;

/// <summary>What a fleet needs to make the learners of a new key: the task, its learner, the rivals that learn and are scored beside it,
/// and what watches them.</summary>
public sealed class ForecastPlan
{
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
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(learners.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxKeys, 1);
        Task = task.Validate();
        Learners = learners;
        Seed = seed;
        MaxKeys = maxKeys;
        Drift = drift ?? [];
        Alerts = (alerts ?? new AlertOptions()).Validate(task);
        Safety = (safety ?? new SafetyOptions()).Validate();

        // Making them once shows unusable settings now, not at the first record.
        foreach (var learner in learners)
        {
            _ = ForecasterRegistration.Create(learner, task, 0, new FleetWorkspaces());
        }

        foreach (var detector in Drift)
        {
            _ = detector.Registration.Detector(detector.Options, 0);
            RefuseUnsupported(detector);
        }
    }

    /// <summary>What is to be said of each series.</summary>
    public ForecastTask Task { get; }

    /// <summary>The pipeline's own learner, then its rivals.</summary>
    public IReadOnlyList<LearnerChoice> Learners { get; }

    /// <summary>Seed of all randomness.</summary>
    public ulong Seed { get; }

    /// <summary>How many keys the pipeline may hold, over all its fleets.</summary>
    public int MaxKeys { get; }

    /// <summary>Drift detectors that each key has.</summary>
    public IReadOnlyList<DriftChoice> Drift { get; }

    /// <summary>When a key has an alert.</summary>
    public AlertOptions Alerts { get; }

    /// <summary>When a learner goes back to its last good state.</summary>
    public SafetyOptions Safety { get; }

    /// <summary>Where the learners with networks run, and why, by their kind: to be logged once.</summary>
    public IEnumerable<(string Kind, DeviceChoice Choice)> Devices() =>
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

    /// <summary>FNV-1a over the key, started from the seed: the same key has the same generator in whatever bucket it lives.</summary>
    private ulong KeySeed(ReadOnlySpan<byte> key)
    {
        var hash = 0xcbf29ce484222325 ^ (Seed * 0x9e3779b97f4a7c15);
        foreach (var b in key)
        {
            hash = (hash ^ b) * 0x100000001b3;
        }

        return hash;
    }
}
