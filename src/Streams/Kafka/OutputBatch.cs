namespace StreamLearn.Streams.Kafka;

/// <summary>Records to be written to one topic, in order.</summary>
/// <param name="Topic">The topic; empty: nowhere.</param>
/// <param name="Records">The records.</param>
/// <param name="Origin">Where they come from; null: they have no origin and get no headers.</param>
public sealed record OutputBatch(string Topic, IReadOnlyList<OutputRecord> Records, RecordOrigin? Origin = null);

/// <summary>Partition whose records outputs were made from: headers <c>sl-topic</c> and <c>sl-partition</c>.</summary>
public sealed record RecordOrigin(string Topic, int Partition);

/// <summary>A record to be written.</summary>
/// <param name="Key">Message key; null: none.</param>
/// <param name="Value">Value; null: a tombstone.</param>
/// <param name="SourceOffset">Offset of the record that it was made from: header <c>sl-offset</c>.</param>
/// <param name="Reason">For a dead letter, header <c>sl-reason</c>.</param>
/// <param name="Field">For a dead letter, header <c>sl-field</c>.</param>
public readonly record struct OutputRecord(byte[]? Key, byte[]? Value, long SourceOffset = -1, string? Reason = null, string? Field = null);
