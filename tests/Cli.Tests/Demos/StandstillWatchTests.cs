using StreamLearn.Cli.Demos;
using StreamLearn.Cli.Tests.Sources;

namespace StreamLearn.Cli.Tests.Demos;

public sealed class StandstillWatchTests
{
    [Fact]
    public void Given_a_count_when_it_grows_within_a_minute_then_all_is_well_and_when_it_does_not_then_the_wait_ends()
    {
        var time = new ManualTimeProvider();
        var watch = new StandstillWatch(time);
        for (var count = 0; count < 5; count++)
        {
            watch.See(count, 5, "flows");
            time.Advance(TimeSpan.FromSeconds(59));
        }

        watch.See(4, 5, "flows");
        time.Advance(TimeSpan.FromSeconds(2));

        var stopped = Assert.Throws<TimeoutException>(() => watch.See(4, 5, "flows decided"));
        Assert.Equal("the pipeline stands still: 4 of 5 flows decided, none for 60 s.", stopped.Message);
    }
}
