namespace StreamLearn.Actors.Pipelines;

/// <summary>How often an output is written.</summary>
public enum Delivery
{
    /// <summary>Once; after a crash those since the last barrier again. Each names the record that it is for.</summary>
    AtLeastOnce,

    /// <summary>Once, in Kafka transactions.</summary>
    ExactlyOnce,
}
