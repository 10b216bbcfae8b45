using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>What leaves an ingest: dead letters as soon as they are seen, predictions as they are answered.</summary>
internal abstract record IngestOutput(DecodedBatch Source);

/// <summary>The records of a batch that could not be decoded.</summary>
/// <param name="Source">The batch.</param>
/// <param name="First">The first of its dead letters that has not left the ingest before.</param>
internal sealed record UndecodedRecords(DecodedBatch Source, int First) : IngestOutput(Source);

/// <summary>The predictions on examples of a batch.</summary>
/// <param name="Source">The batch.</param>
/// <param name="Rows">For each example of the chunk its row among the examples of the batch.</param>
/// <param name="FirstRow">The row of the chunk that the first prediction is for.</param>
/// <param name="FirstNew">The first row whose prediction has not left the ingest before.</param>
/// <param name="Predictions">The predictions from <paramref name="FirstRow"/> on.</param>
internal sealed record AnsweredChunk(DecodedBatch Source, int[] Rows, int FirstRow, int FirstNew, PredictionBatch Predictions) : IngestOutput(Source);
