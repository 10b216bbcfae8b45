using System.Diagnostics.CodeAnalysis;

namespace StreamLearn.Actors.Ingest;

/// <summary>
/// Brings what the buckets answer into the order of the log, batch by batch, so that one offset says what has been put out. After a rewind
/// records are read again; they are learned from where that is needed, and put out once.
/// </summary>
/// <param name="from">Offset of the first record that is to be put out.</param>
internal sealed class OutputSequence(long from)
{
    private readonly Queue<PendingBatch> _batches = new();

    /// <summary>Everything before this offset has been put out.</summary>
    internal long From { get; private set; } = from;

    /// <summary>Batches that wait for answers, or behind one that does.</summary>
    internal int Count => _batches.Count;

    /// <summary>First offset of what has been read and not been put out: some of it may not even have been sent.</summary>
    internal long UnfinishedFrom => _batches.TryPeek(out var batch) ? batch.Source.Records.Offsets[0] : long.MaxValue;

    internal void Add(PendingBatch batch) => _batches.Enqueue(batch);

    /// <summary>Takes the next batch, if all of its chunks are answered.</summary>
    internal bool TryTake([NotNullWhen(true)] out AnsweredBatch? answered)
    {
        answered = null;
        if (_batches.TryPeek(out var batch) && batch.IsAnswered)
        {
            _batches.Dequeue();
            answered = new AnsweredBatch(batch.Source, batch.Answers, From);
            From = answered.Next;
        }

        return answered is not null;
    }

    /// <summary>Forgets what was read: it is read again.</summary>
    internal void ReadAgain() => _batches.Clear();
}
