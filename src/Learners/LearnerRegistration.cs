using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners;

/// <summary>A learner as configuration names it.</summary>
/// <param name="Kind">Its name, e.g. <c>last-value</c>.</param>
/// <param name="Task">The task that it learns, e.g. <c>forecast</c>.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Options">Its settings with their defaults, as <c>reference.conf</c> states them.</param>
/// <param name="Forecaster">Makes one for a series: task, settings, seed, and what it shares with the other learners of its fleet.</param>
/// <param name="Device">Where its network runs, and why; null: it has no network.</param>
public sealed record LearnerRegistration(
    string Kind,
    string Task,
    string Summary,
    IReadOnlyDictionary<string, string> Options,
    Func<ForecastTask, OptionSet, ulong, FleetWorkspaces, IForecaster> Forecaster,
    Func<ForecastTask, OptionSet, DeviceChoice>? Device = null)
{
    /// <summary>What it can do about a drift alarm, besides nothing: its learners are then <see cref="IReactsToDrift"/>. Default:
    /// nothing.</summary>
    public IReadOnlyList<DriftReaction> Reactions { get; init; } = [];

    /// <summary>Settings that name a safetensors file, which whoever reads the configuration opens.</summary>
    public const string WarmStart = "warm-start";
}
