using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Events;

/// <summary>The examples of several decoders in one batch, with the origins of their records.</summary>
internal sealed class MergedExamples
{
    private readonly RecordBatch _records;
    private readonly int _width;
    private readonly int[] _rows;
    private readonly TimeUnit[] _timeForms;
    private readonly long[] _offsets;
    private readonly long[] _times;
    private readonly ExampleKind[] _kinds;
    private readonly byte[] _keyBytes;
    private readonly int[] _keyEnds;
    private readonly double[] _values;
    private readonly ulong[] _readings;
    private readonly byte[] _sources;
    private readonly int[] _partitions;
    private readonly long[] _originOffsets;
    private readonly byte[] _payloads;
    private readonly int[] _payloadEnds;
    private int _count;

    internal MergedExamples(RecordBatch records, DecodedBatch?[] parts, int width)
    {
        var (count, keyBytes, readings, payloadBytes, payloads) = (0, 0, false, 0, false);
        foreach (var part in parts)
        {
            count += part?.Examples.Count ?? 0;
            keyBytes += part?.Examples.KeyBytes.Length ?? 0;
            readings |= part?.Examples.Readings.Length > 0;
            payloadBytes += part?.Examples.Payloads.Length ?? 0;
            payloads |= part?.Examples.PayloadEnds.Length > 0;
        }

        _records = records;
        _width = width;
        _rows = new int[count];
        _timeForms = new TimeUnit[count];
        _offsets = new long[count];
        _times = new long[count];
        _kinds = new ExampleKind[count];
        _keyBytes = new byte[keyBytes];
        _keyEnds = new int[count];
        _values = new double[count * width];
        _readings = new ulong[readings ? count : 0];
        _sources = new byte[count];
        _partitions = new int[count];
        _originOffsets = new long[count];
        _payloads = new byte[payloadBytes];
        _payloadEnds = new int[payloads ? count : 0];
    }

    /// <summary>Adds the next example.</summary>
    /// <param name="row">Row of its record.</param>
    /// <param name="part">The batch that it is in.</param>
    /// <param name="example">Its place there.</param>
    internal void Add(int row, DecodedBatch part, int example)
    {
        var from = part.Examples;
        var key = from.Key(example);
        var keyStart = _count == 0 ? 0 : _keyEnds[_count - 1];
        key.CopyTo(_keyBytes.AsSpan(keyStart));
        _keyEnds[_count] = keyStart + key.Length;
        _rows[_count] = row;
        _timeForms[_count] = part.TimeForms[example];
        _offsets[_count] = from.Offsets[example];
        _times[_count] = from.Times[example];
        _kinds[_count] = from.Kinds[example];
        from.Row(example).CopyTo(_values.AsSpan(_count * _width));
        if (from.Readings.Length > 0)
        {
            _readings[_count] = from.Readings[example];
        }

        if (_payloadEnds.Length > 0)
        {
            var payload = from.Payload(example);
            var payloadStart = _count == 0 ? 0 : _payloadEnds[_count - 1];
            payload.CopyTo(_payloads.AsSpan(payloadStart));
            _payloadEnds[_count] = payloadStart + payload.Length;
        }

        (_sources[_count], _partitions[_count], _originOffsets[_count]) = _records.Origins[row];
        _count++;
    }

    /// <summary>The batch. A record's message key says nothing here: the events topic has the pipeline's keys.</summary>
    internal DecodedBatch Build(DeadLetter[] deadLetters) => new(
        _records,
        new ExampleBatch(
            _offsets, _times, _kinds, _keyBytes, _keyEnds, _values, _width, _readings, _sources, _partitions, _originOffsets, _payloads,
            _payloadEnds),
        _rows, _timeForms, deadLetters, KeyMismatches: 0);
}
