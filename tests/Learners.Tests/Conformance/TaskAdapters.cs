namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>The tasks that the suite knows how to drive.</summary>
internal static class TaskAdapters
{
    internal static IReadOnlyList<TaskAdapter> All { get; } = [new ForecastAdapter()];

    /// <summary>The learners of the catalog that it can drive.</summary>
    internal static IEnumerable<LearnerRegistration> Learners => LearnerCatalog.All.Where(learner => All.Any(adapter => adapter.Task == learner.Task));

    internal static TaskAdapter For(string task) =>
        All.SingleOrDefault(adapter => adapter.Task == task)
        ?? throw new InvalidOperationException(
            $"No adapter for the task '{task}': the conformance suite drives {string.Join(", ", All.Select(adapter => adapter.Task))}. " +
            $"Write one ({nameof(TaskAdapter)}) and list it here.");
}
