using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>What leaves an ingest: dead letters as soon as they are seen, predictions as they are answered.</summary>
internal abstract record IngestOutput(DecodedBatch Source);
