using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>A batch whose chunks are all answered, in its turn: what is to be put out.</summary>
/// <param name="Source">The batch.</param>
/// <param name="Chunks">The answers.</param>
/// <param name="From">Records before this offset have been put out already.</param>
internal sealed record AnsweredBatch(DecodedBatch Source, IReadOnlyList<AnsweredChunk> Chunks, long From)
{
    /// <summary>Everything before this offset has been put out with it: a batch that is read again takes nothing back.</summary>
    internal long Next => Math.Max(From, Source.Records.Offsets[^1] + 1);
}
