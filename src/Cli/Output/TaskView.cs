using System.Text.Json.Nodes;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Cli.Output;

/// <summary>What there is to say of a pipeline's learners, as its task has it: for people and as JSON.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="summary">How its learners stand.</param>
internal abstract class TaskView(PipelineDefinition pipeline, TaskSummary summary)
{
    /// <summary>The pipeline.</summary>
    protected PipelineDefinition Pipeline => pipeline;

    /// <summary>Headings of the scores of a learner.</summary>
    internal abstract IReadOnlyList<string> ScoreColumns { get; }

    /// <summary>Headings of what a live table says of a key, besides its name.</summary>
    internal abstract IReadOnlyList<string> LiveColumns { get; }

    /// <summary>What a live table says of the whole pipeline, a line each, where all keys are known.</summary>
    internal virtual IReadOnlyList<string> LiveNotes => [];

    /// <summary>The view of how a pipeline stands.</summary>
    internal static TaskView Of(PipelineDefinition pipeline, TaskSummary summary) => summary switch
    {
        ForecastSummary forecasts => new ForecastView(pipeline, (ForecastPlan)pipeline.Plan, forecasts),
        BanditSummary bandits => new BanditView(pipeline, (BanditPlan)pipeline.Plan, bandits),
        LanguageSummary texts => new LanguageView(pipeline, (LanguagePlan)pipeline.Plan, texts),
        SupervisedSummary predictions => new SupervisedView(pipeline, (SupervisedPlan)pipeline.Plan, predictions),
        _ => throw new ArgumentException($"Nothing shows the task {pipeline.Plan.TaskName}."),
    };

    /// <summary>The scores of a learner, as many as there are headings.</summary>
    internal abstract IReadOnlyList<string> Scores(int learner);

    /// <summary>Says what else there is to know.</summary>
    internal abstract void Watch(RecordCounts counts);

    /// <summary>What a live table says of a key, as many as there are headings; in markup.</summary>
    internal abstract IReadOnlyList<string> LiveCells(KeyReport key);

    /// <summary>The own learner's mean error or cost on a key.</summary>
    internal abstract double ScoreOf(KeyReport key);

    /// <summary>Each learner with its scores.</summary>
    internal JsonArray Learners() => new([.. Enumerable.Range(0, pipeline.Plan.Learners.Count).Select(learner =>
    {
        var json = new JsonObject { ["learner"] = pipeline.Plan.Learners[learner].Registration.Kind };
        AddTo(json, learner);
        json["refused_updates"] = summary.Refused(learner);
        json["recoveries"] = summary.Recoveries(learner);
        return (JsonNode)json;
    })]);

    /// <summary>Adds what belongs to the whole pipeline, the own learner's scores included.</summary>
    internal abstract void AddTo(JsonObject json);

    /// <summary>Adds what belongs to a learner.</summary>
    internal abstract void AddTo(JsonObject json, int learner);

    /// <summary>Adds what belongs to a key.</summary>
    internal abstract void AddTo(JsonObject json, KeyReport key);

    /// <summary>A number; null where it is not known, or not finite.</summary>
    protected static JsonValue? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;

    /// <summary>Such numbers.</summary>
    protected static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(value => Number(value))]);
}
