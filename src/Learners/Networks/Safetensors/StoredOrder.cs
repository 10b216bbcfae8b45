using System.Collections.Immutable;

namespace StreamLearn.Learners.Networks.Safetensors;

/// <summary>How a block lies in a file: a matrix [inputs, outputs] as [outputs, inputs], a vector as it is.</summary>
internal static class StoredOrder
{
    internal static ImmutableArray<long> StoredShape(this ParameterBlock block) =>
        block.IsMatrix ? [block.Shape[1], block.Shape[0]] : [.. block.Shape.Select(size => (long)size)];

    /// <summary>Place within the block of the number that is at <paramref name="index"/> (row-major) in a file.</summary>
    internal static int PlaceOfStored(this ParameterBlock block, int index)
    {
        if (!block.IsMatrix)
        {
            return index;
        }

        var (inputs, outputs) = (block.Shape[0], block.Shape[1]);
        var (output, input) = Math.DivRem(index, inputs);
        return (input * outputs) + output;
    }
}
