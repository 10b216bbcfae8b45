using StreamLearn.Learners.Examples;

namespace StreamLearn.Actors.Ingest;

/// <summary>The predictions on examples of a batch.</summary>
/// <param name="Rows">For each example of the chunk its row among the examples of the batch.</param>
/// <param name="FirstRow">First row of the chunk with a prediction.</param>
/// <param name="Predictions">The predictions from that row on.</param>
internal sealed record AnsweredChunk(int[] Rows, int FirstRow, PredictionBatch Predictions);
