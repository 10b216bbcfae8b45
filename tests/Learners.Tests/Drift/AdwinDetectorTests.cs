using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Drift;

public sealed class AdwinDetectorTests
{
    [Theory]
    [InlineData(0.002, 32, 10, 5)]
    [InlineData(0.3, 1, 2, 1)]
    [InlineData(1e-6, 7, 50, 20)]
    public void Given_a_textbook_implementation_that_keeps_all_values_When_both_watch_Then_window_and_alarms_agree_at_every_value(
        double delta, int clock, int minWindow, int minSubWindow)
    {
        var textbook = new TextbookAdwin(delta, clock, minWindow, minSubWindow);
        var adwin = new AdwinDetector(
            new AdwinOptions { Delta = delta, Clock = clock, MinWindow = minWindow, MinSubWindow = minSubWindow });
        var alarms = 0;
        foreach (var value in DetectorUnderTest.Steps(2500))
        {
            var alarm = adwin.Add(value);
            alarms += alarm ? 1 : 0;

            Assert.Equal(textbook.Add(value), alarm);
            var window = textbook.Window;
            Assert.Equal(window.Count, adwin.Window.Count);
            Assert.Equal(window.Average(), adwin.Window.Mean, 1e-12);
            Assert.Equal(window.Select(x => Math.Pow(x - window.Average(), 2)).Sum(), adwin.Window.Squares, 1e-9);
            Assert.Equal((window.Min(), window.Max()), (adwin.Window.Min, adwin.Window.Max));
        }

        Assert.True(alarms > 2, $"{alarms} alarms.");
    }

    [Fact]
    public void Given_an_abrupt_change_When_it_has_been_seen_for_a_while_Then_the_window_is_cut_there_and_its_mean_is_the_new_one()
    {
        var adwin = new AdwinDetector(new AdwinOptions());
        var random = new Xoshiro256(1);
        for (var i = 0; i < 2000; i++)
        {
            Assert.False(adwin.Add(random.NextGaussian()));
        }

        Assert.Equal(2000, adwin.Window.Count);
        for (var i = 0; i < 1000; i++)
        {
            adwin.Add(10 + random.NextGaussian());
        }

        Assert.InRange(adwin.Window.Count, 900, 1010);
        Assert.InRange(adwin.Window.Mean, 9.8, 10.2);
    }

    [Theory]
    [InlineData(DriftDirection.Up, 3, true)]
    [InlineData(DriftDirection.Up, -3, false)]
    [InlineData(DriftDirection.Down, 3, false)]
    [InlineData(DriftDirection.Down, -3, true)]
    [InlineData(DriftDirection.Both, 3, true)]
    [InlineData(DriftDirection.Both, -3, true)]
    public void Given_a_direction_When_the_mean_changes_Then_the_window_is_cut_in_any_case_and_the_alarm_given_in_that_direction(
        DriftDirection direction, double shift, bool expected)
    {
        var adwin = new AdwinDetector(new AdwinOptions { Direction = direction });
        var values = DriftStreams.MeanShift(4, shift).Values;

        var alarms = adwin.Alarms(values);

        Assert.Equal(expected, alarms.Length > 0);
        Assert.InRange(adwin.Window.Count, DriftStreams.Half - 100, DriftStreams.Half + 10);
    }

    [Fact]
    public void Given_a_million_values_of_one_kind_Then_the_window_has_them_all_and_the_state_grows_with_its_logarithm()
    {
        var adwin = new AdwinDetector(new AdwinOptions());
        var random = new Xoshiro256(2);
        var sizes = new List<int>();
        for (var i = 1; i <= 1_000_000; i++)
        {
            adwin.Add(random.NextGaussian());
            if (i is 1000 or 1_000_000)
            {
                sizes.Add(adwin.Save().Length);
            }
        }

        Assert.Equal(1_000_000, adwin.Window.Count);
        Assert.InRange(adwin.Window.Mean, -0.005, 0.005);
        Assert.InRange(adwin.Window.Squares / 1e6, 0.99, 1.01);

        // 37 bytes a bucket, at most five buckets of each of 18 sizes; a thousandfold window has ten sizes more.
        Assert.InRange(sizes[1], 1, 3500);
        Assert.InRange(sizes[1] - sizes[0], 1, 10 * 5 * 38);
    }

    [Fact]
    public void Given_a_state_whose_window_is_as_long_as_can_be_When_values_come_Then_the_oldest_are_dropped()
    {
        // Forty rows of five buckets, all of one value.
        var state = HandMade.AdwinState(rows: 40, inRow: 5, value: 2);
        var adwin = new AdwinDetector(new AdwinOptions());
        adwin.Load(state);
        var full = adwin.Window.Count;

        for (var i = 0; i < 1000; i++)
        {
            Assert.False(adwin.Add(2));
        }

        Assert.InRange(adwin.Window.Count, full / 2, full);
        Assert.All(StoredState.Numbers(adwin.Save()), number => Assert.True(double.IsFinite(number)));
    }
}
