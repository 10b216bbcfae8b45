using System.Buffers;
using FsCheck.Xunit;
using MessagePack;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Ratios;

namespace StreamLearn.Learners.Tests.Reinforcement;

public sealed class AdaptiveRatioTests
{
    /// <summary>The paper's code, section 1.3 of the specification, written down as it stands there.</summary>
    [Property(MaxTest = 200)]
    public void Given_any_curve_When_episodes_end_Then_the_ratio_is_that_of_the_papers_code(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var interval = 2 + (int)(random.NextDouble() * 8);
        var adaptive = new AdaptiveRatio(new AdaptiveRatioOptions { Interval = interval, Threshold = 0.01 });
        var (sum, count, lastAverage, high, started) = (0.0, 0, 0.0, false, false);
        for (var episode = 1; episode <= 100; episode++)
        {
            var updates = (int)(random.NextDouble() * 5);
            for (var update = 0; update < updates; update++)
            {
                var fau = 0.3 + (0.05 * random.NextDouble());
                adaptive.AddUpdate(fau);
                lastAverage = started ? lastAverage : fau;
                started = true;
                (sum, count) = (sum + fau, count + 1);
            }

            var check = adaptive.Pass(episode, episode * 10);
            if (!started)
            {
                Assert.Null(check);
                continue;
            }

            if (episode % interval == interval - 1)
            {
                (sum, count) = (0, 0);
            }

            if (episode % interval == 0)
            {
                Assert.NotNull(check);
                Assert.Equal(count, check.Value.Updates);
                if (count > 0)
                {
                    var average = sum / count;
                    var switches = Math.Abs(average - lastAverage) <= 0.01 && !high;
                    high |= switches;
                    Assert.Equal(switches, check.Value.Verdict == RatioVerdict.Switched);
                    Assert.Equal(average, check.Value.Fau);
                    lastAverage = average;
                }
                else
                {
                    Assert.Equal(RatioVerdict.TooFewUpdates, check.Value.Verdict);
                }

                (sum, count) = (0, 0);
            }
            else
            {
                Assert.Null(check);
            }

            Assert.Equal(high ? 2 : 0.5, adaptive.Ratio);
        }
    }

    [Fact]
    public void Given_a_flat_curve_When_it_switches_Then_it_does_so_at_the_first_check_and_never_goes_back()
    {
        var adaptive = new AdaptiveRatio(new AdaptiveRatioOptions { Interval = 50 });
        for (var episode = 1; episode <= 500; episode++)
        {
            adaptive.AddUpdate(episode <= 50 ? 0.45 : 0.45 - (0.0005 * episode));
            adaptive.Pass(episode, episode * 500);
            Assert.Equal(episode >= 50, adaptive.IsHigh);
        }

        Assert.Equal(25_000, adaptive.SwitchedAt);
        Assert.Equal(10, adaptive.Checked);
    }

    [Fact]
    public void Given_episodes_without_updates_When_it_is_time_for_a_check_Then_nothing_is_divided_by_nothing()
    {
        var adaptive = new AdaptiveRatio(new AdaptiveRatioOptions { Interval = 1, Average = 1 });
        Assert.Null(adaptive.Pass(1, 10));
        adaptive.AddUpdate(0.5);
        Assert.Equal(RatioVerdict.Switched, adaptive.Pass(2, 20)!.Value.Verdict);
        var check = adaptive.Pass(3, 30)!.Value;
        Assert.Equal(RatioVerdict.TooFewUpdates, check.Verdict);
        Assert.True(double.IsNaN(check.Fau));
    }

    [Fact]
    public void Given_the_average_over_all_episodes_of_an_interval_When_checked_Then_each_update_counts()
    {
        var adaptive = new AdaptiveRatio(new AdaptiveRatioOptions { Interval = 4, Average = 4 });
        double[] faus = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
        for (var episode = 1; episode <= 8; episode++)
        {
            adaptive.AddUpdate(faus[episode - 1]);
            adaptive.Pass(episode, episode);
        }

        Assert.Equal([0.25, 0.65], adaptive.Checks.Select(check => Math.Round(check.Fau, 12)));
    }

    [Theory]
    [InlineData(false, 0, RatioVerdict.Switched)]
    [InlineData(true, 0, RatioVerdict.NotRisen)]
    [InlineData(false, 0.85, RatioVerdict.TooLow)]
    public void Given_the_bottom_of_a_dip_When_it_is_flat_Then_it_takes_an_option_not_to_switch_there(bool rise, double fraction, RatioVerdict verdict)
    {
        var adaptive = new AdaptiveRatio(new AdaptiveRatioOptions { Interval = 1, RequireRiseAfterDip = rise, MinFauFraction = fraction });
        double[] curve = [0.5, 0.4, 0.35, 0.3501];
        RatioCheck? check = null;
        for (var episode = 0; episode < curve.Length; episode++)
        {
            if (episode == 0)
            {
                adaptive.AddUpdate(0.6);
            }

            adaptive.AddUpdate(curve[episode]);
            check = adaptive.Pass(episode + 1, episode + 1);
        }

        Assert.Equal(verdict, check!.Value.Verdict);
        foreach (var fau in new[] { 0.42, 0.4201 })
        {
            adaptive.AddUpdate(0.6 * fau / 0.42);
            adaptive.Pass(++_episode + 4, 0);
        }

        Assert.True(adaptive.IsHigh);
    }

    private int _episode;

    [Fact]
    public void Given_a_reset_When_the_next_check_comes_Then_there_is_nothing_to_compare_with_but_its_own_first_update()
    {
        var adaptive = new AdaptiveRatio(new AdaptiveRatioOptions { Interval = 1 });
        adaptive.AddUpdate(0.5);
        adaptive.AddUpdate(0.3);
        Assert.Equal(RatioVerdict.StillChanging, adaptive.Pass(1, 1)!.Value.Verdict);
        adaptive.Restart();
        adaptive.AddUpdate(0.4);
        adaptive.AddUpdate(0.5);
        var check = adaptive.Pass(2, 2)!.Value;
        Assert.Equal(0.4, check.Before);
        Assert.Equal(RatioVerdict.StillChanging, check.Verdict);
    }

    [Property(MaxTest = 50)]
    public void Given_any_moment_When_it_is_stored_and_read_Then_it_goes_on_as_if_nothing_had_been(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var options = new AdaptiveRatioOptions { Interval = 5, Average = 3, Threshold = 0.002 };
        var whole = new AdaptiveRatio(options);
        var parts = new AdaptiveRatio(options);
        for (var episode = 1; episode <= 60; episode++)
        {
            for (var update = 0; update < 3; update++)
            {
                var fau = 0.4 + (0.01 * random.NextDouble());
                whole.AddUpdate(fau);
                parts.AddUpdate(fau);
                if (random.NextDouble() < 0.1)
                {
                    parts = Reread(parts, options);
                }
            }

            Assert.Equal(whole.Pass(episode, episode), parts.Pass(episode, episode));
        }

        Assert.Equal(whole.SwitchedAt, parts.SwitchedAt);
        Assert.Equal(whole.Checks, parts.Checks);
    }

    [Theory]
    [InlineData(0, 2, 50, 1, "replay-ratio.low is 0; expected a number above 0")]
    [InlineData(2, 2, 50, 1, "replay-ratio.high is 2; expected a number above low, 2")]
    [InlineData(0.5, 2, 0, 1, "replay-ratio.interval is 0; expected at least 1")]
    [InlineData(0.5, 2, 5, 6, "replay-ratio.average is 6; expected from 1 to interval, 5")]
    public void Given_a_rule_that_cannot_be_When_it_is_made_Then_the_message_says_what_was_expected(double low, double high, int interval, int average, string message) =>
        Assert.Contains(
            message, Assert.Throws<OptionException>(() => new AdaptiveRatio(new AdaptiveRatioOptions { Low = low, High = high, Interval = interval, Average = average })).Message,
            StringComparison.Ordinal);

    private static AdaptiveRatio Reread(AdaptiveRatio adaptive, AdaptiveRatioOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        adaptive.Save(ref writer);
        writer.Flush();
        var reader = new MessagePackReader(buffer.WrittenMemory);
        var reread = new AdaptiveRatio(options);
        reread.Load(ref reader);
        return reread;
    }
}
