namespace StreamLearn.Streams.Kafka;

/// <summary>A place in every partition of a topic: the start, an offset, or a time. Both null: the start.</summary>
/// <param name="Offset">The record at this offset, the same for every partition.</param>
/// <param name="Time">The first record that is not older.</param>
public readonly record struct LogPosition(long? Offset, DateTimeOffset? Time)
{
    /// <summary>The oldest record there is.</summary>
    public static readonly LogPosition Earliest;
}
