using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>What leaves an ingest: dead letters as soon as they are seen, predictions as they are answered.</summary>
internal abstract record IngestOutput(DecodedBatch Source);

/// <summary>The records of a batch that could not be decoded.</summary>
/// <param name="Source">The batch.</param>
/// <param name="First">First of its dead letters that has not been put out before.</param>
internal sealed record UndecodedRecords(DecodedBatch Source, int First = 0) : IngestOutput(Source);

/// <summary>The predictions on examples of a batch.</summary>
/// <param name="Source">The batch.</param>
/// <param name="Rows">For each example of the chunk its row among the examples of the batch.</param>
/// <param name="FirstRow">First row of the chunk with a prediction.</param>
/// <param name="Predictions">The predictions from that row on.</param>
/// <param name="Repeats">For each example of the chunk whether it has been put out before; null: none has.</param>
internal sealed record AnsweredChunk(DecodedBatch Source, int[] Rows, int FirstRow, PredictionBatch Predictions, bool[]? Repeats = null)
    : IngestOutput(Source);
