using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>A batch that was read, with what its buckets have answered so far.</summary>
internal sealed class PendingBatch(DecodedBatch source)
{
    private readonly List<AnsweredChunk> _answers = [];
    private int _missing;

    internal DecodedBatch Source { get; } = source;

    internal IReadOnlyList<AnsweredChunk> Answers => _answers;

    internal bool IsAnswered => _missing == 0;

    /// <summary>Tells of a chunk that was cut from it.</summary>
    internal void Expect() => _missing++;

    internal void Answer(AnsweredChunk answer)
    {
        _missing--;
        _answers.Add(answer);
    }
}
