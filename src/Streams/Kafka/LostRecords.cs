namespace StreamLearn.Streams.Kafka;

/// <summary>What happens when records that are needed again have been deleted by the topic's retention.</summary>
public enum LostRecords
{
    /// <summary>The stream fails with <see cref="LostRecordsException"/>.</summary>
    Stop,

    /// <summary>Reading goes on at the oldest record there is; a warning says how many are missing.</summary>
    Skip,
}
