using System.Collections.Immutable;

namespace StreamLearn.Learners.Networks.Safetensors;

/// <summary>What the header says of a tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dtype">Type of its numbers.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Begin">Its first byte in the buffer.</param>
/// <param name="End">The byte behind its last.</param>
internal readonly record struct SafetensorsEntry(string Name, string Dtype, ImmutableArray<long> Shape, long Begin, long End);
