namespace StreamLearn.Streams.Kafka;

/// <summary>Records to be written to one topic, in order.</summary>
/// <param name="Topic">The topic; empty: nowhere.</param>
/// <param name="Records">The records.</param>
/// <param name="Origin">Where they come from; null: they have no origin and get no headers.</param>
public sealed record OutputBatch(string Topic, IReadOnlyList<OutputRecord> Records, RecordOrigin? Origin = null);
