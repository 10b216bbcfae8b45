using System.Collections.Immutable;
using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Averaging;

/// <summary>A stretch of a flat parameter vector that is contributed, and averaged, on its own.</summary>
/// <param name="Range">Its place in the vector.</param>
/// <param name="Parts">Its layers, one after the other, without gaps.</param>
internal sealed record ParameterSlice(ParameterRange Range, ImmutableArray<SlicePart> Parts)
{
    // Below, indices and scale weigh as much as the numbers that they leave out.
    private const int LeastCompressed = 256;

    /// <summary>Cuts a vector into slices: on the borders of layers where those are small enough, else within a layer.</summary>
    /// <param name="layout">The layers.</param>
    /// <param name="most">Numbers of a slice, at most.</param>
    internal static ImmutableArray<ParameterSlice> Cut(ParameterLayout layout, int most)
    {
        var slices = ImmutableArray.CreateBuilder<ParameterSlice>();
        var parts = ImmutableArray.CreateBuilder<SlicePart>();
        var (start, length) = (0, 0);
        foreach (var block in layout.Blocks)
        {
            if (length + block.Length > most)
            {
                Close();
            }

            // Pieces of about the same size.
            var pieces = ((block.Length - 1) / most) + 1;
            for (var piece = 0; piece < pieces; piece++)
            {
                var count = (int)((((long)piece + 1) * block.Length / pieces) - ((long)piece * block.Length / pieces));
                if (length + count > most)
                {
                    Close();
                }

                parts.Add(new SlicePart(length, count, !block.IsMatrix || count < LeastCompressed));
                length += count;
            }
        }

        Close();
        return slices.ToImmutable();

        void Close()
        {
            if (length > 0)
            {
                slices.Add(new ParameterSlice(new ParameterRange(start, length), parts.ToImmutable()));
                parts.Clear();
                (start, length) = (start + length, 0);
            }
        }
    }
}
