using System.Collections.Immutable;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// A named view into a network's flat parameter vector: row-major numbers from <see cref="Offset"/> on.
/// </summary>
/// <param name="Name">Its name, e.g. <c>layers.0.weight</c>; names are those of PyTorch's modules where there are such.</param>
/// <param name="Offset">Where it starts in the flat vector.</param>
/// <param name="Shape">[n] for a vector, [inputs, outputs] for a matrix: y = x W + b.</param>
public sealed record ParameterBlock(string Name, int Offset, ImmutableArray<int> Shape)
{
    /// <summary>How many numbers it has.</summary>
    public int Length { get; } = Shape.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>Whether it is a matrix [inputs, outputs], which PyTorch (and safetensors files) hold as [outputs, inputs].</summary>
    public bool IsMatrix => Shape.Length == 2;

    /// <summary>The block's place in the flat vector.</summary>
    public ParameterRange Range => new(Offset, Length);

    /// <summary>The block's part of a flat vector.</summary>
    public Span<float> In(Span<float> flat) => flat.Slice(Offset, Length);

    /// <inheritdoc cref="In(Span{float})"/>
    public ReadOnlySpan<float> In(ReadOnlySpan<float> flat) => flat.Slice(Offset, Length);
}
