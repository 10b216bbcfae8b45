using StreamLearn.Actors.Events;

namespace StreamLearn.Actors.Tests.Events;

public sealed class CopierPaceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly CopierPace _pace = new(2, TimeProvider.System, Patience, 3 * Patience);

    [Fact]
    public async Task Given_two_topics_with_a_backlog_When_one_is_ahead_Then_it_waits_until_the_other_has_come_as_far()
    {
        _pace.Begin(0, 0);
        _pace.Begin(1, 0);
        await _pace.WaitAsync(1, 0, earliest: 50, next: 1).AsTask().WaitAsync(Limit);
        var ahead = _pace.WaitAsync(0, 0, earliest: 100, next: 1).AsTask();

        // The one behind goes on for longer than the patience; it never waits.
        for (var at = 60; at < 100; at += 10)
        {
            await Task.Delay(Patience / 2);
            Assert.False(ahead.IsCompleted);
            await _pace.WaitAsync(1, 0, at, next: 1).AsTask().WaitAsync(Limit);
        }

        var other = _pace.WaitAsync(1, 0, earliest: 101, next: 1).AsTask();
        await ahead.WaitAsync(Limit);
        Assert.False(other.IsCompleted);
        _pace.End(0, 0);
        await other.WaitAsync(Limit);
    }

    [Fact]
    public async Task Given_a_topic_that_says_nothing_When_another_is_ahead_Then_it_waits_no_longer_than_its_patience()
    {
        _pace.Begin(0, 0);
        _pace.Begin(1, 0);

        await _pace.WaitAsync(0, 0, earliest: 100, next: 1).AsTask().WaitAsync(Limit);

        // And not again.
        Assert.True(_pace.WaitAsync(0, 0, earliest: 200, next: 1).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Given_a_backlog_that_is_copied_When_later_records_come_Then_nobody_waits_and_nobody_waits_for_it()
    {
        _pace.Begin(0, 0);
        _pace.Begin(1, 0);
        _pace.Measure(0, 0, next: 0, end: 10);
        _pace.Measure(1, 0, next: 0, end: 20);
        await _pace.WaitAsync(1, 0, earliest: 50, next: 10).AsTask().WaitAsync(Limit);
        await _pace.WaitAsync(0, 0, earliest: 40, next: 10).AsTask().WaitAsync(Limit);

        Assert.True(_pace.WaitAsync(0, 0, earliest: 1000, next: 20).AsTask().IsCompleted);
        Assert.True(_pace.WaitAsync(1, 0, earliest: 500, next: 20).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Given_a_partition_without_a_backlog_When_another_is_ahead_Then_it_does_not_wait_for_it()
    {
        _pace.Begin(0, 0);
        _pace.Begin(1, 0);
        var ahead = _pace.WaitAsync(0, 0, earliest: 100, next: 1).AsTask();
        Assert.False(ahead.IsCompleted);

        _pace.Measure(1, 0, next: 7, end: 7);

        await ahead.WaitAsync(Limit);
    }

    [Fact]
    public async Task Given_a_topic_that_has_not_begun_When_another_has_Then_it_waits_for_that_too_but_not_for_ever()
    {
        _pace.Begin(0, 0);
        var early = _pace.WaitAsync(0, 0, earliest: 100, next: 1).AsTask();

        Assert.False(early.IsCompleted);
        await early.WaitAsync(Limit);
    }

    [Fact]
    public void Given_partitions_of_the_same_topic_When_one_is_ahead_Then_it_does_not_wait()
    {
        _pace.Begin(0, 0);
        _pace.Begin(0, 1);
        _pace.Begin(1, 0);
        _pace.End(1, 0);

        Assert.True(_pace.WaitAsync(0, 0, earliest: 100, next: 1).AsTask().IsCompleted);
        Assert.True(_pace.WaitAsync(0, 1, earliest: 1, next: 1).AsTask().IsCompleted);
    }
}
