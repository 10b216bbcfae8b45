namespace StreamLearn.Learners.Networks;

/// <summary>
/// Rows of inputs that are zero outside a few blocks, such as a bandit's context x put at the place of arm a: (0, …, 0, x, 0, …, 0).
/// </summary>
/// <remarks>
/// Two arms of a context with 3 numbers and 5 arms, as two rows of 15 inputs each: <code> new BlockInputs([.. x, .. x], [new(0, 3), new(3,
/// 3)], rowEnds: [1, 2])
/// </code>
/// </remarks>
public readonly ref struct BlockInputs
{
    /// <param name="values">The numbers of all blocks, one after the other.</param>
    /// <param name="blocks">The blocks of all rows; those of a row ascend and do not overlap.</param>
    /// <param name="rowEnds">For each row, where its blocks end in <paramref name="blocks"/>.</param>
    public BlockInputs(ReadOnlySpan<float> values, ReadOnlySpan<InputBlock> blocks, ReadOnlySpan<int> rowEnds)
    {
        Values = values;
        Blocks = blocks;
        RowEnds = rowEnds;
    }

    /// <summary>The numbers of all blocks, one after the other.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>The blocks of all rows.</summary>
    public ReadOnlySpan<InputBlock> Blocks { get; }

    /// <summary>For each row, where its blocks end in <see cref="Blocks"/>.</summary>
    public ReadOnlySpan<int> RowEnds { get; }

    /// <summary>Number of rows.</summary>
    public int Count => RowEnds.Length;

    /// <summary>Throws where the parts do not fit together or a network of <paramref name="inputs"/> inputs.</summary>
    internal void Check(int inputs)
    {
        var (block, length) = (0, 0L);
        for (var row = 0; row < RowEnds.Length; row++)
        {
            if (RowEnds[row] < block || RowEnds[row] > Blocks.Length)
            {
                throw new ArgumentException($"Blocks of row {row} end at {RowEnds[row]}; expected from {block} to {Blocks.Length}.");
            }

            for (var next = 0; block < RowEnds[row]; block++)
            {
                var (offset, size) = Blocks[block];
                if (offset < next || size < 1 || size > inputs - offset)
                {
                    throw new ArgumentException(
                        $"Block {block} of row {row} has offset {offset} and length {size}; expected one after {next - 1} within {inputs} inputs.");
                }

                next = offset + size;
                length += size;
            }
        }

        if (block != Blocks.Length || length != Values.Length)
        {
            throw new ArgumentException(
                $"{Blocks.Length} blocks and {Values.Length} values; expected {block} blocks in the rows and {length} values in the blocks.");
        }
    }

    /// <summary>Writes the rows with all their zeros: [<see cref="Count"/>, <paramref name="inputs"/>].</summary>
    internal void CopyTo(Span<float> dense, int inputs)
    {
        dense.Clear();
        var (block, at) = (0, 0);
        for (var row = 0; row < RowEnds.Length; row++)
        {
            for (; block < RowEnds[row]; block++)
            {
                var (offset, size) = Blocks[block];
                Values.Slice(at, size).CopyTo(dense[((row * inputs) + offset)..]);
                at += size;
            }
        }
    }
}
