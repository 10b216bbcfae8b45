namespace StreamLearn.Cluster.Control;

/// <summary>Why an operator's word could not be carried out.</summary>
public enum ControlProblem
{
    /// <summary>The node does not run such a pipeline.</summary>
    UnknownPipeline,

    /// <summary>The pipeline, as it is configured, cannot do it.</summary>
    Impossible,

    /// <summary>Kafka, the checkpoint store or all readers of the pipeline are away.</summary>
    Away,

    /// <summary>It took too long. It may still come about.</summary>
    Late,
}
