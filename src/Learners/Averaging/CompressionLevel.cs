using System.Collections.Immutable;

namespace StreamLearn.Learners.Averaging;

/// <summary>How much of a layer is written: the ladder that layer-wise compression chooses from.</summary>
/// <remarks>Level 0: all numbers in single precision. The others: the largest share of the numbers at 8 bit with one scale.</remarks>
public static class CompressionLevel
{
    /// <summary>All numbers, exactly.</summary>
    public const int Exact = 0;

    /// <summary>The shares of the levels from 1 on.</summary>
    public static ImmutableArray<double> Shares { get; } = [1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01];

    /// <summary>How many levels there are.</summary>
    public static int Count => Shares.Length + 1;

    /// <summary>The level of a share; -1: there is none.</summary>
    public static int OfShare(double share) => Shares.IndexOf(share) is >= 0 and var at ? at + 1 : -1;

    /// <summary>Numbers of a layer of <paramref name="length"/> that a level keeps, at least 1.</summary>
    public static int Kept(int level, int length) =>
        level == Exact ? length : Math.Max(1, (int)Math.Ceiling(Shares[level - 1] * length));
}
