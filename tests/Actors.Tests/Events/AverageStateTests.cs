using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;
using StreamLearn.Learners.Averaging;

namespace StreamLearn.Actors.Tests.Events;

/// <summary>What is stored of averages, and by whom.</summary>
[Collection(SharedPostgres.Name)]
public sealed class AverageStateTests(PostgresServer server)
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

    [Theory, Sqlite, Postgres]
    public async Task Given_a_damaged_state_when_it_is_taken_then_the_one_before_it_is_gone_on_from(CheckpointStoreKind kind)
    {
        await using var world = await StoreWorld.CreateAsync(kind, server);
        var state = new AverageState(world.Store, Topic, 3);
        var (groups, _, _) = await state.TakeAsync();
        foreach (var next in (long[])[3, 5, 9])
        {
            groups.ReadUpTo(next);
            await state.SaveAsync(AverageState.Capture(groups));
        }

        await DamageNewestAsync(world);
        var (before, isStored, damage) = await state.TakeAsync();
        Assert.Equal((5L, true, 1), (before.Next, isStored, damage.Count));

        // What was taken is kept beside what is stored next.
        before.ReadUpTo(11);
        await state.SaveAsync(AverageState.Capture(before));
        await DamageNewestAsync(world);
        Assert.Equal(5, (await new AverageState(world.Store, Topic, 3).TakeAsync()).Groups.Next);
    }

    private static async Task DamageNewestAsync(StoreWorld world) => Assert.Equal(1, await world.ExecuteAsync(
        "UPDATE streamlearn_manifests SET state = @content WHERE generation = (SELECT MAX(generation) FROM streamlearn_manifests)", [1, 2, 3]));
}
