using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>Makes the values of a pipeline's outputs, as its task has them. One for each stream.</summary>
public abstract class TaskEncoder : IDisposable
{
    /// <summary>The encoder of a pipeline's task.</summary>
    public static TaskEncoder For(PipelineDefinition pipeline) => pipeline.Plan switch
    {
        ForecastPlan plan => new ForecastTaskEncoder(plan),
        BanditPlan plan => new BanditTaskEncoder(plan),
        LanguagePlan => new LanguageTaskEncoder(),
        SupervisedPlan plan => new SupervisedTaskEncoder(plan),
        _ => throw new ArgumentException($"Nothing writes the predictions of the task {pipeline.Plan.TaskName}."),
    };

    /// <summary>The value of a prediction's record.</summary>
    /// <param name="source">The batch with its example.</param>
    /// <param name="row">The example's row.</param>
    /// <param name="predictions">The batch with the prediction.</param>
    /// <param name="at">The prediction's row.</param>
    public abstract byte[] Encode(DecodedBatch source, int row, PredictionBatch predictions, int at);

    /// <summary>What would be answered to an example, or has been answered last to one of its key, as JSON in UTF-8.</summary>
    /// <param name="key">Its key, UTF-8.</param>
    /// <param name="payload">What the example has besides numbers.</param>
    /// <param name="form">How its time is written.</param>
    /// <param name="answer">What is said.</param>
    public abstract byte[] Encode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, TimeUnit form, Foresight answer);

    /// <summary>The value of a drift alarm's record.</summary>
    internal virtual byte[] Encode(ReadOnlySpan<byte> key, long time, TimeUnit form, DriftAlarm alarm) => throw new NotSupportedException("The task has no drift alarms.");

    /// <summary>The value of an alert's record.</summary>
    internal virtual byte[] Encode(ReadOnlySpan<byte> key, long time, TimeUnit form, AlertEvent alert) => throw new NotSupportedException("The task has no alerts.");

    /// <inheritdoc/>
    public abstract void Dispose();
}
