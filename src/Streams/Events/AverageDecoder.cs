using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Events;

/// <summary>Averages of replicas in the topic <c>&lt;pipeline&gt;.events</c>: examples whose payload is the average as it was written. Whether it can be read,
/// the learner that takes it in says.</summary>
/// <param name="width">Numbers a record of the pipeline has; an average's are zero.</param>
public sealed class AverageDecoder(int width) : IRecordDecoder
{
    /// <inheritdoc/>
    public DecodedBatch Decode(RecordBatch records)
    {
        var count = records.Count;
        var kinds = new ExampleKind[count];
        Array.Fill(kinds, ExampleKind.Average);
        var ends = new int[count];
        var end = 0;
        for (var row = 0; row < count; row++)
        {
            ends[row] = end += records.Value(row).Length;
        }

        var payloads = new byte[end];
        for (var row = 0; row < count; row++)
        {
            records.Value(row).CopyTo(payloads.AsSpan(row == 0 ? 0 : ends[row - 1]));
        }

        return new DecodedBatch(
            records,
            new ExampleBatch(
                [.. records.Offsets], [.. records.Timestamps], kinds, [], new int[count], new double[count * width], width, payloads: payloads,
                payloadEnds: ends),
            [.. Enumerable.Range(0, count)], new TimeUnit[count], [], KeyMismatches: 0);
    }
}
