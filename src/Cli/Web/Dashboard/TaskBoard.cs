using System.Text.Json.Nodes;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>What the dashboard shows of a pipeline as its task has it.</summary>
internal abstract class TaskBoard
{
    /// <summary>Fields of the measures of a learner that charts show.</summary>
    internal abstract IReadOnlyList<string> LearnerFields { get; }

    /// <summary>Fields of the measures of the whole pipeline.</summary>
    internal abstract IReadOnlyList<string> PipelineFields { get; }

    /// <summary>The board of a plan's task.</summary>
    internal static TaskBoard Of(LearnerPlan plan) => plan switch
    {
        ForecastPlan forecast => new ForecastBoard(forecast),
        BanditPlan bandit => new BanditBoard(bandit),
        LanguagePlan texts => new LanguageBoard(texts),
        SupervisedPlan predictions => new SupervisedBoard(predictions),
        _ => throw new ArgumentException($"Nothing shows the task {plan.TaskName}."),
    };

    /// <summary>Adds what does not change.</summary>
    internal abstract void AddPlan(JsonObject json);

    /// <summary>Adds how a key stands, its learners being in memory.</summary>
    internal abstract void AddKey(JsonObject row, KeyStanding standing);
}
