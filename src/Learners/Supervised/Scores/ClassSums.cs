using MessagePack;

namespace StreamLearn.Learners.Supervised.Scores;

/// <summary>What predictions of classes have come to, added up over scored labels of one key or of some; scores are made of it.</summary>
/// <param name="Weight">Labels that were scored, or the sum of their weights.</param>
/// <param name="Correct">Of those, the ones whose class was the most probable one.</param>
/// <param name="LastCorrect">Of those, the ones whose class was that of the label known last.</param>
/// <param name="Expected">Of those, how many would be right by chance: Σ over classes of how often it came and how often it was predicted, divided by the
/// weight; each key by itself.</param>
/// <param name="LogLoss">Sum of -ln of the label's probability, which counts as 1e-6 at least.</param>
/// <param name="Brier">Sum of Brier scores: Σ over classes of (p - 1[it is the label])², from 0 to 2.</param>
/// <param name="Bins">By tenths of the largest probability: how many, the sum of these probabilities, how many were right; [10, 3].</param>
[MessagePackObject]
public sealed record ClassSums(
    [property: Key(0)] double Weight, [property: Key(1)] double Correct, [property: Key(2)] double LastCorrect, [property: Key(3)] double Expected,
    [property: Key(4)] double LogLoss, [property: Key(5)] double Brier, [property: Key(6)] double[] Bins)
{
    /// <summary>Tenths of the largest probability.</summary>
    internal const int BinCount = 10;

    /// <summary>Numbers of a tenth.</summary>
    internal const int BinNumbers = 3;

    /// <summary>What shares are rounded by at most: sums over millions of labels that fade.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Of nothing.</summary>
    public static ClassSums None { get; } = new(0, 0, 0, 0, 0, 0, new double[BinCount * BinNumbers]);

    /// <summary>The scores; NaN where nothing has been scored.</summary>
    public ClassScores Scores()
    {
        var (accuracy, last) = (Correct / Weight, LastCorrect / Weight);
        return new ClassScores(
            accuracy, OverChance(accuracy, Expected / Weight), OverChance(accuracy, last), LogLoss / Weight, Brier / Weight, CalibrationError());
    }

    /// <summary>Both together.</summary>
    public static ClassSums operator +(ClassSums one, ClassSums other)
    {
        var bins = new double[BinCount * BinNumbers];
        for (var i = 0; i < bins.Length; i++)
        {
            bins[i] = one.Bins[i] + other.Bins[i];
        }

        return new ClassSums(
            one.Weight + other.Weight, one.Correct + other.Correct, one.LastCorrect + other.LastCorrect, one.Expected + other.Expected,
            one.LogLoss + other.LogLoss, one.Brier + other.Brier, bins);
    }

    /// <inheritdoc cref="op_Addition"/>
    public static ClassSums Add(ClassSums one, ClassSums other) => one + other;

    /// <summary>Share of what chance leaves to be won. Where chance is always right nothing is: 0.</summary>
    private static double OverChance(double accuracy, double chance) => 1 - chance <= Rounding ? 0 : (accuracy - chance) / (1 - chance);

    /// <summary>Expected calibration error: over the tenths, the difference of mean probability and share that was right, weighed by how many.</summary>
    private double CalibrationError()
    {
        var sum = 0.0;
        for (var at = 0; at < Bins.Length; at += BinNumbers)
        {
            sum += Math.Abs(Bins[at + 1] - Bins[at + 2]);
        }

        return sum / Weight;
    }
}
