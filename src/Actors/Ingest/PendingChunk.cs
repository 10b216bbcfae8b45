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

    // At the second tick it has waited for one whole period. Then less and less often: a bucket that is only slow must not be buried.
    private const int LongestWait = 16;
    private int _ticks = 2;
    private int _wait = 1;

    /// <summary>Counts a tick of the re-send timer and says whether the chunk is to be sent again.</summary>
    internal bool IsDueAtTick()
    {
        if (--_ticks > 0)
        {
            return false;
        }

        _ticks = _wait = Math.Min(_wait * 2, LongestWait);
        return true;
    }
}
