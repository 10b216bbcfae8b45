namespace StreamLearn.Streams.Kafka;

/// <summary>Records to be written to one topic, in order.</summary>
/// <param name="Topic">The topic; empty: nowhere.</param>
/// <param name="SourceTopic">Topic that they were made from: header <c>sl-topic</c>.</param>
/// <param name="SourcePartition">Partition that they were made from: header <c>sl-partition</c>.</param>
/// <param name="Records">The records.</param>
public sealed record OutputBatch(string Topic, string SourceTopic, int SourcePartition, IReadOnlyList<OutputRecord> Records);

/// <summary>A record to be written.</summary>
/// <param name="Key">Message key; null: none.</param>
/// <param name="Value">Value; null: a tombstone.</param>
/// <param name="SourceOffset">Offset of the record that it was made from: header <c>sl-offset</c>.</param>
/// <param name="Reason">For a dead letter, header <c>sl-reason</c>.</param>
/// <param name="Field">For a dead letter, header <c>sl-field</c>.</param>
public readonly record struct OutputRecord(byte[]? Key, byte[]? Value, long SourceOffset, string? Reason = null, string? Field = null);
