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

        // 20: before any. 104: the first drift, 4 late. 110: once more. 150: just too late. 229: the second, 29 late.
        // 230: the third at once. 950: too late for the fourth.
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

    /// <param name="latest">Delay of the alarm for a shift of four standard deviations, in values.</param>
    /// <param name="later">Seeds of 20 that may have it later, or not at all: a false alarm and its cool-down came just before.</param>
    /// <param name="falseAlarms">Most per 10,000 values, mean over 20 seeds, on a stream that does not change.</param>
    [Theory]
    [InlineData(64, 0, 0.1, "adwin")]
    [InlineData(15, 0, 0.1, "page-hinkley")]
    [InlineData(350, 0, 0.5, "ddm")]
    [InlineData(100, 1, 15, "kswin")]
    [InlineData(100, 0, 20, "kswin", "cool-down=0")]
    [InlineData(100, 0, 1.5, "kswin", "alpha=0.0001")]
    public void Given_twenty_seeds_Then_a_large_shift_is_found_soon_and_what_does_not_change_gives_few_alarms(
        int latest, int later, double falseAlarms, string kind, params string[] settings)
    {
        var shifts = Measure(seed => DriftStreams.MeanShift(seed, 4));
        var still = Measure(DriftStreams.Stationary);

        Assert.InRange(shifts.Count(quality => !(quality.MeanDelay <= latest)), 0, later);
        Assert.InRange(still.Average(quality => quality.FalseAlarmsPer10000), 0, falseAlarms);

        DriftQuality[] Measure(Func<ulong, DriftSeries> stream) =>
        [
            .. DriftReport.Seeds(20).Select(seed =>
                DriftQuality.Measure(DetectorUnderTest.Create(kind, seed, settings), stream(seed), DriftReport.Horizon)),
        ];
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
