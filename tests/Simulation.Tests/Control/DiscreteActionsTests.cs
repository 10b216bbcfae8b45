using StreamLearn.Simulation.Control;

namespace StreamLearn.Simulation.Tests.Control;

public sealed class DiscreteActionsTests
{
    [Fact]
    public void Given_one_dimension_then_the_levels_go_evenly_from_minus_1_to_1()
    {
        var actions = new DiscreteActions(ControlWorlds.Create("pendulum-swingup", 1), levels: 5);

        Assert.Equal(5, actions.ActionCount);
        Assert.Equal([-1f, -0.5f, 0, 0.5f, 1], Enumerable.Range(0, 5).Select(action => actions.ValuesOf(action)[0]));
    }

    [Fact]
    public void Given_two_dimensions_then_all_pairs_are_there_the_last_one_counting_fastest()
    {
        var actions = new DiscreteActions(ControlWorlds.Create("reacher-easy", 1), levels: 3);

        Assert.Equal(9, actions.ActionCount);
        Assert.Equal([-1f, -1], actions.ValuesOf(0).ToArray());
        Assert.Equal([-1f, 0], actions.ValuesOf(1).ToArray());
        Assert.Equal([0f, -1], actions.ValuesOf(3).ToArray());
        Assert.Equal([1f, 1], actions.ValuesOf(8).ToArray());
    }

    [Fact]
    public void Given_an_action_then_the_world_does_what_it_would_by_its_values()
    {
        var (world, twin) = (ControlWorlds.Create("pendulum-swingup", 1), ControlWorlds.Create("pendulum-swingup", 1));
        var actions = new DiscreteActions(world, levels: 3);
        var (expected, found) = (new float[3], new float[3]);
        world.Reset();
        twin.Reset();
        for (var step = 0; step < 30; step++)
        {
            Assert.Equal(twin.Step([step % 3 - 1]), actions.Step(step % 3));
            twin.Observe(expected);
            world.Observe(found);
            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [InlineData("pendulum-swingup", 1, "levels: expected 2 or more, found 1.")]
    [InlineData("pendulum-swingup", 1025, "levels: expected at most 1024 actions of 1 dimensions of pendulum-swingup, found 1025.")]
    [InlineData("link-routing", 2, "levels: expected at most 1024 actions of 24 dimensions of link-routing, found 16777216.")]
    public void Given_a_grid_that_is_too_small_or_too_large_then_it_is_refused(string name, int levels, string expected) =>
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => new DiscreteActions(ControlWorlds.Create(name, 1), levels)).Message);

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Given_an_action_that_is_not_there_then_it_is_refused(int action)
    {
        var actions = new DiscreteActions(ControlWorlds.Create("pendulum-swingup", 1), levels: 3);
        actions.World.Reset();

        var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => actions.Step(action));

        Assert.Contains("pendulum-swingup: expected an action from 0 to 2.", thrown.Message, StringComparison.Ordinal);
    }
}
