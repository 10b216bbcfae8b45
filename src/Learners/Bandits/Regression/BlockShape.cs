using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// What lies where in the parameters of a <see cref="BlockNetwork"/>. Rows are padded to whole vectors with zeros, which stay zeros.
/// </summary>
/// <remarks>
/// A block is a matrix of <see cref="Rows"/> rows. With a hidden layer: one row for each input, a number for each unit. Without: one row, a
/// number for each input.
/// </remarks>
internal readonly record struct BlockShape
{
    /// <summary>Numbers in a vector.</summary>
    internal const int Lanes = 16;

    /// <param name="blocks">How many.</param>
    /// <param name="inputs">Inputs of a block.</param>
    /// <param name="width">Units of the hidden layer; 0: none.</param>
    internal BlockShape(int blocks, int inputs, int width)
    {
        Blocks = blocks;
        Inputs = inputs;
        Width = width;
        Rows = width == 0 ? 1 : inputs;
        Stride = Padded(width == 0 ? inputs : width);
        var parameters = LengthFor(blocks, inputs, width);
        Count = parameters <= int.MaxValue
            ? (int)parameters
            : throw new ArgumentOutOfRangeException(nameof(width), width, $"{parameters} parameters are too many.");
    }

    internal int Blocks { get; }

    internal int Inputs { get; }

    internal int Width { get; }

    internal bool HasHidden => Width > 0;

    /// <summary>Rows of a block.</summary>
    internal int Rows { get; }

    /// <summary>Numbers of a row.</summary>
    internal int Stride { get; }

    /// <summary>Numbers of a block.</summary>
    internal int BlockLength => Rows * Stride;

    /// <summary>Where the hidden layer's bias starts; without a hidden layer the same as <see cref="Last"/>.</summary>
    internal int Bias => Blocks * BlockLength;

    /// <summary>Where the head's weights start; without a hidden layer the same as <see cref="Last"/>.</summary>
    internal int Head => HasHidden ? Bias + Stride : Bias;

    /// <summary>Where the output's bias is: the last parameter.</summary>
    internal int Last => HasHidden ? Head + Stride : Bias;

    /// <summary>Parameters with padding.</summary>
    internal int Count { get; }

    /// <summary>How many parameters that makes.</summary>
    internal static long LengthFor(int blocks, int inputs, int width) => width == 0
        ? ((long)blocks * Padded(inputs)) + 1
        : (((long)blocks * inputs) + 2) * Padded(width) + 1;

    /// <summary>The layers as blocks of the flat vector.</summary>
    internal ParameterLayout Layout() => HasHidden
        ? new ParameterLayout(
            (MlpArchitecture.WeightOf(0), [Blocks * Rows, Stride]), (MlpArchitecture.BiasOf(0), [Stride]),
            (MlpArchitecture.HeadWeight, [Stride, 1]), (MlpArchitecture.HeadBias, [1]))
        : new ParameterLayout((MlpArchitecture.HeadWeight, [Blocks * Stride, 1]), (MlpArchitecture.HeadBias, [1]));

    /// <summary>A number of lanes that makes whole vectors.</summary>
    internal static int Padded(int length) => (length + Lanes - 1) / Lanes * Lanes;
}
