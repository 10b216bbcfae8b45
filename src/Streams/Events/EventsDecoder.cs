using System.Runtime.InteropServices;
using StreamLearn.Learners.Examples;
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
    private readonly string? _averages;

    /// <param name="sources">The pipeline's sources in the order of its configuration, all with as many numbers a record.</param>
    /// <param name="averages">Where averages of replicas are made from, as <see cref="EventOrigin.Averages"/>; null: there are none.</param>
    /// <exception cref="ArgumentException">There is none, there are more than 253, or they differ in their numbers.</exception>
    public EventsDecoder(IReadOnlyList<EventSource> sources, string? averages = null)
    {
        var nothing = new RecordBatchBuilder("", 0, 0, 0).Build(epoch: 0);
        var widths = sources.Select(source => source.Decoder.Decode(nothing).Examples.Width).Distinct().ToArray();
        if (widths.Length != 1 || sources.Count > EventOrigin.Controls)
        {
            throw new ArgumentException(
                $"{sources.Count} sources with {string.Join(", ", widths)} numbers a record; expected 1 to {EventOrigin.Controls} with as many numbers.");
        }

        _width = widths[0];
        _averages = averages;
        _topics = [.. sources.Select(source => source.Topic)];
        _sources = [.. sources, new EventSource("", new PayloadDecoder(ExampleKind.Control, _width))];
        if (averages is not null)
        {
            _sources = [.. _sources, new EventSource(averages, new PayloadDecoder(ExampleKind.Average, _width))];
        }

        _rowsOf = [.. _sources.Select(_ => new List<int>())];
    }

    /// <inheritdoc/>
    public DecodedBatch Decode(RecordBatch records)
    {
        var unwrapped = records.Unwrap(_topics, _averages);
        Array.ForEach(_rowsOf, rows => rows.Clear());
        for (var row = 0; row < unwrapped.Count; row++)
        {
            if (unwrapped.Origins[row] != EventOrigin.None)
            {
                _rowsOf[PlaceOf(unwrapped.Origins[row])].Add(row);
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

    /// <summary>Words of operators come after the sources, then averages.</summary>
    private int PlaceOf(EventOrigin origin) => origin.Source switch
    {
        EventOrigin.Controls => _topics.Length,
        EventOrigin.Averages => _topics.Length + 1,
        _ => origin.ReadAs,
    };

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

            var place = PlaceOf(origin);
            var part = parts[place]!;
            ref var example = ref examples[place];
            if (example < part.Rows.Length && part.Rows[example] == seen[place]++)
            {
                merged.Add(row, part, example++);
            }
            else
            {
                deadLetters.Add(part.DeadLetters[letters[place]++] with { Row = row });
            }
        }

        return merged.Build([.. deadLetters]);
    }
}
