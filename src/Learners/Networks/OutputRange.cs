using System.Numerics.Tensors;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// What a network with scaled targets, or logits, may say. Its targets are scaled to within ±10; from 2²⁴ on, single precision does not tell numbers apart
/// that differ by 1: a network that says more has run away, and no gradient leads back.
/// </summary>
internal static class OutputRange
{
    private const float Largest = 1 << 24;

    internal static bool Contains(float output) => Math.Abs(output) <= Largest;

    /// <summary>Whether all are in it; NaN is not.</summary>
    internal static bool Contains(ReadOnlySpan<float> outputs) => Contains(TensorPrimitives.MaxMagnitude(outputs));
}
