using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Supervised;

/// <summary>A learner of the task <c>classify</c> or <c>regress</c> as configuration names it.</summary>
/// <param name="Kind">Its name, e.g. <c>mlp-classifier</c>.</param>
/// <param name="Task">Which of the two it learns.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Options">Its settings with their defaults, as <c>reference.conf</c> states them.</param>
/// <param name="Create">Makes one for a key: task, settings, seed, and what it shares with the other learners of its fleet.</param>
/// <param name="Device">Where its network runs, and why; null: it has no network.</param>
public sealed record SupervisedRegistration(
    string Kind,
    string Task,
    string Summary,
    IReadOnlyDictionary<string, string> Options,
    Func<SupervisedTask, OptionSet, ulong, FleetWorkspaces, ISupervisedLearner> Create,
    Func<SupervisedTask, OptionSet, DeviceChoice>? Device = null)
    : LearnerRegistration(Kind, Task, Summary, Options)
{
    /// <summary>The registration of a learner that is to predict.</summary>
    /// <exception cref="ArgumentException">It is of another task.</exception>
    public static SupervisedRegistration Of(LearnerChoice choice, string task) =>
        choice.Registration is SupervisedRegistration registration && registration.Task == task
            ? registration
            : throw new ArgumentException($"{choice.Registration.Kind} is a learner of the task {choice.Registration.Task}; expected one of {task}.");
}
