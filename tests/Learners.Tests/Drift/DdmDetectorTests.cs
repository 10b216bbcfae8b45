using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Drift;

public sealed class DdmDetectorTests
{
    [Theory]
    [InlineData(100, 0.8)]
    [InlineData(57, 0.5)]
    [InlineData(10, 0.99)]
    [InlineData(1, 0)]
    public void Given_a_naive_count_over_all_values_When_both_watch_Then_rate_warnings_and_alarms_agree_at_every_value(
        int reference, double quantile)
    {
        var detector = new DdmDetector(new DdmOptions { Reference = reference, Quantile = quantile });
        var seen = new List<double>();
        var (warnings, alarms) = (0, 0);
        foreach (var value in DetectorUnderTest.Steps(6000))
        {
            seen.Add(value);
            var (warning, expected) = (false, false);
            if (seen.Count > reference)
            {
                var ordered = seen.Take(reference).Order().ToArray();
                var threshold = ordered[Math.Min(reference - 1, (int)(quantile * reference))];
                if (threshold == ordered[^1])
                {
                    threshold = ordered[Math.Max(0, reference - 2)];
                }

                (warning, expected) = Naive([.. seen.Skip(reference).Select(x => x > threshold)]);
            }

            Assert.Equal(expected, detector.Add(value));
            if (expected)
            {
                alarms++;
                seen.Clear();
                continue;
            }

            warnings += warning ? 1 : 0;
            Assert.Equal(warning, detector.Warning);
        }

        Assert.True(alarms > 1 && warnings > alarms, $"{alarms} alarms, {warnings} warnings.");
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.6)]
    public void Given_errors_of_0_and_1_When_the_reference_is_full_Then_ones_are_errors_however_many_there_are(double rate)
    {
        var random = new Xoshiro256(9);
        var detector = new DdmDetector(new DdmOptions { AlarmLevel = 100 });
        for (var i = 0; i < 20_000; i++)
        {
            detector.Add(random.NextDouble() < rate ? 1 : 0);
        }

        Assert.Equal(0, detector.Threshold);
        Assert.Equal(rate, detector.Rate, 0.015);
    }

    [Fact]
    public void Given_no_error_for_long_When_the_first_comes_Then_it_is_no_alarm_but_many_are()
    {
        var detector = new DdmDetector(new DdmOptions());

        Assert.Empty(detector.Alarms([.. Enumerable.Repeat(0.0, 10_000), 1]));
        Assert.Single(detector.Alarms(Enumerable.Repeat(1.0, 20)));
    }

    // Gama et al. (2004), with the rate by Laplace's rule; kept minima are recomputed from the start for each value.
    private static (bool Warning, bool Alarm) Naive(bool[] errors)
    {
        var (lowestRate, lowestDeviation) = (1.0, 1.0);
        var (warning, alarm) = (false, false);
        var wrong = 0;
        for (var n = 1; n <= errors.Length; n++)
        {
            wrong += errors[n - 1] ? 1 : 0;
            if (n < 30)
            {
                continue;
            }

            var p = (wrong + 1.0) / (n + 2.0);
            var s = Math.Sqrt(p * (1 - p) / n);
            if (p + s <= lowestRate + lowestDeviation)
            {
                (lowestRate, lowestDeviation) = (p, s);
            }

            warning = p + s > lowestRate + (2 * lowestDeviation);
            alarm = p + s > lowestRate + (3 * lowestDeviation);
        }

        return (warning, alarm);
    }
}
