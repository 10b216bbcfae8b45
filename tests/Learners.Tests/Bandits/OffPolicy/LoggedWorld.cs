using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Bandits.OffPolicy;

/// <summary>Three contexts, three actions, costs of 0 and 1: small enough to know every expectation exactly.</summary>
internal static class LoggedWorld
{
    private static readonly double[] ContextShare = [0.5, 0.3, 0.2];

    // By context, then action.
    private static readonly double[][] CostProbability = [[0.9, 0.5, 0.2], [0.4, 0.8, 0.6], [0.3, 0.1, 0.7]];
    private static readonly double[][] Logging = [[0.5, 0.25, 0.25], [0.2, 0.3, 0.5], [0.4, 0.4, 0.2]];
    private static readonly double[][] Target = [[0.8, 0.1, 0.1], [0.1, 0.7, 0.2], [0.2, 0.1, 0.7]];

    /// <summary>What the evaluated policy costs in truth.</summary>
    internal static double Value { get; } = Expected(Exact);

    /// <summary>A regression that knows the world.</summary>
    internal static double Exact(int context, int action) => CostProbability[context][action];

    /// <summary>One that has it the wrong way round.</summary>
    internal static double Wrong(int context, int action) => 1 - CostProbability[context][action];

    /// <summary>None.</summary>
    internal static double None(int context, int action) => 0;

    /// <summary>Expected cost of the evaluated policy by the word of a regression.</summary>
    internal static double Expected(Func<int, int, double> regression) =>
        Mean((context, action) => Target[context][action] * regression(context, action));

    /// <summary>Variance of what one example adds to the doubly robust mean; without a regression that is IPS.</summary>
    internal static double Variance(Func<int, int, double> regression)
    {
        var squares = 0.0;
        for (var x = 0; x < ContextShare.Length; x++)
        {
            var predicted = Predicted(x, regression);
            for (var a = 0; a < Target[x].Length; a++)
            {
                var weight = Target[x][a] / Logging[x][a];
                foreach (var cost in new[] { 0, 1 })
                {
                    var probability = ContextShare[x] * Logging[x][a] * (cost == 1 ? CostProbability[x][a] : 1 - CostProbability[x][a]);
                    squares += probability * Math.Pow(predicted + (weight * (cost - regression(x, a))) - Value, 2);
                }
            }
        }

        return squares;
    }

    internal static LoggedDecision Next(Xoshiro256 random, Func<int, int, double> regression)
    {
        var context = Draw(random, ContextShare);
        var action = Draw(random, Logging[context]);
        var cost = random.NextDouble() < CostProbability[context][action] ? 1 : 0;
        return new LoggedDecision(
            Logging[context][action], Target[context][action], cost, regression(context, action), Predicted(context, regression));
    }

    internal static OffPolicyEstimator Run(ulong seed, int examples, Func<int, int, double> regression, OffPolicyOptions? options = null)
    {
        var random = new Xoshiro256(seed);
        var estimator = new OffPolicyEstimator(options ?? new OffPolicyOptions());
        for (var i = 0; i < examples; i++)
        {
            Next(random, regression).AddTo(estimator);
        }

        return estimator;
    }

    private static double Predicted(int context, Func<int, int, double> regression)
    {
        var sum = 0.0;
        for (var a = 0; a < Target[context].Length; a++)
        {
            sum += Target[context][a] * regression(context, a);
        }

        return sum;
    }

    private static double Mean(Func<int, int, double> ofAction) =>
        ContextShare
            .Select((share, context) => share * Enumerable.Range(0, Target[context].Length).Sum(action => ofAction(context, action)))
            .Sum();

    private static int Draw(Xoshiro256 random, double[] probabilities)
    {
        var left = random.NextDouble();
        var at = 0;
        while (at < probabilities.Length - 1 && left >= probabilities[at])
        {
            left -= probabilities[at++];
        }

        return at;
    }
}
