namespace StreamLearn.Streams.Kafka;

/// <summary>The group's offset of a partition was not committed, or nobody knows.</summary>
/// <remarks>Nothing else has failed: a later commit makes up for it.</remarks>
public sealed class KafkaCommitException(string topic, int partition, long next, string reason)
    : Exception($"Kafka topic {topic}, partition {partition}: offset {next} is not committed: {reason.TrimEnd('.')}.");
