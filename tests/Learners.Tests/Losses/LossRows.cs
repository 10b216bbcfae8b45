using StreamLearn.Learners.Losses;

namespace StreamLearn.Learners.Tests.Losses;

/// <summary>The rows of the conformance suite: every loss, with the parameters that make a difference. A new loss is a row here.</summary>
public static class LossRows
{
    private static readonly LossRow[] Rows =
    [
        new(new SquaredLoss(), 1),
        new(new SquaredLoss(), 3),
        Huber(1, outputs: 1),
        Huber(0.3, outputs: 3),
        Pinball([0.5], outputs: 1),
        Pinball([0.1, 0.5, 0.95], outputs: 6),
        new(new LogisticLoss(), 1),
        new(new LogisticLoss(), 4),
        new(new CrossEntropyLoss(), 2),
        new(new CrossEntropyLoss(), 5),
        new(new CrossEntropyLoss(temperature: 0.5), 5),
        new(new CrossEntropyLoss(temperature: 3), 5),
        CompSum(0),
        CompSum(0.5),
        CompSum(1),
        CompSum(1.5),
        CompSum(2),
        new(new LabelDistributionallyRobustLoss(), 2),
        new(new LabelDistributionallyRobustLoss(lambda: 0.2, margin: 2), 5),
        new(new LabelDistributionallyRobustLoss(lambda: 50, margin: 0), 5),
        Adaptive(lambda0: 1, alpha: 2, margin: 1, outputs: 2),
        Adaptive(lambda0: 0.5, alpha: 1.2, margin: 0, outputs: 5),
        Adaptive(lambda0: 3, alpha: 4, margin: 2, outputs: 5),
    ];

    private static readonly Dictionary<string, LossRow> ByName = Rows.ToDictionary(row => row.ToString());

    /// <summary>Names, which a test runner can tell apart.</summary>
    public static TheoryData<string> All() => [.. ByName.Keys];

    /// <summary>Those whose target is a class index.</summary>
    public static TheoryData<string> OfLabels() => [.. Rows.Where(row => row.Loss is LabelLoss).Select(row => row.ToString())];

    /// <summary>Those whose targets are any numbers.</summary>
    public static TheoryData<string> OfOutputs() =>
        [.. Rows.Where(row => row.Loss.Input == LossInput.Outputs).Select(row => row.ToString())];

    internal static LossRow Named(string name) => ByName[name];

    internal static LossRow[] List => Rows;

    private static LossRow Huber(double delta, int outputs) =>
        new(new HuberLoss(delta), outputs) { DistanceToKink = error => Math.Abs(Math.Abs(error) - delta) };

    private static LossRow Pinball(double[] levels, int outputs) => new(new PinballLoss(levels), outputs) { DistanceToKink = Math.Abs };

    private static LossRow CompSum(double tau) => new(new CompSumLoss(tau), 5) { GrowsExponentially = tau < 1 };

    private static LossRow Adaptive(double lambda0, double alpha, double margin, int outputs)
    {
        var loss = new AdaptiveLabelDistributionallyRobustLoss(lambda0, alpha, margin);
        return new(loss, outputs) { HeldAt = logits => new LabelDistributionallyRobustLoss(loss.LambdaOf(logits), margin) };
    }
}
