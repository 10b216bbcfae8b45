using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Drift;

public sealed class KswinDetectorTests
{
    [Fact]
    public void Given_a_naive_window_and_the_same_draws_When_both_watch_Then_alarms_agree_at_every_value()
    {
        const ulong Seed = 21;
        var detector = new KswinDetector(new KswinOptions(), Seed);
        var random = new Xoshiro256(Seed);
        var window = new List<double>();
        var alarms = 0;
        foreach (var value in DetectorUnderTest.Steps(6000).Select((value, at) => at < 3000 ? value : Math.Round(value)))
        {
            window.Add(value);
            if (window.Count > 100)
            {
                window.RemoveAt(0);
            }

            var expected = false;
            if (window.Count == 100)
            {
                var older = window[..70].Order().ToArray();
                var drawn = new List<double>();
                for (var i = 0; i < 70 && drawn.Count < 30; i++)
                {
                    if (random.NextDouble() * (70 - i) < 30 - drawn.Count)
                    {
                        drawn.Add(older[i]);
                    }
                }

                var newest = window[70..];
                var steps = window.Max(at => Math.Abs(drawn.Count(x => x <= at) - newest.Count(x => x <= at)));
                expected = KolmogorovSmirnov.Probability(30, steps) < 0.005;
            }

            Assert.Equal(expected, detector.Add(value));
            if (expected)
            {
                alarms++;
                window = window[70..];
            }

            Assert.Equal(window.Count, detector.Count);
        }

        Assert.True(alarms > 5, $"{alarms} alarms.");
    }

    [Fact]
    public void Given_other_seeds_Then_other_values_are_drawn()
    {
        var values = DriftStreams.Stationary(1).Values;

        Assert.NotEqual(DetectorUnderTest.Create("kswin", 1).Alarms(values), DetectorUnderTest.Create("kswin", 2).Alarms(values));
    }

    [Theory]
    [InlineData("stat-window", "window=40", "stat-window=21")]
    [InlineData("alpha", "stat-window=10", "alpha=0.00001")]
    public void Given_settings_that_could_never_give_an_alarm_Then_they_are_refused(string refused, params string[] settings)
    {
        var refusal = Assert.Throws<OptionException>(() => DetectorUnderTest.Create("kswin", 1, settings));
        Assert.Equal("detector." + refused, refusal.Path);
    }

    [Fact]
    public void Given_a_window_shorter_than_twice_the_default_sample_Then_the_sample_is_half_of_it()
    {
        var values = DetectorUnderTest.Steps(3000);

        Assert.Equal(
            DetectorUnderTest.Create("kswin", 1, "window=40", "stat-window=20").Alarms(values),
            DetectorUnderTest.Create("kswin", 1, "window=40").Alarms(values));
    }

    [Fact]
    public void Given_a_spread_that_grows_and_a_mean_that_stays_Then_it_is_found_more_often_than_not()
    {
        var found = Enumerable.Range(1, 20).Count(seed => DriftQuality.Measure(
            DetectorUnderTest.Create("kswin", (ulong)seed), DriftStreams.SpreadChange((ulong)seed, 4), 500).Misses == 0);

        Assert.InRange(found, 11, 20);
    }
}
