using Microsoft.Extensions.Time.Testing;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Tests.Ingest;

public sealed class BarrierClockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_time_makes_one_due_however_long_the_last_one_took()
    {
        var clock = Clock(every: 10, records: 0);
        BarrierOf(clock, seconds: 60);
        _time.Advance(9 * Second);
        Assert.False(clock.IsDue());
        _time.Advance(Second);
        Assert.True(clock.IsDue());
    }

    [Fact]
    public void Records_make_one_due_sooner()
    {
        var clock = Clock(every: 10, records: 100);
        clock.Read(99);
        Assert.False(clock.IsDue());
        clock.Read(1);
        Assert.True(clock.IsDue());
    }

    [Fact]
    public void Records_wait_for_twenty_times_what_the_last_one_took()
    {
        var clock = Clock(every: 1000, records: 100);
        BarrierOf(clock, seconds: 2);
        clock.Read(100);
        _time.Advance(39 * Second);
        Assert.False(clock.IsDue());
        _time.Advance(Second);
        Assert.True(clock.IsDue());
    }

    [Fact]
    public void Records_count_from_the_start_of_the_last_one()
    {
        var clock = Clock(every: 10, records: 100);
        clock.Read(100);
        clock.Start();
        clock.End();
        Assert.False(clock.IsDue());
    }

    [Fact]
    public void One_that_is_wanted_is_due_at_once_but_for_twenty_times_what_the_last_one_took()
    {
        var clock = Clock(every: 1000, records: 0);
        clock.Want();
        Assert.True(clock.IsDue());
        BarrierOf(clock, seconds: 2);
        _time.Advance(100 * Second);
        Assert.False(clock.IsDue());
        BarrierOf(clock, seconds: 2);
        clock.Want();
        _time.Advance(39 * Second);
        Assert.False(clock.IsDue());
        _time.Advance(Second);
        Assert.True(clock.IsDue());
    }

    [Fact]
    public void Partitions_take_turns()
    {
        var clock = Clock(every: 10, records: 0, turn: 0.75);
        _time.Advance(2.4 * Second);
        Assert.False(clock.IsDue());
        _time.Advance(0.1 * Second);
        Assert.True(clock.IsDue());
        BarrierOf(clock, seconds: 0);
        _time.Advance(9 * Second);
        Assert.False(clock.IsDue());
    }

    private BarrierClock Clock(int every, long records, double turn = 0) =>
        new(new BarrierOptions { Every = every * Second, EveryRecords = records }, turn, _time);

    private void BarrierOf(BarrierClock clock, int seconds)
    {
        clock.Start();
        _time.Advance(seconds * Second);
        clock.End();
    }
}
