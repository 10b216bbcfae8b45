using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>The predictions on examples of a batch.</summary>
/// <param name="Source">The batch.</param>
/// <param name="Rows">For each example of the chunk its row among the examples of the batch.</param>
/// <param name="FirstRow">First row of the chunk with a prediction.</param>
/// <param name="Predictions">The predictions from that row on.</param>
/// <param name="Repeats">For each example of the chunk whether it has been put out before; null: none has.</param>
internal sealed record AnsweredChunk(DecodedBatch Source, int[] Rows, int FirstRow, PredictionBatch Predictions, bool[]? Repeats = null)
    : IngestOutput(Source);
