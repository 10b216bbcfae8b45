using StreamLearn.Actors.Buckets;

namespace StreamLearn.Actors.Tests.Buckets;

public sealed class DeviceSlotsTests
{
    private readonly DeviceSlots _slots = new([0, 2, 5]);

    [Fact]
    public void Given_several_gpus_when_buckets_come_then_each_gets_the_one_with_the_fewest_and_of_several_the_first()
    {
        Assert.Equal([0, 2, 5, 0], Acquire("0-0", "0-1", "0-2", "0-3"));

        _slots.Release("p", "0-1");
        Assert.Equal([2, 2], Acquire("0-4", "0-5"));
        Assert.Equal([2, 2, 1], _slots.Counts());
    }

    [Fact]
    public void Given_a_bucket_that_has_a_gpu_when_it_asks_again_then_it_keeps_it()
    {
        Assert.Equal([0, 2, 2, 0], Acquire("0-0", "0-1", "0-1", "0-0"));
        Assert.Equal(5, _slots.Acquire("other", "0-0").Gpu);
        Assert.Equal([1, 1, 1], _slots.Counts());
    }

    [Fact]
    public void Given_an_entity_that_crashes_when_it_starts_again_then_its_bucket_is_counted_where_it_was()
    {
        Acquire("0-0", "0-1");
        _slots.Release("p", "0-1");
        Acquire("0-2");
        _slots.Hold("p", "0-1", new DeviceSlot(2));
        _slots.Hold("p", "0-1", new DeviceSlot(2));

        Assert.Equal([1, 2, 0], _slots.Counts());
    }

    [Fact]
    public void Given_a_bucket_that_is_not_known_when_it_is_released_then_nothing_changes()
    {
        Acquire("0-0");
        _slots.Release("p", "7-7");

        Assert.Equal([1, 0, 0], _slots.Counts());
    }

    [Fact]
    public void Given_many_threads_when_buckets_come_and_go_then_every_one_is_counted_once()
    {
        Parallel.For(0, 3000, i =>
        {
            _slots.Acquire("p", $"{i}-0");
            if (i % 2 == 0)
            {
                _slots.Release("p", $"{i}-0");
            }
        });

        Assert.Equal(1500, _slots.Counts().Sum());
        Assert.True(_slots.Counts().Max() - _slots.Counts().Min() < 1500, string.Join(", ", _slots.Counts()));
    }

    [Fact]
    public void Given_a_gpu_twice_or_none_when_slots_are_made_then_they_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new DeviceSlots([1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceSlots([]));
    }

    [Fact]
    public void Given_a_gpu_when_its_dispatcher_is_asked_for_then_it_is_named_for_it() =>
        Assert.Equal("streamlearn.device-dispatcher-5", new DeviceSlot(5).Dispatcher);

    private int[] Acquire(params string[] entities) => [.. entities.Select(entity => _slots.Acquire("p", entity).Gpu)];
}
