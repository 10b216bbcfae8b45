using System.Runtime.InteropServices;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Events;

/// <summary>
/// Decodes batches of the topic <c>&lt;pipeline&gt;.events</c>: takes the records out of their envelopes, decodes each as its source says,
/// and keeps where it comes from. Offsets are those of the events topic; keys, values and timestamps are the records' own.
/// </summary>
/// <remarks>What is no copy of a record of these sources is a dead letter as it stands in the events topic.</remarks>
public sealed class EventsDecoder : IRecordDecoder
{
    private readonly EventSource[] _sources;
    private readonly string[] _topics;
    private readonly int _width;
    private readonly List<int>[] _rowsOf;

    /// <param name="sources">The pipeline's sources in the order of its configuration, all with as many numbers a record.</param>
    /// <exception cref="ArgumentException">There is none, there are more than 256, or they differ in their numbers.</exception>
    public EventsDecoder(IReadOnlyList<EventSource> sources)
    {
        var nothing = new RecordBatchBuilder("", 0, 0, 0).Build(epoch: 0);
        var widths = sources.Select(source => source.Decoder.Decode(nothing).Examples.Width).Distinct().ToArray();
        if (widths.Length != 1 || sources.Count > byte.MaxValue + 1)
        {
            throw new ArgumentException(
                $"{sources.Count} sources with {string.Join(", ", widths)} numbers a record; expected 1 to 256 with as many numbers.");
        }

        _sources = [.. sources];
        _topics = [.. sources.Select(source => source.Topic)];
        _rowsOf = [.. sources.Select(_ => new List<int>())];
        _width = widths[0];
    }

    /// <inheritdoc/>
    public DecodedBatch Decode(RecordBatch records)
    {
        var unwrapped = records.Unwrap(_topics);
        Array.ForEach(_rowsOf, rows => rows.Clear());
        for (var row = 0; row < unwrapped.Count; row++)
        {
            if (unwrapped.Origins[row] != EventOrigin.None)
            {
                _rowsOf[unwrapped.Origins[row].Source].Add(row);
            }
        }

        var parts = new DecodedBatch?[_sources.Length];
        for (var source = 0; source < parts.Length; source++)
        {
            var rows = CollectionsMarshal.AsSpan(_rowsOf[source]);
            parts[source] = rows.IsEmpty ? null : _sources[source].Decoder.Decode(unwrapped.Select(rows));
        }

        return Merge(unwrapped, parts);
    }

    /// <summary>Puts what came of the rows of each source together again, in the order of the rows.</summary>
    private DecodedBatch Merge(RecordBatch records, DecodedBatch?[] parts)
    {
        var merged = new MergedExamples(records, parts, _width);
        var deadLetters = new List<DeadLetter>();
        Span<int> seen = stackalloc int[parts.Length];
        Span<int> examples = stackalloc int[parts.Length];
        Span<int> letters = stackalloc int[parts.Length];
        seen.Clear();
        examples.Clear();
        letters.Clear();
        for (var row = 0; row < records.Count; row++)
        {
            var origin = records.Origins[row];
            if (origin == EventOrigin.None)
            {
                deadLetters.Add(new DeadLetter(row, DeadLetterReason.BadEnvelope, ""));
                continue;
            }

            var part = parts[origin.Source]!;
            ref var example = ref examples[origin.Source];
            if (example < part.Rows.Length && part.Rows[example] == seen[origin.Source]++)
            {
                merged.Add(row, part, example++);
            }
            else
            {
                deadLetters.Add(part.DeadLetters[letters[origin.Source]++] with { Row = row });
            }
        }

        return merged.Build([.. deadLetters]);
    }
}
