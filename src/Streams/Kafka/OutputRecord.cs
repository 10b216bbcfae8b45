namespace StreamLearn.Streams.Kafka;

/// <summary>A record to be written.</summary>
/// <param name="Key">Message key; null: none.</param>
/// <param name="Value">Value; null: a tombstone.</param>
/// <param name="SourceOffset">Offset of the record that it was made from: header <c>sl-offset</c>.</param>
/// <param name="Reason">For a dead letter, header <c>sl-reason</c>.</param>
/// <param name="Field">For a dead letter, header <c>sl-field</c>.</param>
public readonly record struct OutputRecord(byte[]? Key, byte[]? Value, long SourceOffset = -1, string? Reason = null, string? Field = null);
