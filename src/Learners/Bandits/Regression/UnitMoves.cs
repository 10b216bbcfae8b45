using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>The division that AdaGrad's factored forms share.</summary>
internal static class UnitMoves
{
    /// <summary>d / (√sum + ε); 0 where d is 0, which 0/0 would not be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Divide(Vector512<float> d, Vector512<float> sum, float damping) =>
        Vector512.ConditionalSelect(
            Vector512.Equals(d, Vector512<float>.Zero), Vector512<float>.Zero, d / (Vector512.Sqrt(sum) + Vector512.Create(damping)));
}
