using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Bandits;

/// <summary>A learner of the task <c>bandit</c> as configuration names it.</summary>
/// <param name="Kind">Its name, e.g. <c>neu-fast-cb</c>.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Options">Its settings with their defaults, as <c>reference.conf</c> states them.</param>
/// <param name="Create">Makes one for a key: task, settings, seed, and what it shares with the other learners of its fleet.</param>
public sealed record BanditRegistration(
    string Kind, string Summary, IReadOnlyDictionary<string, string> Options, Func<BanditTask, OptionSet, ulong, FleetWorkspaces, IBanditLearner> Create)
    : LearnerRegistration(Kind, BanditTask.Name, Summary, Options)
{
    /// <summary>Whether its model is one vector of parameters: replicas of it can be averaged.</summary>
    public bool IsAveraged { get; init; }

    /// <summary>The registration of a learner that is to decide.</summary>
    /// <exception cref="ArgumentException">It is of another task.</exception>
    public static BanditRegistration Of(LearnerChoice choice) =>
        choice.Registration as BanditRegistration
        ?? throw new ArgumentException($"{choice.Registration.Kind} is a learner of the task {choice.Registration.Task}; expected one of {BanditTask.Name}.");
}
