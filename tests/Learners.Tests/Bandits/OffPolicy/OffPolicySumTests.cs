using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Bandits.OffPolicy;

/// <summary>Estimators of several keys taken together.</summary>
public sealed class OffPolicySumTests
{
    [Theory]
    [InlineData(1, 2, double.PositiveInfinity)]
    [InlineData(2, 7, double.PositiveInfinity)]
    [InlineData(3, 40, 2)]
    public void Given_examples_of_several_keys_When_their_estimators_are_added_Then_it_is_as_if_one_had_seen_them_in_the_order_of_the_keys(
        int seed, int keys, double cap)
    {
        var options = new OffPolicyOptions { WeightCap = cap };
        var random = new Xoshiro256((ulong)seed);
        var parts = Parts(random, keys, _ => (int)(random.NextDouble() * 60));

        var sum = Sum(parts, options);

        var all = new OffPolicyEstimator(options);
        foreach (var decision in parts.SelectMany(part => part))
        {
            decision.AddTo(all);
        }

        AssertNear(all, sum);
        sum.AssertSound();
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.999)]
    public void Given_estimators_that_fade_When_they_are_added_Then_each_example_counts_as_it_does_in_its_own(double fading)
    {
        var options = new OffPolicyOptions { Fading = fading };
        var random = new Xoshiro256(9);
        var parts = Parts(random, 6, key => 10 + (key * 20));

        var sum = Sum(parts, options);

        var weighted = parts.SelectMany(part => part.Select((decision, i) => (Share: Math.Pow(fading, part.Count - 1 - i), decision))).ToArray();
        var total = weighted.Sum(example => example.Share);
        var effective = total * total / weighted.Sum(example => example.Share * example.Share);
        AssertMean(sum.Ips, decision => decision.Weight * decision.Cost);
        AssertMean(sum.DirectMethod, decision => decision.PredictedTarget);
        AssertMean(sum.DoublyRobust, decision => decision.PredictedTarget + (decision.Weight * (decision.Cost - decision.PredictedLogged)));
        var weights = weighted.Sum(example => example.Share * example.decision.Weight);
        var ratio = weighted.Sum(example => example.Share * example.decision.Weight * example.decision.Cost) / weights;
        Assert.Equal(ratio, sum.Snips.Value, 1e-9);
        var residuals = weighted.Sum(example => example.Share * Math.Pow(example.decision.Weight * (example.decision.Cost - ratio), 2));
        Assert.Equal(Math.Sqrt(residuals / total / (effective - 1)) / (weights / total), sum.Snips.StandardError, 1e-9);
        Assert.Equal(
            weights * weights / weighted.Sum(example => Math.Pow(example.Share * example.decision.Weight, 2)), sum.EffectiveSampleSize, 1e-6);
        Assert.Equal(effective, sum.EffectiveCount, 1e-6);
        sum.AssertSound();

        void AssertMean(OffPolicyEstimate actual, Func<LoggedDecision, double> value)
        {
            var mean = weighted.Sum(example => example.Share * value(example.decision)) / total;
            var squares = weighted.Sum(example => example.Share * Math.Pow(value(example.decision) - mean, 2));
            Assert.Equal(mean, actual.Value, 1e-9);
            Assert.Equal(Math.Sqrt(squares / total / (effective - 1)), actual.StandardError, 1e-9);
        }
    }

    [Fact]
    public void Given_an_estimator_that_has_seen_nothing_When_it_is_added_or_added_to_Then_the_other_one_is_what_there_is_to_the_bit()
    {
        var options = new OffPolicyOptions { Fading = 0.99 };
        var seen = LoggedWorld.Run(3, 100, LoggedWorld.Wrong, options);
        var before = seen.Save();

        seen.Add(new OffPolicyEstimator(options));
        Assert.Equal(before, seen.Save());

        var empty = new OffPolicyEstimator(options);
        empty.Add(seen);
        Assert.Equal(before, empty.Save());
        Assert.Equal(before, seen.Save());

        var nothing = new OffPolicyEstimator(options);
        nothing.Add(new OffPolicyEstimator(options));
        Assert.Equal(new OffPolicyEstimator(options).Save(), nothing.Save());
    }

    [Fact]
    public void Given_a_key_whose_weights_are_all_zero_When_it_is_added_Then_it_counts_in_the_means_and_not_in_the_ratio()
    {
        var options = new OffPolicyOptions();
        var some = LoggedWorld.Run(3, 50, LoggedWorld.None, options);
        var zero = new OffPolicyEstimator(options);
        for (var i = 0; i < 50; i++)
        {
            zero.Add(0.5, 0, 1, 0.5, 0.5);
        }

        foreach (var (one, other) in new[] { (some, zero), (zero, some) })
        {
            var sum = Sum([one, other], options);
            Assert.Equal(100, sum.Count);
            Assert.Equal(some.Ips.Value / 2, sum.Ips.Value, 1e-9);
            Assert.Equal(some.Snips.Value, sum.Snips.Value, 1e-9);
            Assert.Equal(some.EffectiveSampleSize, sum.EffectiveSampleSize, 1e-9);
            sum.AssertSound();
        }
    }

    [Fact]
    public void Given_sums_of_sums_When_they_are_stored_Then_they_can_be_loaded()
    {
        var options = new OffPolicyOptions { Fading = 0.95, WeightCap = 3 };
        var random = new Xoshiro256(4);
        for (var round = 0; round < 50; round++)
        {
            var sum = Sum(Parts(random, 20, _ => (int)(random.NextDouble() * 30)), options);

            Assert.Equal(sum.Save(), new OffPolicyEstimator(options).Load(sum.Save()).Save());
        }
    }

    private static List<List<LoggedDecision>> Parts(Xoshiro256 random, int keys, Func<int, int> examples)
    {
        var parts = new List<List<LoggedDecision>>();
        for (var key = 0; key < keys; key++)
        {
            var part = new List<LoggedDecision>();
            for (var left = examples(key); left > 0; left--)
            {
                part.Add(LoggedWorld.Next(random, LoggedWorld.Wrong));
            }

            parts.Add(part);
        }

        return parts;
    }

    private static OffPolicyEstimator Sum(IEnumerable<IReadOnlyList<LoggedDecision>> parts, OffPolicyOptions options) =>
        Sum(
            parts.Select(part =>
            {
                var one = new OffPolicyEstimator(options);
                foreach (var decision in part)
                {
                    decision.AddTo(one);
                }

                return one;
            }),
            options);

    private static OffPolicyEstimator Sum(IEnumerable<OffPolicyEstimator> parts, OffPolicyOptions options)
    {
        var sum = new OffPolicyEstimator(options);
        foreach (var part in parts)
        {
            sum.Add(part);
        }

        return sum;
    }

    private static void AssertNear(OffPolicyEstimator expected, OffPolicyEstimator actual)
    {
        Assert.Equal((expected.Count, expected.Clipped, expected.MaxWeight), (actual.Count, actual.Clipped, actual.MaxWeight));
        Assert.Equal(expected.MeanWeight, actual.MeanWeight, 1e-9);
        Assert.Equal(expected.EffectiveSampleSize, actual.EffectiveSampleSize, 1e-6);
        foreach (var (one, other) in expected.Estimates().Zip(actual.Estimates()))
        {
            Assert.Equal(one.Value, other.Value, 1e-9);
            Assert.Equal(one.StandardError, other.StandardError, 1e-9);
            Assert.Equal(one.Low, other.Low, 1e-9);
            Assert.Equal(one.High, other.High, 1e-9);
        }
    }
}
