using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Serving;

/// <summary>What a pipeline does for those who send requests, on whichever node they ask. Thread-safe.</summary>
public sealed class PipelineServing
{
    /// <param name="services">What the pipeline works with on this node.</param>
    public PipelineServing(IngestServices services)
    {
        Pipeline = services.Pipeline;
        Decoder = new RequestDecoder(services.Pipeline, services.Time);
        Questions = new PipelineQuestions(services.Pipeline, services.Buckets);
        Intake = new RecordIntake(services.Pipeline, services.Kafka, services.Producer, Questions, services.Time);
    }

    /// <summary>The pipeline.</summary>
    public PipelineDefinition Pipeline { get; }

    /// <summary>Reads the records of requests.</summary>
    public RequestDecoder Decoder { get; }

    /// <summary>Asks its learners.</summary>
    public PipelineQuestions Questions { get; }

    /// <summary>Takes records to be learned from.</summary>
    public RecordIntake Intake { get; }
}
