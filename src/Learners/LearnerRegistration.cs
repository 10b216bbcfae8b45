using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners;

/// <summary>A learner as configuration names it.</summary>
/// <param name="Kind">Its name, e.g. <c>last-value</c>.</param>
/// <param name="Task">The task that it learns, e.g. <c>forecast</c>.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Options">Its settings with their defaults, as <c>reference.conf</c> states them.</param>
/// <param name="Forecaster">Makes one for a series: task, settings, seed.</param>
public sealed record LearnerRegistration(
    string Kind,
    string Task,
    string Summary,
    IReadOnlyDictionary<string, string> Options,
    Func<ForecastTask, OptionSet, ulong, IForecaster> Forecaster);
