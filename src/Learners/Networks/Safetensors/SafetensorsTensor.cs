using System.Collections.Immutable;

namespace StreamLearn.Learners.Networks.Safetensors;

/// <summary>A tensor as a file holds it: neither converted nor transposed.</summary>
/// <param name="Name">Its name, e.g. <c>layers.0.weight</c>.</param>
/// <param name="Dtype">Type of its numbers as the file names it, e.g. <c>F32</c>, <c>BF16</c>.</param>
/// <param name="Shape">Its sizes, none for a single number; PyTorch's weight of a linear layer is [outputs, inputs].</param>
/// <param name="Data">Its numbers in row-major order, little-endian.</param>
public sealed record SafetensorsTensor(string Name, string Dtype, ImmutableArray<long> Shape, ReadOnlyMemory<byte> Data);
