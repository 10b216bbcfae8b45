using StreamLearn.Actors.Messages;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>A chunk that is sent and not answered yet, with the records that it was made from.</summary>
/// <param name="message">What was sent.</param>
/// <param name="source">The batch that its examples come from.</param>
/// <param name="rows">For each example of the chunk its row among the examples of the batch.</param>
internal sealed class PendingChunk(Chunk message, DecodedBatch source, int[] rows)
{
    internal Chunk Message { get; } = message;

    internal DecodedBatch Source { get; } = source;

    internal int[] Rows { get; } = rows;

    /// <summary>Ticks of the re-send timer that it has waited.</summary>
    internal int Ticks { get; set; }
}
