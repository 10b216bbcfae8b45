using System.Runtime.InteropServices;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>Equality of numbers to the bit.</summary>
internal static class AssertBits
{
    internal static void Equal(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
            {
                Assert.Fail(FormattableString.Invariant($"{what}: number {i} is {actual[i]:G9}, expected {expected[i]:G9} to the bit"));
            }
        }
    }

    internal static bool Same(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        MemoryMarshal.AsBytes(left).SequenceEqual(MemoryMarshal.AsBytes(right));
}
