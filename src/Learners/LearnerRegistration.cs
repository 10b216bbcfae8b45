using StreamLearn.Learners.Drift;

namespace StreamLearn.Learners;

/// <summary>A learner as configuration names it; of which task it is, its subclass says.</summary>
/// <param name="Kind">Its name, e.g. <c>last-value</c>.</param>
/// <param name="Task">The task that it learns, e.g. <c>forecast</c>.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Options">Its settings with their defaults, as <c>reference.conf</c> states them.</param>
public abstract record LearnerRegistration(string Kind, string Task, string Summary, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>What it can do about a drift alarm, besides nothing: its learners are then <see cref="Forecasting.IReactsToDrift"/>. Default:
    /// nothing.</summary>
    public IReadOnlyList<DriftReaction> Reactions { get; init; } = [];

    /// <summary>Settings that name a safetensors file, which whoever reads the configuration opens.</summary>
    public const string WarmStart = "warm-start";

    /// <summary>The setting that says where a network runs.</summary>
    public const string DeviceOption = "device";
}
