using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Conformance;
using StreamLearn.Learners.Tests.Drift;

namespace StreamLearn.Learners.Tests.Bandits.OffPolicy;

public sealed class OffPolicyStateTests
{
    private static readonly OffPolicyOptions Options = new() { Fading = 0.99, WeightCap = 2 };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(777)]
    public void Given_state_stored_at_any_point_When_it_is_loaded_Then_the_estimator_goes_on_to_the_bit(int cut)
    {
        var random = new Xoshiro256(5);
        var original = LoggedWorld.Run(1, cut, LoggedWorld.Wrong, Options);
        var stored = original.Save();

        // Whatever it has seen: the state is all there is.
        var copy = LoggedWorld.Run(2, 100, LoggedWorld.Exact, Options).Load(stored);

        Assert.Equal(stored, copy.Save());
        for (var i = 0; i < 500; i++)
        {
            var decision = LoggedWorld.Next(random, LoggedWorld.Exact);
            decision.AddTo(original);
            decision.AddTo(copy);
            Assert.Equal(original.Estimates(), copy.Estimates());
        }

        Assert.Equal(original.Save(), copy.Save());
        Assert.Equal(
            (original.Count, original.Clipped, original.MaxWeight, original.MeanWeight, original.EffectiveSampleSize),
            (copy.Count, copy.Clipped, copy.MaxWeight, copy.MeanWeight, copy.EffectiveSampleSize));
    }

    [Fact]
    public void Given_an_estimator_that_has_seen_much_When_it_is_reset_Then_it_is_as_it_was_made()
    {
        var estimator = LoggedWorld.Run(1, 100, LoggedWorld.Wrong, Options);

        estimator.Reset();

        Assert.Equal(new OffPolicyEstimator(Options).Save(), estimator.Save());
    }

    [Fact]
    public void Given_state_that_is_cut_off_foreign_or_of_another_version_When_it_is_loaded_Then_it_is_refused_and_the_estimator_is_reset()
    {
        var estimator = LoggedWorld.Run(1, 300, LoggedWorld.Wrong, Options);
        var state = estimator.Save();
        byte[][] refused =
        [
            .. Enumerable.Range(0, state.Length).Select(length => state[..length]),
            DriftDetectorCatalog.Find("adwin")!.Detector(new("detector", new Dictionary<string, string>()), 1).Save(),
            StoredState.OfNextVersion(state),
            "{\"state\": \"of something else\"}"u8.ToArray(),
        ];

        Assert.All(refused, bytes =>
        {
            Assert.Throws<StateFormatException>(() => estimator.Load(bytes));
            Assert.Equal(new OffPolicyEstimator(Options).Save(), estimator.Save());
            estimator.Load(state);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.9)]
    public void Given_damaged_bytes_When_the_state_is_loaded_Then_it_is_refused_or_harmless_but_never_another_exception(double fading)
    {
        var options = Options with { Fading = fading };
        var random = new Random(11);
        var next = new Xoshiro256(3);
        var (refused, rounds) = (0, 6000);
        for (var round = 0; round < rounds; round++)
        {
            var damaged = LoggedWorld.Run(1, round % 40, LoggedWorld.Wrong, options).Save();
            for (var wound = 0; wound <= round % 3; wound++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            var estimator = new OffPolicyEstimator(options);
            try
            {
                estimator.Load(damaged);
            }
            catch (StateFormatException)
            {
                refused++;
                Assert.Equal(0, estimator.Count);
                continue;
            }

            for (var i = 0; i < 20; i++)
            {
                AssertHarmless(estimator);
                LoggedWorld.Next(next, LoggedWorld.Wrong).AddTo(estimator);
            }

            Assert.Equal(estimator.Save(), new OffPolicyEstimator(options).Load(estimator.Save()).Save());
        }

        Assert.InRange(refused, 1, rounds - 1);
    }

    private static void AssertHarmless(OffPolicyEstimator estimator)
    {
        double[] numbers = [estimator.EffectiveCount, estimator.EffectiveSampleSize, estimator.MaxWeight];
        Assert.All(numbers, number => Assert.True(double.IsFinite(number), $"{number}"));
        Assert.All(estimator.Estimates(), estimate =>
        {
            var (value, error, low, high) = estimate;
            Assert.False(double.IsInfinity(value) || double.IsInfinity(low) || double.IsInfinity(high), $"{estimate}");
            Assert.True(double.IsNaN(error) || (low <= value && value <= high), $"{estimate}");
        });
    }
}
