using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>The records of a batch that could not be decoded.</summary>
/// <param name="Source">The batch.</param>
/// <param name="First">First of its dead letters that has not been put out before.</param>
internal sealed record UndecodedRecords(DecodedBatch Source, int First = 0) : IngestOutput(Source);
