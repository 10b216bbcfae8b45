using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Kafka;

/// <summary>A record to be written.</summary>
/// <param name="Key">Message key; null: none.</param>
/// <param name="Value">Value; null: a tombstone.</param>
/// <param name="SourceOffset">Offset of the record that it was made from: header <c>sl-offset</c>.</param>
/// <param name="Reason">For a dead letter, header <c>sl-reason</c>.</param>
/// <param name="Field">For a dead letter, header <c>sl-field</c>.</param>
/// <param name="Origin">Where that record is, if not where those of the whole batch are.</param>
/// <param name="Partition">Partition to write to; -1: as the client chooses by the key.</param>
public readonly record struct OutputRecord(
    byte[]? Key, byte[]? Value, long SourceOffset = -1, string? Reason = null, string? Field = null, RecordOrigin? Origin = null,
    int Partition = -1)
{
    /// <summary>A dead letter: its record as it was.</summary>
    public static OutputRecord Of(RecordBatch records, DeadLetter letter) => new(
        records.HasKey(letter.Row) ? records.Key(letter.Row).ToArray() : null,
        records.HasValue(letter.Row) ? records.Value(letter.Row).ToArray() : null,
        records.Offsets[letter.Row], letter.Reason, letter.Field);
}
