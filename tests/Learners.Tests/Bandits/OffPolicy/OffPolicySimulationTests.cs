using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Bandits.OffPolicy;

/// <summary>What the estimates are good for, in a world where the truth is known. Seeds are fixed: a run is always the same.</summary>
public sealed class OffPolicySimulationTests
{
    private const int Runs = 2000;

    // Of a mean over the runs, in its standard errors.
    private const double Farthest = 4;

    [Fact]
    public void Given_a_regression_that_is_wrong_When_many_logs_are_evaluated_Then_only_the_direct_method_is_biased()
    {
        var runs = Estimators(60, LoggedWorld.Wrong);

        AssertMean(LoggedWorld.Value, runs, run => run.Ips);
        AssertMean(LoggedWorld.Value, runs, run => run.DoublyRobust);
        AssertMean(LoggedWorld.Expected(LoggedWorld.Wrong), runs, run => run.DirectMethod);
        Assert.True(LoggedWorld.Value - LoggedWorld.Expected(LoggedWorld.Wrong) > 0.3, "The regression is not wrong enough.");
        Assert.Equal(1, runs.Average(run => run.MeanWeight), 0.01);
    }

    [Fact]
    public void Given_a_regression_that_is_right_When_many_logs_are_evaluated_Then_nothing_is_biased()
    {
        var runs = Estimators(60, LoggedWorld.Exact);

        AssertMean(LoggedWorld.Value, runs, run => run.Ips);
        AssertMean(LoggedWorld.Value, runs, run => run.DoublyRobust);
        AssertMean(LoggedWorld.Value, runs, run => run.DirectMethod);
    }

    [Fact]
    public void Given_longer_logs_When_they_are_evaluated_Then_snips_comes_as_close_to_the_truth_as_its_small_bias_lets_it()
    {
        var few = Estimators(10, LoggedWorld.None).Average(run => run.Snips.Value) - LoggedWorld.Value;
        var runs = Estimators(400, LoggedWorld.None);

        Assert.InRange(Math.Abs(few), 0, 0.02);
        AssertMean(LoggedWorld.Value, runs, run => run.Snips);
        Assert.True(Spread(runs, run => run.Snips) < Spread(runs, run => run.Ips), "SNIPS varies more than IPS.");
    }

    [Fact]
    public void Given_a_good_regression_When_many_logs_are_evaluated_Then_doubly_robust_varies_less_than_ips_and_as_theory_says()
    {
        var runs = Estimators(200, LoggedWorld.Exact);
        var (ips, doublyRobust) = (Spread(runs, run => run.Ips), Spread(runs, run => run.DoublyRobust));

        Assert.True(doublyRobust < 0.8 * ips, $"Doubly robust {doublyRobust}, IPS {ips}.");
        Assert.Equal(1, ips / Math.Sqrt(LoggedWorld.Variance(LoggedWorld.None) / 200), 0.07);
        Assert.Equal(1, doublyRobust / Math.Sqrt(LoggedWorld.Variance(LoggedWorld.Exact) / 200), 0.07);
    }

    [Theory]
    [InlineData(0.95, 1, 400)]
    [InlineData(0.8, 1, 400)]
    [InlineData(0.99, 1, 400)]
    [InlineData(0.95, 0.99, 1000)]
    public void Given_a_confidence_When_many_logs_are_evaluated_Then_that_share_of_the_intervals_holds_the_truth(
        double confidence, double fading, int examples)
    {
        var options = new OffPolicyOptions { Confidence = confidence, Fading = fading };
        var right = Estimators(examples, LoggedWorld.Exact, options);
        var wrong = Estimators(examples, LoggedWorld.Wrong, options);

        AssertCoverage(right, run => run.Ips);
        AssertCoverage(right, run => run.Snips);
        AssertCoverage(right, run => run.DirectMethod);
        AssertCoverage(right, run => run.DoublyRobust);
        AssertCoverage(wrong, run => run.DoublyRobust);
        Assert.Equal(0, Coverage(wrong, run => run.DirectMethod));

        void AssertCoverage(OffPolicyEstimator[] runs, Func<OffPolicyEstimator, OffPolicyEstimate> method) =>
            Assert.InRange(Coverage(runs, method), confidence - 0.03, Math.Min(confidence + 0.03, 0.999));
    }

    [Fact]
    public void Given_weights_that_are_clipped_When_many_logs_are_evaluated_Then_ips_is_too_low_and_the_mean_weight_says_so()
    {
        var runs = Estimators(200, LoggedWorld.None, new OffPolicyOptions { WeightCap = 1.5 });

        Assert.True(runs.Average(run => run.Ips.Value) < LoggedWorld.Value - 0.03, "There is no bias.");
        Assert.InRange(runs.Average(run => run.MeanWeight), 0.7, 0.9);
        Assert.All(runs, run => Assert.InRange(run.Clipped, 20, 120));
    }

    [Fact]
    public void Given_logged_probabilities_that_are_wrong_When_a_log_is_evaluated_Then_the_mean_weight_is_far_from_one()
    {
        var random = new Xoshiro256(2);
        var estimator = new OffPolicyEstimator(new OffPolicyOptions());
        for (var i = 0; i < 5000; i++)
        {
            var decision = LoggedWorld.Next(random, LoggedWorld.None);
            (decision with { Logged = decision.Logged / 2 }).AddTo(estimator);
        }

        Assert.Equal(2, estimator.MeanWeight, 0.1);
    }

    [Fact]
    public void Given_costs_that_change_When_old_examples_fade_Then_the_estimates_follow_and_without_fading_they_do_not()
    {
        var random = new Xoshiro256(7);
        var fading = new OffPolicyEstimator(new OffPolicyOptions { Fading = 0.995 });
        var whole = new OffPolicyEstimator(new OffPolicyOptions());
        for (var i = 0; i < 12_000; i++)
        {
            var decision = LoggedWorld.Next(random, LoggedWorld.Exact);
            decision = i < 9000 ? decision : decision with { Cost = decision.Cost + 2 };
            decision.AddTo(fading);
            decision.AddTo(whole);
        }

        Assert.InRange(LoggedWorld.Value + 2, fading.DoublyRobust.Low, fading.DoublyRobust.High);
        Assert.InRange(LoggedWorld.Value + 2, fading.Snips.Low, fading.Snips.High);
        Assert.Equal(LoggedWorld.Value + 0.5, whole.DoublyRobust.Value, 0.1);
        Assert.Equal(399, fading.EffectiveCount, 0.1);
    }

    private static OffPolicyEstimator[] Estimators(int examples, Func<int, int, double> regression, OffPolicyOptions? options = null) =>
        [.. Enumerable.Range(0, Runs).Select(run => LoggedWorld.Run((ulong)(run + 1), examples, regression, options))];

    private static void AssertMean(double expected, OffPolicyEstimator[] runs, Func<OffPolicyEstimator, OffPolicyEstimate> method)
    {
        var mean = runs.Average(run => method(run).Value);
        Assert.InRange((mean - expected) / (Spread(runs, method) / Math.Sqrt(Runs)), -Farthest, Farthest);
    }

    /// <summary>Standard deviation of the estimates over the runs.</summary>
    private static double Spread(OffPolicyEstimator[] runs, Func<OffPolicyEstimator, OffPolicyEstimate> method)
    {
        var mean = runs.Average(run => method(run).Value);
        return Math.Sqrt(runs.Sum(run => Math.Pow(method(run).Value - mean, 2)) / (Runs - 1));
    }

    private static double Coverage(OffPolicyEstimator[] runs, Func<OffPolicyEstimator, OffPolicyEstimate> method) =>
        runs.Average(run => method(run) is var estimate && estimate.Low <= LoggedWorld.Value && LoggedWorld.Value <= estimate.High ? 1 : 0);
}
