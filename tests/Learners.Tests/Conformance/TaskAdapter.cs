using StreamLearn.Learners.Drift;

namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>
/// How the conformance suite drives the learners of one task. A task joins the suite by an adapter of its own and a line in
/// <see cref="TaskAdapters"/>; its learners are then tested because they are in the catalog.
/// </summary>
internal abstract class TaskAdapter
{
    /// <summary>The task, as the catalog names it.</summary>
    internal abstract string Task { get; }

    /// <summary>What every learner of the task implements.</summary>
    internal abstract Type Contract { get; }

    /// <summary>Numbers of an example: the value, then at least one feature, so that both are tested.</summary>
    internal abstract int Width { get; }

    /// <summary>Milliseconds between two examples of a key that have none missing between them.</summary>
    internal abstract long StepMilliseconds { get; }

    /// <summary>Examples of a key after which no place of its state is empty, if no step is missing.</summary>
    internal abstract int ExamplesToFill { get; }

    /// <summary>The learner's type.</summary>
    internal abstract Type TypeOf(LearnerRegistration learner);

    /// <summary>What a learner with these settings says before it has learned anything.</summary>
    internal abstract double[] PredictUntrained(LearnerRegistration learner, IReadOnlyDictionary<string, string> settings);

    /// <summary>A fleet without keys whose own learner is <paramref name="learner"/>.</summary>
    internal abstract FleetUnderTest Create(LearnerRegistration learner, ulong seed = 1, int maxKeys = 100);

    /// <summary>One in which a drift detector gives an alarm at every tenth value or so, which the learner reacts to.</summary>
    internal abstract FleetUnderTest CreateAlarmed(LearnerRegistration learner, DriftReaction reaction);

    /// <summary>The same with the keys that a fleet has stored.</summary>
    internal FleetUnderTest LoadAlarmed(LearnerRegistration learner, byte[] stored, DriftReaction reaction)
    {
        var fleet = CreateAlarmed(learner, reaction);
        fleet.Load(stored);
        return fleet;
    }

    /// <summary>The first with the keys that a fleet has stored.</summary>
    internal FleetUnderTest Load(LearnerRegistration learner, byte[] stored)
    {
        var fleet = Create(learner);
        fleet.Load(stored);
        return fleet;
    }

    /// <summary>The first with one key.</summary>
    internal FleetUnderTest LoadKey(LearnerRegistration learner, string key, byte[] state)
    {
        var fleet = Create(learner);
        fleet.LoadKey(key, state);
        return fleet;
    }
}
