using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Control;
using StreamLearn.Simulation.Control.Routing;

namespace StreamLearn.Simulation.Tests.Control;

/// <summary>What all worlds have to keep.</summary>
public sealed class ControlWorldTests
{
    public static TheoryData<string> Names => [.. ControlWorlds.Names];

    [Fact]
    public void Given_the_names_then_they_are_those_of_the_documentation() =>
        Assert.Equal(["cartpole-swingup", "pendulum-swingup", "reacher-easy", "reacher-hard", "link-routing"], ControlWorlds.Names);

    [Fact]
    public void Given_an_unknown_name_then_the_known_ones_are_listed()
    {
        var thrown = Assert.Throws<ArgumentException>(() => ControlWorlds.Create("cheetah-run", 1));

        Assert.StartsWith(
            "Expected one of the worlds cartpole-swingup, pendulum-swingup, reacher-easy, reacher-hard, link-routing, found \"cheetah-run\".",
            thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_the_same_seed_and_actions_then_every_number_and_pixel_has_the_same_bits_and_another_seed_gives_others(string name)
    {
        var first = Play(1);

        Assert.Equal(name, ControlWorlds.Create(name, 1).Name);
        Assert.Equal(first, Play(1));
        Assert.NotEqual(first, Play(2));

        List<int> Play(ulong seed)
        {
            var world = ControlWorlds.Create(name, seed);
            var random = new Xoshiro256(9);
            var bits = new List<int>();
            var observation = new float[world.ObservationSize];
            var action = new float[world.ActionSize];
            var rgb = new byte[PixelObservations.PictureBytes];
            for (var episode = 0; episode < 2; episode++)
            {
                world.Reset();
                for (var step = 0; step < 150; step++)
                {
                    world.Observe(observation);
                    bits.AddRange(observation.Select(BitConverter.SingleToInt32Bits));
                    foreach (ref var number in action.AsSpan())
                        number = random.NextUniform(1);
                    bits.Add(world.Step(action).Reward.GetHashCode());
                }

                world.Render(rgb);
                bits.AddRange(rgb.Select(value => (int)value));
            }

            return bits;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_world_at_work_then_nothing_is_allocated(string name)
    {
        var world = ControlWorlds.Create(name, 1, actionRepeat: 2);
        var pixels = new PixelObservations(world);
        var observation = new float[world.ObservationSize];
        var stack = new byte[PixelObservations.ObservationBytes];
        var action = new float[world.ActionSize];
        Run();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run()
        {
            for (var episode = 0; episode < 2; episode++)
            {
                pixels.Reset();
                for (var step = 0; step < 30; step++)
                {
                    action[0] = step % 3 - 1;
                    world.Observe(observation);
                    _ = pixels.Step(action);
                    pixels.Observe(stack);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_an_observation_then_all_of_it_is_written_and_finite(string name)
    {
        var world = ControlWorlds.Create(name, 1);
        var observation = new float[world.ObservationSize];
        world.Reset();
        for (var step = 0; step < 50; step++)
        {
            Array.Fill(observation, float.NaN);
            world.Observe(observation);
            Assert.All(observation, number => Assert.True(float.IsFinite(number)));
            _ = world.Step(new float[world.ActionSize]);
        }
    }

    [Theory]
    [InlineData("cartpole-swingup", 1, 1000)]
    [InlineData("pendulum-swingup", 1, 1000)]
    [InlineData("reacher-easy", 1, 1000)]
    [InlineData("reacher-hard", 2, 500)]
    [InlineData("pendulum-swingup", 3, 334)]
    [InlineData("link-routing", 1, 288)]
    [InlineData("link-routing", 5, 58)]
    public void Given_an_action_repeat_then_the_episode_is_cut_off_after_its_frames_and_does_not_terminate(string name, int repeat, int steps)
    {
        var world = ControlWorlds.Create(name, 1, repeat);
        var action = new float[world.ActionSize];
        Assert.Equal((steps, repeat), (world.EpisodeSteps, world.ActionRepeat));
        for (var episode = 0; episode < 2; episode++)
        {
            world.Reset();
            for (var step = 1; step <= steps; step++)
            {
                var outcome = world.Step(action);
                Assert.Equal((false, step == steps, step == steps), (outcome.Terminated, outcome.TimedOut, outcome.IsLast));
            }

            var thrown = Assert.Throws<InvalidOperationException>(() => world.Step(action));
            Assert.Equal($"{name}: the episode is over after {steps} steps; reset the world first.", thrown.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_an_action_repeat_then_a_step_is_as_many_steps_without_it_and_the_reward_their_sum(string name)
    {
        // The last step of 1000 or 288 frames is shorter than 7.
        const int Repeat = 7;
        var (slow, fast) = (ControlWorlds.Create(name, 4), ControlWorlds.Create(name, 4, Repeat));
        var (expected, found) = (new float[slow.ObservationSize], new float[slow.ObservationSize]);
        var action = new float[slow.ActionSize];
        slow.Reset();
        fast.Reset();
        for (var step = 0; step < fast.EpisodeSteps; step++)
        {
            action[0] = step % 5 / 2f - 1;
            var sum = 0.0;
            for (var frame = step * Repeat; frame < Math.Min((step + 1) * Repeat, slow.EpisodeSteps); frame++)
                sum += slow.Step(action).Reward;
            Assert.Equal(sum, fast.Step(action).Reward);
            slow.Observe(expected);
            fast.Observe(found);
            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_number_that_is_none_then_it_is_said_which_and_nothing_has_changed(string name)
    {
        var (world, twin) = (ControlWorlds.Create(name, 1), ControlWorlds.Create(name, 1));
        var action = new float[world.ActionSize];
        var (expected, found) = (new float[world.ObservationSize], new float[world.ObservationSize]);
        world.Reset();
        twin.Reset();
        action[^1] = float.NaN;
        action[0] = action.Length > 1 ? 0.5f : float.NaN;

        var thrown = Assert.Throws<ArgumentException>(() => world.Step(action));

        Assert.StartsWith($"{name}: action[{action.Length - 1}]: expected a number from -1 to 1, found NaN.", thrown.Message, StringComparison.Ordinal);
        Array.Fill(action, 0.5f);
        Assert.Equal(twin.Step(action), world.Step(action));
        twin.Observe(expected);
        world.Observe(found);
        Assert.Equal(expected, found);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_an_action_beyond_its_bounds_then_it_counts_as_the_bound(string name)
    {
        var (world, twin) = (ControlWorlds.Create(name, 1), ControlWorlds.Create(name, 1));
        var (far, near) = (new float[world.ActionSize], new float[world.ActionSize]);
        for (var place = 0; place < far.Length; place++)
            (far[place], near[place]) = place % 2 == 0 ? (float.PositiveInfinity, 1) : (-1.0001f, -1);
        world.Reset();
        twin.Reset();
        var (expected, found) = (new float[world.ObservationSize], new float[world.ObservationSize]);
        for (var step = 0; step < 20; step++)
        {
            Assert.Equal(twin.Step(near), world.Step(far));
            twin.Observe(expected);
            world.Observe(found);
            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_the_wrong_room_or_no_episode_then_it_is_said_what_was_expected(string name)
    {
        var world = ControlWorlds.Create(name, 1);
        var action = new float[world.ActionSize];
        Assert.Equal($"{name}: no episode has begun; reset the world first.", Assert.Throws<InvalidOperationException>(() => world.Step(action)).Message);
        Assert.Throws<InvalidOperationException>(() => world.Observe(new float[world.ObservationSize]));
        Assert.Throws<InvalidOperationException>(() => world.Render(new byte[PixelObservations.PictureBytes]));

        world.Reset();
        Assert.StartsWith(
            $"{name}: expected an action of {world.ActionSize} numbers, found {world.ActionSize + 1}.",
            Assert.Throws<ArgumentException>(() => world.Step(new float[world.ActionSize + 1])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            $"{name}: expected room for {world.ObservationSize} numbers, found 1.",
            Assert.Throws<ArgumentException>(() => world.Observe(new float[1])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Expected room for a picture of 21168 bytes, 3 x 84 x 84, found 5.",
            Assert.Throws<ArgumentException>(() => world.Render(new byte[5])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void Given_an_action_repeat_out_of_its_range_then_it_is_refused(int repeat)
    {
        var thrown = Assert.Throws<ArgumentException>(() => ControlWorlds.Create("pendulum-swingup", 1, repeat));

        Assert.Equal($"actionRepeat: expected from 1 to 1000, the frames of an episode, found {repeat}.", thrown.Message);
    }

    [Fact]
    public void Given_a_reset_in_the_middle_of_an_episode_then_a_new_one_begins()
    {
        var world = ControlWorlds.Create("pendulum-swingup", 1);
        world.Reset();
        for (var step = 0; step < 600; step++)
            _ = world.Step([0]);
        world.Reset();
        for (var step = 1; step < 1000; step++)
            Assert.False(world.Step([0]).IsLast);
        Assert.True(world.Step([0]).TimedOut);
    }

    [Fact]
    public void Given_options_of_link_routing_then_the_factory_hands_them_on()
    {
        var world = ControlWorlds.Create("link-routing", 1, linkRouting: new LinkRoutingOptions { DemandCount = 2, PathsPerDemand = 4 });

        Assert.Equal((8, 2 + 3 * 8 + 2), (world.ActionSize, world.ObservationSize));
    }
}
