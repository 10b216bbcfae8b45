using FsCheck.Xunit;
using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Tests.Networks;

namespace StreamLearn.Learners.Tests.Bandits.OffPolicy;

public sealed class OffPolicyEstimatorTests
{
    private const double Quantile = 1.959963984540054;

    // Weights 2, 0, 1, 1/2.
    private static readonly LoggedDecision[] Four =
    [
        new(0.5, 1, 1, 0.5, 0.25), new(0.5, 0, 0.5, 0.125, 0.75), new(0.25, 0.25, 0.5, 0.25, 0.5), new(1, 0.5, 0, 0.5, 0.5),
    ];

    /// <summary>Where arithmetic breaks: probabilities and numbers that the next test picks from.</summary>
    private static readonly double[] Probabilities = [1, 0.5, 0.3, 1e-3, 1e-30, 1e-170, 1e-300, double.Epsilon, 0.999999999];

    private static readonly double[] Numbers =
        [0, 1, -1, 0.3, 7, 1e100, -1e100, 1e-300, double.Epsilon, -1e-9, 1e50, 12345678.9];

    [Fact]
    public void Given_four_decisions_When_they_are_added_Then_all_numbers_are_those_by_hand()
    {
        var estimator = Of(Four);

        // w c: 2, 0, 1/2, 0. Squared distances from their mean: 43/16.
        AssertEstimate(0.625, Math.Sqrt(43.0 / 16 / 12), estimator.Ips);

        // R = 2.5 / 3.5; w (c - R): 4/7, 0, -3/14, -5/14; their squares sum to 1/2.
        AssertEstimate(5.0 / 7, Math.Sqrt(0.5 / 12) / 0.875, estimator.Snips);

        // 1/4, 3/4, 1/2, 1/2.
        AssertEstimate(0.5, Math.Sqrt(0.125 / 12), estimator.DirectMethod);

        // 1/4 + 2 · 1/2, 3/4, 1/2 + 1 · 1/4, 1/2 - 1/2 · 1/2.
        AssertEstimate(0.75, Math.Sqrt(0.5 / 12), estimator.DoublyRobust);
        Assert.Equal(12.25 / 5.25, estimator.EffectiveSampleSize, 1e-14);
        Assert.Equal(0.875, estimator.MeanWeight);
        Assert.Equal((4, 4.0, 2.0, 0), (estimator.Count, estimator.EffectiveCount, estimator.MaxWeight, estimator.Clipped));
    }

    [Fact]
    public void Given_a_cap_When_a_weight_is_above_it_Then_it_counts_as_the_cap_and_is_reported()
    {
        var estimator = Of(Four, new OffPolicyOptions { WeightCap = 1.5 });

        Assert.Equal((1, 2.0, 0.75), (estimator.Clipped, estimator.MaxWeight, estimator.MeanWeight));
        Assert.Equal(0.5, estimator.Ips.Value, 1e-15);
        Assert.Equal(2.0 / 3, estimator.Snips.Value, 1e-15);
        Assert.Equal(0.5, estimator.DirectMethod.Value, 1e-15);
        Assert.Equal(2.75 / 4, estimator.DoublyRobust.Value, 1e-15);
    }

    [Fact]
    public void Given_a_weight_at_the_cap_When_it_is_added_Then_it_is_not_clipped() =>
        Assert.Equal(0, Of(Four, new OffPolicyOptions { WeightCap = 2 }).Clipped);

    [Fact]
    public void Given_fading_by_a_half_When_three_decisions_are_added_Then_mean_and_error_are_those_by_hand()
    {
        LoggedDecision[] three = [new(1, 1, 0, 0, 0), new(1, 1, 0, 0, 0), new(1, 1, 1, 1, 1)];

        var estimator = Of(three, new OffPolicyOptions { Fading = 0.5 });

        // Weights 1/4, 1/2, 1: mean 4/7, n' = 7/3, s² = 7/4 · 12/49, error² = 9/49.
        Assert.All(estimator.Estimates(), estimate => AssertEstimate(4.0 / 7, 3.0 / 7, estimate));
        Assert.Equal(7.0 / 3, estimator.EffectiveCount, 1e-14);
        Assert.Equal(7.0 / 3, estimator.EffectiveSampleSize, 1e-14);
        Assert.Equal(1, estimator.MeanWeight);
    }

    [Fact]
    public void Given_a_confidence_When_an_interval_is_asked_for_Then_it_is_as_wide_as_that_needs()
    {
        var narrow = Of(Four, new OffPolicyOptions { Confidence = 0.5 }).Ips;
        var wide = Of(Four, new OffPolicyOptions { Confidence = 0.999 }).Ips;

        Assert.Equal(2 * 0.67448975019608 * narrow.StandardError, narrow.High - narrow.Low, 1e-12);
        Assert.Equal(2 * 3.29052673149190 * wide.StandardError, wide.High - wide.Low, 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.9)]
    [InlineData(0.995)]
    public void Given_equal_policies_When_decisions_are_added_Then_the_effective_sample_size_is_their_number(double fading)
    {
        var random = new Xoshiro256(4);
        var estimator = new OffPolicyEstimator(new OffPolicyOptions { Fading = fading });
        for (var n = 1; n <= 1000; n++)
        {
            var probability = 1 - random.NextDouble();
            estimator.Add(probability, probability, random.NextGaussian(), 0, 0);

            var expected = fading == 1 ? n : (1 + fading) / (1 - fading) * (1 - Math.Pow(fading, n)) / (1 + Math.Pow(fading, n));
            Assert.Equal(expected, estimator.EffectiveCount, 1e-9);
            Assert.Equal(expected, estimator.EffectiveSampleSize, 1e-9);
            Assert.Equal(1, estimator.MeanWeight, 1e-12);
            Assert.Equal(estimator.Ips.Value, estimator.Snips.Value, 1e-12);
            Assert.Equal(estimator.Ips.StandardError, estimator.Snips.StandardError, 1e-12);
        }
    }

    [Fact]
    public void Given_no_data_When_it_is_asked_Then_nothing_is_known()
    {
        var estimator = Of([]);

        Assert.All(estimator.Estimates(), estimate => Assert.Equal(new(double.NaN, double.NaN, double.NaN, double.NaN), estimate));
        Assert.Equal((0L, 0.0, 0.0, 0.0), (estimator.Count, estimator.EffectiveCount, estimator.EffectiveSampleSize, estimator.MaxWeight));
        Assert.Equal(double.NaN, estimator.MeanWeight);
    }

    [Fact]
    public void Given_one_decision_When_it_is_asked_Then_there_are_values_without_errors()
    {
        var estimator = Of([Four[0]]);

        Assert.Equal([2, 1, 0.25, 1.25], estimator.Estimates().Select(estimate => estimate.Value));
        Assert.All(estimator.Estimates(), estimate => Assert.Equal(double.NaN, estimate.StandardError));
        Assert.Equal(1, estimator.EffectiveSampleSize);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Given_a_policy_that_hardly_ever_does_what_the_log_did_When_it_is_asked_Then_it_does_not_look_sure_to_cost_nothing(
        int agreements)
    {
        var estimator = new OffPolicyEstimator(new OffPolicyOptions());
        for (var i = 0; i < 1000; i++)
        {
            estimator.Add(0.5, i < agreements ? 1 : 0, 1, 0.5, 0.5);
        }

        Assert.Equal(double.NaN, estimator.Ips.High);
        Assert.Equal(double.NaN, estimator.Snips.High);
        Assert.Equal(double.NaN, estimator.DoublyRobust.High);
        Assert.Equal(agreements, estimator.EffectiveSampleSize);
        Assert.Equal(agreements == 0 ? double.NaN : 1, estimator.Snips.Value);
        Assert.Equal(new OffPolicyEstimate(0.5, 0, 0.5, 0.5), estimator.DirectMethod);
    }

    [Fact]
    public void Given_no_regression_When_decisions_are_added_Then_doubly_robust_is_ips()
    {
        var estimator = LoggedWorld.Run(3, 500, LoggedWorld.None);

        Assert.Equal(estimator.Ips, estimator.DoublyRobust);
    }

    [Fact]
    public void Given_a_regression_that_foresees_every_cost_When_decisions_are_added_Then_doubly_robust_is_the_direct_method()
    {
        var estimator = Of(Four.Select(decision => decision with { PredictedLogged = decision.Cost }));

        Assert.Equal(estimator.DirectMethod, estimator.DoublyRobust);
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(-1e8)]
    public void Given_costs_far_from_zero_When_they_are_added_Then_snips_and_the_regressions_keep_their_errors(double origin)
    {
        var (near, far) = (new OffPolicyEstimator(new OffPolicyOptions()), new OffPolicyEstimator(new OffPolicyOptions()));
        var random = new Xoshiro256(9);
        for (var i = 0; i < 2000; i++)
        {
            var decision = LoggedWorld.Next(random, LoggedWorld.Wrong);
            decision.AddTo(near);
            (decision with
            {
                Cost = decision.Cost + origin,
                PredictedLogged = decision.PredictedLogged + origin,
                PredictedTarget = decision.PredictedTarget + origin,
            }).AddTo(far);
        }

        foreach (var (expected, actual) in near.Estimates().Zip(far.Estimates()).Skip(1))
        {
            Assert.Equal(expected.Value, actual.Value - origin, 1e-6);
            Assert.Equal(expected.StandardError, actual.StandardError, 1e-8);
        }
    }

    [Property(MaxTest = 200)]
    public void Given_any_decisions_When_they_are_added_one_by_one_Then_estimates_are_those_of_the_formulas_over_all_of_them(
        int seed, byte count, byte fading, bool capped)
    {
        var random = new Xoshiro256((ulong)seed);
        var options = new OffPolicyOptions { Fading = 1 - (fading / 1000.0), WeightCap = capped ? 2.5 : double.PositiveInfinity };
        LoggedDecision[] decisions = [.. Enumerable.Range(0, 3 + count).Select(_ => Any(random))];

        var estimator = Of(decisions, options);

        double[] ages = [.. decisions.Select((_, at) => Math.Pow(options.Fading, decisions.Length - 1 - at))];
        double[] weights = [.. decisions.Select(decision => Math.Min(decision.Weight, options.WeightCap))];
        double[] weighted = [.. ages.Zip(weights, (age, weight) => age * weight)];
        var effective = ages.Sum() * ages.Sum() / ages.Sum(age => age * age);
        Assert.Equal(effective, estimator.EffectiveCount, 1e-9 * effective);
        Assert.Equal(weighted.Sum() / ages.Sum(), estimator.MeanWeight, 1e-9);
        Assert.Equal(decisions.Max(decision => decision.Weight), estimator.MaxWeight);
        Assert.Equal(decisions.Count(decision => decision.Weight > options.WeightCap), estimator.Clipped);
        var sampleSize = weighted.Sum() * weighted.Sum() / weighted.Sum(weight => weight * weight);
        Assert.Equal(sampleSize, estimator.EffectiveSampleSize, 1e-9 * sampleSize);

        var ratio = weighted.Zip(decisions, (weight, decision) => weight * decision.Cost).Sum() / weighted.Sum();
        var residuals = weights.Zip(decisions, (weight, decision) => weight * (decision.Cost - ratio));
        AssertNear(ratio, residuals, weighted.Sum() / ages.Sum(), estimator.Snips, true);
        AssertMean(weights.Zip(decisions, (weight, decision) => weight * decision.Cost), estimator.Ips, true);
        AssertMean(decisions.Select(decision => decision.PredictedTarget), estimator.DirectMethod, false);
        AssertMean(
            weights.Zip(decisions, (weight, decision) => decision.PredictedTarget + (weight * (decision.Cost - decision.PredictedLogged))),
            estimator.DoublyRobust, true);

        void AssertMean(IEnumerable<double> values, OffPolicyEstimate estimate, bool isWeighted)
        {
            var mean = ages.Zip(values, (age, value) => age * value).Sum() / ages.Sum();
            AssertNear(mean, values.Select(value => value - mean), 1, estimate, isWeighted);
        }

        void AssertNear(double value, IEnumerable<double> distances, double scale, OffPolicyEstimate estimate, bool isWeighted)
        {
            var mean = ages.Zip(distances, (age, distance) => age * distance * distance).Sum() / ages.Sum();
            var variance = mean * effective / (effective - 1);
            var error = isWeighted && sampleSize < 2 ? double.NaN : Math.Sqrt(variance / effective) / scale;
            Assert.Equal(value, estimate.Value, 1e-9 * (1 + Math.Abs(value)));
            Assert.Equal(double.IsNaN(error), double.IsNaN(estimate.StandardError));
            if (!double.IsNaN(error))
            {
                AssertEstimate(value, error, estimate, 1e-9 * (1 + error));
            }
        }
    }

    [Property(MaxTest = 500)]
    public void Given_any_valid_arguments_When_they_are_added_Then_all_numbers_are_finite_or_missing_and_intervals_hold_their_value(
        (byte Logged, byte Target, byte Cost, byte PredictedLogged, byte PredictedTarget)[] picks, byte fading, bool capped)
    {
        double[] factors = [1, 0.999, 0.9, 0.5];
        var options = new OffPolicyOptions
        {
            Fading = factors[fading % factors.Length],
            WeightCap = capped ? 10 : double.PositiveInfinity,
            Confidence = fading % 2 == 0 ? 0.95 : Math.BitDecrement(1),
        };
        var estimator = new OffPolicyEstimator(options);
        estimator.AssertSound();
        foreach (var pick in picks.Concat(picks).Concat(picks))
        {
            double[] targets = [0, .. Probabilities];
            estimator.Add(
                Probabilities[pick.Logged % Probabilities.Length], targets[pick.Target % targets.Length],
                Numbers[pick.Cost % Numbers.Length], Numbers[pick.PredictedLogged % Numbers.Length],
                Numbers[pick.PredictedTarget % Numbers.Length]);
            estimator.AssertSound();
            var state = estimator.Save();
            Assert.Equal(state, new OffPolicyEstimator(options).Load(state).Save());
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Given_weights_that_have_all_faded_away_When_it_is_asked_Then_nothing_is_said_of_them(double fading)
    {
        var options = new OffPolicyOptions { Fading = fading };
        var estimator = Of(Four.Concat(Four), options);
        for (var i = 0; i < 20_000; i++)
        {
            estimator.Add(0.5, 0, -3, 1, 2);
            estimator.AssertSound();
            if (i % 100 == 0)
            {
                Assert.Equal(estimator.Save(), new OffPolicyEstimator(options).Load(estimator.Save()).Save());
            }
        }

        Assert.Equal(0, estimator.EffectiveSampleSize);
        Assert.Equal(double.NaN, estimator.Ips.StandardError);
        Assert.Equal(2, estimator.DirectMethod.Value, 1e-12);
    }

    [Theory]
    [InlineData("loggedProbability", 0.0)]
    [InlineData("loggedProbability", -0.1)]
    [InlineData("loggedProbability", 1.0000001)]
    [InlineData("loggedProbability", double.NaN)]
    [InlineData("targetProbability", -1e-9)]
    [InlineData("targetProbability", 1.0000001)]
    [InlineData("targetProbability", double.NaN)]
    [InlineData("cost", double.NaN)]
    [InlineData("cost", double.PositiveInfinity)]
    [InlineData("cost", 1.1e100)]
    [InlineData("predictedLogged", double.NaN)]
    [InlineData("predictedLogged", double.NegativeInfinity)]
    [InlineData("predictedTarget", double.NaN)]
    [InlineData("predictedTarget", -1.1e100)]
    public void Given_an_unusable_argument_When_it_is_added_Then_it_is_refused_by_name_and_nothing_changes(string name, double value)
    {
        var estimator = Of(Four);
        var before = estimator.Save();

        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Add(
            Given("loggedProbability", 0.5), Given("targetProbability", 0.5), Given("cost", 1), Given("predictedLogged", 1),
            Given("predictedTarget", 1)));

        Assert.Equal(name, refusal.ParamName);
        Assert.Contains($"{name} is ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, estimator.Save());

        double Given(string argument, double usable) => argument == name ? value : usable;
    }

    [Fact]
    public void Given_an_estimator_When_decisions_are_added_and_estimates_read_Then_nothing_is_allocated()
    {
        var estimator = new OffPolicyEstimator(new OffPolicyOptions { Fading = 0.99, WeightCap = 1.5 });
        var at = 0;
        var sum = 0.0;

        CpuAllocationTests.AssertNoAllocation(() =>
        {
            Four[at++ % Four.Length].AddTo(estimator);
            sum += estimator.Ips.Low + estimator.Snips.Low + estimator.DirectMethod.Low + estimator.DoublyRobust.Low
                + estimator.EffectiveSampleSize + estimator.MeanWeight + estimator.EffectiveCount;
        });
    }

    private static OffPolicyEstimator Of(IEnumerable<LoggedDecision> decisions, OffPolicyOptions? options = null)
    {
        var estimator = new OffPolicyEstimator(options ?? new OffPolicyOptions());
        foreach (var decision in decisions)
        {
            decision.AddTo(estimator);
        }

        return estimator;
    }

    private static LoggedDecision Any(Xoshiro256 random) =>
        new(
            0.05 + (0.95 * random.NextDouble()), random.NextDouble() < 0.3 ? 0 : random.NextDouble(), random.NextGaussian(),
            random.NextGaussian(), random.NextGaussian());

    private static void AssertEstimate(double value, double error, OffPolicyEstimate estimate, double tolerance = 1e-14)
    {
        Assert.Equal(error, estimate.StandardError, tolerance);
        Assert.Equal(value, estimate.Value, tolerance * (1 + Math.Abs(value)));
        Assert.Equal(value - (Quantile * error), estimate.Low, 4 * tolerance * (1 + Math.Abs(value)));
        Assert.Equal(value + (Quantile * error), estimate.High, 4 * tolerance * (1 + Math.Abs(value)));
    }
}
