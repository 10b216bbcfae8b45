using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Cluster.Configuration;

/// <summary>How the blocks of pipelines of a task are read. A task is added by its row in <see cref="All"/> and its block of defaults in the reference.</summary>
/// <param name="Task">The task, as <c>task.kind</c> names it.</param>
/// <param name="Read">Reads what a pipeline has of the task.</param>
internal sealed record TaskSection(string Task, TaskReader Read)
{
    /// <summary>The tasks; a pipeline that names none has the first.</summary>
    internal static IReadOnlyList<TaskSection> All { get; } =
    [
        new(ForecastTask.Name, ForecastSection.Read),
        new(BanditTask.Name, BanditSection.Read) { HasReplicas = true, CheckMessages = BanditSection.CheckMessages },
        new(SupervisedTask.Classify, SupervisedSection.Read) { CheckMessages = SupervisedSection.CheckMessages },
        new(SupervisedTask.Regress, SupervisedSection.Read) { CheckMessages = SupervisedSection.CheckMessages },
        new(LanguageTask.Name, LanguageSection.Read) { CheckMessages = LanguageSection.CheckMessages },
    ];

    /// <summary>Block of the reference with what pipelines of the task have that do not say otherwise. Those of the first task are also those of all,
    /// where the blocks are common ones.</summary>
    internal string Defaults => Task == All[0].Task ? PipelineSection.CommonDefaults : $"{Task}-defaults";

    /// <summary>Whether a pipeline may have one model for all its records, in replicas.</summary>
    internal bool HasReplicas { get; init; }

    /// <summary>Refuses what may be larger than a message between nodes.</summary>
    internal Action<ConfigNode, ChunkLimits> CheckMessages { get; init; } = (_, _) => { };

    /// <summary>The section of a task; null: there is no such task.</summary>
    internal static TaskSection? Find(string task) => All.FirstOrDefault(section => section.Task == task);
}
