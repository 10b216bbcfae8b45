using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// A network of one output, with one hidden layer of rectified units or none, whose inputs are one block of many at a time: what the
/// encoding (0, …, 0, z, 0, …, 0) of action a in block a comes to without its zeros. f(a; z) = v · max(0, W(a)ᵀ z + b) + c, or w(a) · z +
/// c.
/// </summary>
/// <remarks>A context whose actions have features of their own has one block that all of them go through.</remarks>
internal sealed unsafe class BlockNetwork
{
    private readonly PinnedFloats _parameters;

    /// <param name="shape">Its sizes.</param>
    internal BlockNetwork(BlockShape shape)
    {
        Shape = shape;
        _parameters = new PinnedFloats(shape.Count);
    }

    internal BlockShape Shape { get; }

    /// <summary>The flat vector that <see cref="BlockShape"/> describes.</summary>
    internal Span<float> Parameters => _parameters.Span;

    internal float* Pointer => _parameters.Pointer;

    /// <summary>Whether no parameter is larger than steps leave it.</summary>
    internal static bool AreUsable(ReadOnlySpan<float> parameters) => Math.Abs(TensorPrimitives.MaxMagnitude(parameters)) <= BlockKernels.Largest;

    /// <summary>Draws parameters: W ~ N(0, s²/inputs), v ~ N(0, h²/width), biases 0; without a hidden layer all are 0.</summary>
    /// <param name="shape">Of the parameters.</param>
    /// <param name="weightScale">s.</param>
    /// <param name="headScale">h.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="parameters">[count], written.</param>
    internal static void Initialize(BlockShape shape, double weightScale, double headScale, Xoshiro256 random, Span<float> parameters)
    {
        parameters.Clear();
        if (!shape.HasHidden)
        {
            return;
        }

        var scale = weightScale / Math.Sqrt(shape.Inputs);
        for (var row = 0; row < shape.Blocks * shape.Rows; row++)
        {
            FillNormal(parameters.Slice(row * shape.Stride, shape.Width), scale, random);
        }

        FillNormal(parameters.Slice(shape.Head, shape.Width), headScale / Math.Sqrt(shape.Width), random);
    }

    /// <summary>f for one block.</summary>
    /// <param name="block">Which.</param>
    /// <param name="inputs">z, padded with zeros where there is no hidden layer.</param>
    /// <param name="hidden">[stride], written where there is a hidden layer.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal float Forward(int block, float* inputs, float* hidden)
    {
        var weights = Pointer + ((nint)block * Shape.BlockLength);
        if (!Shape.HasHidden)
        {
            return BlockKernels.Dot(weights, inputs, Shape.Stride) + Pointer[Shape.Last];
        }

        BlockKernels.Combine(weights, inputs, Shape.Rows, Pointer + Shape.Bias, hidden, Shape.Stride, rectify: true);
        return Output(hidden);
    }

    /// <summary>The hidden layer's sums over the first inputs of a block, bias included.</summary>
    internal void Begin(int block, float* inputs, int count, float* sums) =>
        BlockKernels.Combine(Pointer + ((nint)block * Shape.BlockLength), inputs, count, Pointer + Shape.Bias, sums, Shape.Stride, rectify: false);

    /// <summary>f from such sums and the inputs from <paramref name="from"/> on.</summary>
    internal float Finish(int block, float* inputs, int from, float* sums, float* hidden)
    {
        var weights = Pointer + ((nint)block * Shape.BlockLength) + ((nint)from * Shape.Stride);
        BlockKernels.Combine(weights, inputs + from, Shape.Rows - from, sums, hidden, Shape.Stride, rectify: true);
        return Output(hidden);
    }

    private static void FillNormal(Span<float> values, double scale, Xoshiro256 random)
    {
        foreach (ref var value in values)
        {
            value = (float)(random.NextGaussian() * scale);
        }
    }

    private float Output(float* hidden) => BlockKernels.Dot(Pointer + Shape.Head, hidden, Shape.Stride) + Pointer[Shape.Last];
}
