using Microsoft.Extensions.Time.Testing;
using StreamLearn.Actors.Buckets;

namespace StreamLearn.Actors.Tests.Buckets;

public sealed class BucketCostsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly BucketCosts _costs;

    public BucketCostsTests() => _costs = new BucketCosts(_time);

    [Fact]
    public void Given_a_shard_that_is_busy_for_a_quarter_of_the_time_when_it_is_read_then_its_cost_is_a_quarter()
    {
        var meter = _costs.Enter("p", 3);
        for (var second = 0; second < 100; second++)
        {
            Pass(meter, busy: 0.25);
        }

        Assert.Equal([new ShardCost("p", 3, 0.25)], _costs.Read().Select(Rounded));
    }

    [Fact]
    public void Given_a_young_shard_when_it_is_read_then_its_cost_is_not_known_and_then_is_not_too_low()
    {
        var meter = _costs.Enter("p", 0);
        for (var second = 0; second < 9; second++)
        {
            Pass(meter, busy: 0.5);
            Assert.True(double.IsNaN(Assert.Single(_costs.Read()).Cost));
        }

        Pass(meter, busy: 0.5);
        Assert.Equal(0.5, Assert.Single(_costs.Read()).Cost, 9);
    }

    [Fact]
    public void Given_a_cost_that_changes_when_it_is_read_a_minute_later_then_the_old_one_counts_for_about_a_third()
    {
        var meter = _costs.Enter("p", 0);
        for (var second = 0; second < 3600; second++)
        {
            Pass(meter, busy: 1);
            _costs.Read();
        }

        for (var second = 0; second < 60; second++)
        {
            Pass(meter, busy: 0);
            _costs.Read();
        }

        Assert.Equal(Math.Exp(-1), Assert.Single(_costs.Read()).Cost, 0.01);
    }

    [Fact]
    public void Given_several_entities_of_a_shard_when_they_leave_one_by_one_then_the_shard_goes_with_the_last()
    {
        _costs.Enter("q", 1);
        var meter = _costs.Enter("p", 2);
        Assert.Same(meter, _costs.Enter("p", 2));
        Assert.Equal([("p", 2), ("q", 1)], _costs.Read().Select(cost => (cost.Pipeline, cost.Shard)));

        _costs.Leave("p", 2);
        Assert.Equal(2, _costs.Read().Count);
        _costs.Leave("p", 2);
        _costs.Leave("p", 2);

        Assert.Equal([("q", 1)], _costs.Read().Select(cost => (cost.Pipeline, cost.Shard)));
    }

    [Fact]
    public void Given_many_threads_when_they_add_time_then_none_is_lost_and_nothing_is_allocated()
    {
        var meter = _costs.Enter("p", 0);
        Parallel.For(0, 1000, _ => meter.Add(_time.TimestampFrequency / 1000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            meter.Add(_time.TimestampFrequency / 1000);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(2.0 / 20, Assert.Single(_costs.Read()).Cost, 9);
    }

    private static ShardCost Rounded(ShardCost cost) => cost with { Cost = Math.Round(cost.Cost, 9) };

    private void Pass(CostMeter meter, double busy)
    {
        meter.Add((long)(busy * _time.TimestampFrequency));
        _time.Advance(TimeSpan.FromSeconds(1));
    }
}
