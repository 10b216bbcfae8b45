using MessagePack;
using StreamLearn.Learners.Drift;

namespace StreamLearn.Learners.Tests.Drift;

public sealed class DriftQualityTests
{
    [Fact]
    public void Given_alarms_before_in_and_after_the_horizons_Then_the_first_in_each_counts_and_all_others_are_false()
    {
        // Drifts at 100, 200, 230 and 900; horizon 50.
        var stream = new DriftSeries(new double[1000], [100, 200, 230, 900]);

        // 20: before any. 104: met, 4 late. 110: a second one. 150: one too late. 229: the second drift, 29 late. 230: the third at once. 950: too late.
        var quality = DriftQuality.Measure(new Scripted(20, 104, 110, 150, 229, 230, 950), stream, horizon: 50);

        Assert.Equal(new DriftQuality(1000, 4, 1, 4, (4 + 29 + 0) / 3.0), quality);
        Assert.Equal(40, quality.FalseAlarmsPer10000);
    }

    [Fact]
    public void Given_no_alarm_Then_there_is_no_delay()
    {
        var quality = DriftQuality.Measure(new Scripted(), new DriftSeries(new double[10], [5]), 5);

        Assert.Equal(new DriftQuality(10, 1, 1, 0, double.NaN), quality);
    }

    /// <summary>Delays of the alarms for a shift of four standard deviations, worst of 20 seeds; most false alarms per 10,000 values over 20 seeds.</summary>
    [Theory]
    [InlineData(64, 0.1, "adwin")]
    [InlineData(15, 0.1, "page-hinkley")]
    [InlineData(400, 0.5, "ddm")]
    [InlineData(100, 1, "kswin", "alpha=0.0001", "cool-down=0")]
    [InlineData(100, 30, "kswin", "cool-down=0")]
    [InlineData(500, 15, "kswin")]
    public void Given_twenty_seeds_Then_a_large_shift_is_found_soon_and_what_does_not_change_gives_few_alarms(
        int latest, double falseAlarms, string kind, params string[] settings)
    {
        ulong[] seeds = [.. DriftReport.Seeds(20)];
        var shifts = seeds.Select(seed =>
            DriftQuality.Measure(DetectorUnderTest.Create(kind, seed, settings), DriftStreams.MeanShift(seed, 4), DriftReport.Horizon)).ToArray();
        var still = seeds.Select(seed =>
            DriftQuality.Measure(DetectorUnderTest.Create(kind, seed, settings), DriftStreams.Stationary(seed), DriftReport.Horizon)).ToArray();

        Assert.Equal(0, shifts.Sum(quality => quality.Misses));
        Assert.InRange(shifts.Max(quality => quality.MeanDelay), 0, latest);
        Assert.InRange(still.Average(quality => quality.FalseAlarmsPer10000), 0, falseAlarms);
    }

    /// <summary>Alarms at these indices, whatever the values.</summary>
    private sealed class Scripted(params int[] alarms) : IDriftDetector
    {
        private int _at = -1;

        public bool Add(double value) => alarms.Contains(++_at);

        public void Save(ref MessagePackWriter writer) => throw new NotSupportedException();

        public void Load(ref MessagePackReader reader) => throw new NotSupportedException();

        public void Reset() => _at = -1;
    }
}
