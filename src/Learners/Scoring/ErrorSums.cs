using MessagePack;

namespace StreamLearn.Learners.Scoring;

/// <summary>Sums over scored targets; a mean is a sum by <see cref="Weight"/>.</summary>
/// <param name="Weight">Number of targets, or the sum of their weights.</param>
/// <param name="Absolute">Absolute errors in units of the key's scale.</param>
/// <param name="Squared">Squared errors in units of the key's scale.</param>
/// <param name="Symmetric">Symmetric relative errors 2|y-f| / (|y|+|f|), each from 0 to 2.</param>
[MessagePackObject]
public readonly record struct ErrorSums(
    [property: Key(0)] double Weight, [property: Key(1)] double Absolute, [property: Key(2)] double Squared, [property: Key(3)] double Symmetric)
{
    /// <summary>These sums, faded by a factor, and one more target.</summary>
    public ErrorSums Plus(double absolute, double symmetric, double fading = 1) =>
        new((Weight * fading) + 1, (Absolute * fading) + absolute, (Squared * fading) + (absolute * absolute), (Symmetric * fading) + symmetric);

    /// <summary>The sums over the targets of both.</summary>
    public static ErrorSums operator +(ErrorSums left, ErrorSums right) =>
        new(left.Weight + right.Weight, left.Absolute + right.Absolute, left.Squared + right.Squared, left.Symmetric + right.Symmetric);

    /// <summary>The sums over the targets of both.</summary>
    public static ErrorSums Add(ErrorSums left, ErrorSums right) => left + right;
}
