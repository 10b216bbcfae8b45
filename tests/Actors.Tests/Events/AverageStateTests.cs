using StreamLearn.Actors.Events;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Learners.Averaging;

namespace StreamLearn.Actors.Tests.Events;

/// <summary>What is stored of averages, and by whom.</summary>
public sealed class AverageStateTests
{
    private const string Topic = "offers.contributions";

    [Fact]
    public async Task Given_two_that_do_not_know_of_each_other_when_they_store_then_both_can_and_the_next_goes_on_from_the_last()
    {
        await using var store = new MemoryCheckpointStore();
        var (one, other) = (new AverageState(store, Topic, 3), new AverageState(store, Topic, 3));
        var (groups, isStored, damage) = await one.TakeAsync();
        Assert.False(isStored);
        Assert.Empty(damage);
        groups.ReadUpTo(7);
        Assert.False(await one.SaveAsync(AverageState.Capture(groups)));

        var (later, wasStored, _) = await other.TakeAsync();
        Assert.True(wasStored);
        Assert.Equal((7, 7), (later.Next, later.From));
        later.ReadUpTo(9);
        Assert.False(await other.SaveAsync(AverageState.Capture(later)));
        groups.ReadUpTo(8);
        Assert.True(await one.SaveAsync(AverageState.Capture(groups)));

        Assert.Equal(8, (await new AverageState(store, Topic, 3).TakeAsync()).Groups.Next);
        await Assert.ThrowsAsync<Learners.State.StateFormatException>(() => new AverageState(store, Topic, 2).TakeAsync());
    }
}
