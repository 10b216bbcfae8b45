using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Language;

/// <summary>A learner of the task <c>language</c> as configuration names it.</summary>
public sealed record LanguageRegistration : LearnerRegistration
{
    /// <param name="kind">Its name, e.g. <c>gpt</c>.</param>
    /// <param name="summary">What it does, in one line.</param>
    /// <param name="options">Its settings with their defaults, as <c>reference.conf</c> states them.</param>
    /// <param name="create">Makes one for a key: task, settings, the key's domains, seed, and what it shares with the other learners of its fleet.</param>
    /// <param name="check">Refuses settings that cannot be used, without making one: it may need what is not on this node.</param>
    /// <param name="device">Where its network runs, and why; null: it has no network.</param>
    internal LanguageRegistration(
        string kind, string summary, IReadOnlyDictionary<string, string> options,
        Func<LanguageTask, OptionSet, DomainNames, ulong, FleetWorkspaces, ILanguageLearner> create, Action<LanguageTask, OptionSet> check,
        Func<LanguageTask, OptionSet, DeviceChoice>? device = null)
        : base(kind, LanguageTask.Name, summary, options) => (Create, Check, Device) = (create, check, device);

    internal Func<LanguageTask, OptionSet, DomainNames, ulong, FleetWorkspaces, ILanguageLearner> Create { get; }

    internal Action<LanguageTask, OptionSet> Check { get; }

    internal Func<LanguageTask, OptionSet, DeviceChoice>? Device { get; }

    /// <summary>The registration of a learner of texts.</summary>
    /// <exception cref="ArgumentException">It is of another task.</exception>
    internal static LanguageRegistration Of(LearnerChoice choice) =>
        choice.Registration as LanguageRegistration
        ?? throw new ArgumentException($"{choice.Registration.Kind} is a learner of the task {choice.Registration.Task}; expected one of {LanguageTask.Name}.");
}
