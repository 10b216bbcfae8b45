namespace StreamLearn.Streams.Kafka;

/// <summary>Records that are needed again are no longer in the log.</summary>
public sealed class LostRecordsException(string topic, int partition, long needed, long oldest)
    : Exception($"Kafka topic {topic}, partition {partition}: records from offset {needed} are needed again, but the log starts at {oldest}: " +
        $"retention has deleted {oldest - needed} of them.");
