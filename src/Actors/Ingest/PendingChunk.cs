using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Ingest;

/// <summary>A chunk that is sent and not answered yet, with the batch that it was made from.</summary>
/// <param name="Message">What was sent.</param>
/// <param name="Batch">The batch that its examples come from.</param>
/// <param name="Rows">For each example of the chunk its row among the examples of the batch.</param>
/// <param name="SentAt">When it was first sent, in the units of the clock.</param>
internal sealed record PendingChunk(Chunk Message, PendingBatch Batch, int[] Rows, long SentAt)
{
    internal ResendClock Clock { get; } = new();
}
