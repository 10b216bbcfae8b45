using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>Random rows that are zero outside a few blocks, and the same rows with all their zeros.</summary>
internal sealed class RandomBlocks
{
    private readonly float[] _values;
    private readonly InputBlock[] _blocks;
    private readonly int[] _rowEnds;

    private RandomBlocks(int inputs, float[] values, InputBlock[] blocks, int[] rowEnds)
    {
        (_values, _blocks, _rowEnds) = (values, blocks, rowEnds);
        Dense = new float[rowEnds.Length * inputs];
        Rows.CopyTo(Dense, inputs);
    }

    internal BlockInputs Rows => new(_values, _blocks, _rowEnds);

    /// <summary>[rows, inputs].</summary>
    internal float[] Dense { get; }

    /// <summary>Inputs that some row has in a block.</summary>
    internal HashSet<int> Touched => [.. _blocks.SelectMany(block => Enumerable.Range(block.Offset, block.Length))];

    /// <summary>Up to three blocks in each row, at times none, at times the same ones as in the row before.</summary>
    internal static RandomBlocks Draw(Xoshiro256 random, int inputs, int rows)
    {
        var (blocks, ends) = (new List<InputBlock>(), new List<int>());
        List<InputBlock> last = [];
        for (var row = 0; row < rows; row++)
        {
            if (row == 0 || RandomCases.Below(random, 4) > 0)
            {
                last = [];
                var next = 0;
                for (var count = RandomCases.Below(random, 4); count > 0 && next < inputs; count--)
                {
                    var offset = next + RandomCases.Below(random, inputs - next);
                    var length = 1 + RandomCases.Below(random, Math.Min(5, inputs - offset));
                    last.Add(new InputBlock(offset, length));
                    next = offset + length;
                }
            }

            blocks.AddRange(last);
            ends.Add(blocks.Count);
        }

        return new RandomBlocks(inputs, RandomCases.Normal(random, blocks.Sum(block => block.Length)), [.. blocks], [.. ends]);
    }
}
