namespace StreamLearn.Streams.Kafka;

/// <summary>Records that are needed are not in the log: before its start, or, where the topic was made anew, behind its end.</summary>
public sealed class LostRecordsException(string topic, int partition, long needed, long oldest, long end)
    : Exception($"Kafka topic {topic}, partition {partition}: records from offset {needed} are needed, but the log " +
        (needed < oldest
            ? $"starts at {oldest}: retention has deleted {oldest - needed} of them."
            : $"ends at {end}: the topic has been made anew."));
