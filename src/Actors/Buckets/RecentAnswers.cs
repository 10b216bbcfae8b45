using StreamLearn.Learners.Examples;

namespace StreamLearn.Actors.Buckets;

/// <summary>
/// The predictions on the last chunks of a bucket. An answer can be lost on its way; records that are sent again get the predictions that
/// they got the first time.
/// </summary>
/// <param name="capacity">Chunks to remember: as many as an ingest has in flight.</param>
internal sealed class RecentAnswers(int capacity)
{
    private readonly Queue<(long[] Offsets, int FirstRow, PredictionBatch Predictions)> _answers = new();

    /// <summary>Remembers the predictions on the rows of a chunk from <paramref name="firstRow"/> on.</summary>
    internal void Add(ExampleBatch examples, int firstRow, PredictionBatch predictions)
    {
        if (_answers.Count == capacity)
        {
            _answers.Dequeue();
        }

        _answers.Enqueue((examples.Offsets, firstRow, predictions));
    }

    /// <summary>The first of the rows before <paramref name="end"/> from which on all predictions are remembered.</summary>
    internal int FirstKnown(ExampleBatch examples, int end)
    {
        var first = end;
        while (first > 0 && Find(examples.Offsets[first - 1]) is not null)
        {
            first--;
        }

        return first;
    }

    /// <summary>Copies the remembered prediction on an offset into a row.</summary>
    internal void Copy(long offset, PredictionBatch destination, int row)
    {
        var (predictions, source) = Find(offset) ?? throw new InvalidOperationException($"No prediction on offset {offset} is remembered.");
        destination.Statuses[row] = predictions.Statuses[source];
        destination.ModelVersions[row] = predictions.ModelVersions[source];
        predictions.Row(source).CopyTo(destination.Row(row));
    }

    private (PredictionBatch Predictions, int Row)? Find(long offset)
    {
        foreach (var (offsets, firstRow, predictions) in _answers)
        {
            var row = Array.BinarySearch(offsets, offset);
            if (row >= firstRow)
            {
                return (predictions, row - firstRow);
            }
        }

        return null;
    }
}
