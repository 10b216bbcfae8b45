using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting;

/// <summary>A learner of the task <c>forecast</c> as configuration names it.</summary>
/// <param name="Kind">Its name, e.g. <c>last-value</c>.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Options">Its settings with their defaults, as <c>reference.conf</c> states them.</param>
/// <param name="Forecaster">Makes one for a series: task, settings, seed, and what it shares with the other learners of its fleet.</param>
/// <param name="Device">Where its network runs, and why; null: it has no network.</param>
public sealed record ForecasterRegistration(
    string Kind,
    string Summary,
    IReadOnlyDictionary<string, string> Options,
    Func<ForecastTask, OptionSet, ulong, FleetWorkspaces, IForecaster> Forecaster,
    Func<ForecastTask, OptionSet, DeviceChoice>? Device = null)
    : LearnerRegistration(Kind, ForecastTask.Name, Summary, Options)
{
    /// <summary>The registration of a learner that is to forecast.</summary>
    /// <exception cref="ArgumentException">It is of another task.</exception>
    public static ForecasterRegistration Of(LearnerChoice choice) =>
        choice.Registration as ForecasterRegistration
        ?? throw new ArgumentException($"{choice.Registration.Kind} is a learner of the task {choice.Registration.Task}; expected one of {ForecastTask.Name}.");

    /// <summary>Makes the learner that somebody has chosen.</summary>
    /// <exception cref="ArgumentException">It is of another task.</exception>
    public static IForecaster Create(LearnerChoice choice, ForecastTask task, ulong seed, FleetWorkspaces workspaces) =>
        Of(choice).Forecaster(task, choice.Options, seed, workspaces);
}
