using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Events;

/// <summary>Records in the topic <c>&lt;pipeline&gt;.events</c> that are no copies of a source's: examples whose payload is the value as it was written, of the key that
/// the record has, if any. Whether it can be read, the learners that it is for say.</summary>
/// <param name="kind">What they are.</param>
/// <param name="width">Numbers a record of the pipeline has; these have zeros.</param>
public sealed class PayloadDecoder(ExampleKind kind, int width) : IRecordDecoder
{
    /// <inheritdoc/>
    public DecodedBatch Decode(RecordBatch records)
    {
        var count = records.Count;
        var kinds = new ExampleKind[count];
        Array.Fill(kinds, kind);
        var keys = Joined(count, records.Key, out var keyEnds);
        var payloads = Joined(count, records.Value, out var payloadEnds);
        return new DecodedBatch(
            records,
            new ExampleBatch(
                [.. records.Offsets], [.. records.Timestamps], kinds, keys, keyEnds, new double[count * width], width, payloads: payloads,
                payloadEnds: payloadEnds),
            [.. Enumerable.Range(0, count)], new TimeUnit[count], [], KeyMismatches: 0);
    }
    private static byte[] Joined(int count, Part part, out int[] ends)
    {
        ends = new int[count];
        var end = 0;
        for (var row = 0; row < count; row++)
        {
            ends[row] = end += part(row).Length;
        }

        var joined = new byte[end];
        for (var row = 0; row < count; row++)
        {
            part(row).CopyTo(joined.AsSpan(row == 0 ? 0 : ends[row - 1]));
        }

        return joined;
    }

    private delegate ReadOnlySpan<byte> Part(int row);
}
