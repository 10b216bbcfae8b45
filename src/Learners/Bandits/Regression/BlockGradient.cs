using System.Runtime.CompilerServices;
using StreamLearn.Learners.Networks.Cpu;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// The gradient of one sample as its factors. The block: xᵢ δⱼ. The hidden layer's bias: δ; the head's weights: r h; the output's bias: r.
/// </summary>
/// <remarks>Without a hidden layer the block has one row, x = (1) and δ = r z. Filled from a forward pass; overwritten by the next
/// one.</remarks>
internal sealed unsafe class BlockGradient
{
    private readonly PinnedFloats _one = new(BlockShape.Lanes);
    private readonly PinnedFloats _delta;

    internal BlockGradient(BlockShape shape)
    {
        Shape = shape;
        _delta = new PinnedFloats(shape.Stride);
        _one.Span[0] = 1;
    }

    internal BlockShape Shape { get; }

    internal int Block { get; private set; }

    /// <summary>x, [rows].</summary>
    internal float* X { get; private set; }

    /// <summary>δ, [stride].</summary>
    internal float* Delta => _delta.Pointer;

    /// <summary>h, [stride], where there is a hidden layer.</summary>
    internal float* Hidden { get; private set; }

    /// <summary>r: the loss by the output.</summary>
    internal float Residual { get; private set; }

    /// <summary>|x|² of the block.</summary>
    internal float SquaredInputs { get; private set; }

    /// <summary>|δ|².</summary>
    internal float SquaredDelta { get; private set; }

    /// <summary>|gradient|², of the block and of what all blocks share.</summary>
    internal double SquaredNorm { get; private set; }

    /// <summary>Takes the factors of a sample.</summary>
    /// <param name="network">Whose forward pass it was.</param>
    /// <param name="block">Of the sample.</param>
    /// <param name="inputs">z.</param>
    /// <param name="hidden">What the pass has written.</param>
    /// <param name="residual">r.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Set(BlockNetwork network, int block, float* inputs, float* hidden, float residual)
    {
        Block = block;
        Residual = residual;
        if (!Shape.HasHidden)
        {
            X = _one.Pointer;
            BlockKernels.Scale(inputs, residual, Delta, Shape.Stride);
            SquaredInputs = 1;
            SquaredDelta = BlockKernels.Dot(Delta, Delta, Shape.Stride);
            SquaredNorm = SquaredDelta + ((double)residual * residual);
            return;
        }

        X = inputs;
        Hidden = hidden;
        BlockKernels.Gate(network.Pointer + Shape.Head, residual, hidden, Delta, Shape.Stride);
        var squared = 0f;
        for (var i = 0; i < Shape.Rows; i++)
        {
            squared += inputs[i] * inputs[i];
        }

        SquaredInputs = squared;
        SquaredDelta = BlockKernels.Dot(Delta, Delta, Shape.Stride);
        SquaredNorm = ((1 + (double)squared) * SquaredDelta) + ((1 + (double)BlockKernels.Dot(hidden, hidden, Shape.Stride)) * residual * residual);
    }
}
