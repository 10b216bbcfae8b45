using System.Buffers;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>
/// Writes probabilities as Vowpal Wabbit does (<c>-p FILE</c> with <c>--cb_explore_adf</c>): <c>2:0.8,0:0.1,1:0.1</c>, the most probable
/// action first and the lower number first among equals, six digits, then a blank line. Not thread-safe.
/// </summary>
public sealed class VwPredictionWriter
{
    private int[] _order = [];
    private double[] _negated = [];

    /// <summary>Writes the prediction on one example.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="probabilities">[K].</param>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<double> probabilities)
    {
        var count = probabilities.Length;
        if (_order.Length < count)
        {
            _order = new int[count];
            _negated = new double[count];
        }

        for (var i = 0; i < count; i++)
        {
            (_order[i], _negated[i]) = (i, -probabilities[i]);
        }

        var order = _order.AsSpan(0, count);
        _negated.AsSpan(0, count).Sort(order);
        SortEquals(order, probabilities);
        for (var i = 0; i < count; i++)
        {
            output.Write(i == 0 ? default : ","u8);
            output.Write(order[i]);
            output.Write(":"u8);
            output.Write(probabilities[order[i]], "G6");
        }

        output.Write("\n\n"u8);
    }

    /// <summary>The sort leaves equals in any order.</summary>
    private static void SortEquals(Span<int> order, ReadOnlySpan<double> probabilities)
    {
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && probabilities[order[end]] == probabilities[order[start]])
            {
                end++;
            }

            order[start..end].Sort();
            start = end;
        }
    }
}
