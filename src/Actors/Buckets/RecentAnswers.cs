using StreamLearn.Learners.Examples;

namespace StreamLearn.Actors.Buckets;

/// <summary>
/// The predictions on the last records of a bucket. An answer can be lost on its way, or be void because another bucket has sent the ingest
/// back; records that are sent again get the predictions that they got the first time.
/// </summary>
/// <param name="capacity">Records to remember, at least: as many as an ingest can have unanswered. In records, not in chunks: what is sent
/// again is cut anew.</param>
internal sealed class RecentAnswers(int capacity)
{
    // In the order of their offsets.
    private readonly LinkedList<Answer> _answers = new();
    private int _rows;

    /// <summary>Remembers the predictions on the rows of a chunk from <paramref name="firstRow"/> on.</summary>
    internal void Add(long[] offsets, int firstRow, PredictionBatch predictions)
    {
        if (predictions.Count == 0)
        {
            return;
        }

        _answers.AddLast(new Answer(offsets, firstRow, predictions));
        _rows += predictions.Count;
        while (_rows - _answers.First!.Value.Predictions.Count >= capacity)
        {
            _rows -= _answers.First.Value.Predictions.Count;
            _answers.RemoveFirst();
        }
    }

    /// <summary>The first of the rows before <paramref name="end"/> from which on all predictions are remembered.</summary>
    internal int FirstKnown(ExampleBatch examples, int end)
    {
        var first = end;
        Walk(examples, end, (row, _, _) => first = row);
        return first;
    }

    /// <summary>Copies the remembered predictions on the rows before <paramref name="end"/> to the front of <paramref name="destination"/>,
    /// whose first row is for row <paramref name="first"/>.</summary>
    internal void Copy(ExampleBatch examples, int first, int end, PredictionBatch destination)
    {
        var found = new Stack<(PredictionBatch Predictions, int Source, int Row)>(end - first);
        Walk(examples, end, (row, predictions, source) => found.Push((predictions, source, row)));

        // From the first row on: events have the order of their rows.
        while (found.TryPop(out var answer))
        {
            destination.CopyRow(answer.Predictions, answer.Source, answer.Row - first);
        }
    }

    /// <summary>Goes back from row <paramref name="end"/> - 1 as long as the rows are remembered.</summary>
    private void Walk(ExampleBatch examples, int end, Action<int, PredictionBatch, int> visit)
    {
        var node = _answers.Last;
        for (var row = end - 1; row >= 0; row--)
        {
            var offset = examples.Offsets[row];
            while (node is not null && offset < node.Value.First)
            {
                node = node.Previous;
            }

            var found = node is null ? -1 : Array.BinarySearch(node.Value.Offsets, offset);
            if (found < 0)
            {
                return;
            }

            visit(row, node!.Value.Predictions, found - node.Value.FirstRow);
        }
    }

    private sealed record Answer(long[] Offsets, int FirstRow, PredictionBatch Predictions)
    {
        internal long First => Offsets[FirstRow];
    }
}
