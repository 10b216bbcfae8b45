using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs;

/// <summary>
/// Turns records into examples. A record that cannot be turned becomes a dead letter with the reason; it never throws and never drops one.
/// Not thread-safe: one for each stream.
/// </summary>
public interface IRecordDecoder
{
    /// <summary>The examples and dead letters of a batch.</summary>
    DecodedBatch Decode(RecordBatch records);
}
