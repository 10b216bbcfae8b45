using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class RecurrentNetworkTests
{
    [Property(MaxTest = 60)]
    public void Given_a_window_When_its_steps_go_one_by_one_with_the_state_carried_Then_they_have_the_same_bits(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Gru(random);
        var (steps, batch) = (1 + RandomCases.Below(random, 7), 1 + RandomCases.Below(random, 6));
        var (inputs, outputs) = (architecture.Inputs, architecture.Outputs);
        var window = RandomCases.Normal(random, steps * batch * inputs);
        var start = RandomCases.Normal(random, batch * architecture.StateSize, 0.5);
        using var whole = new CpuRecurrentNetwork(architecture, steps, batch, seed);
        using var single = new CpuRecurrentNetwork(architecture, 1, batch, seed);
        whole.SetState(start);
        single.SetState(start);
        whole.Forward(window, [], steps, batch);
        for (var step = 0; step < steps; step++)
        {
            single.Forward(window.AsSpan(step * batch * inputs, batch * inputs), [], 1, batch);
            AssertBits.Equal(
                $"{architecture}, step {step} of {steps} x {batch}",
                whole.Logits.Slice(step * batch * outputs, batch * outputs), single.Logits);
            AssertBits.Equal("outputs", whole.Outputs.Slice(step * batch * outputs, batch * outputs), single.Outputs);
            single.CarryState();
        }

        whole.CarryState();
        AssertBits.Equal("state", whole.StateCopy(), single.StateCopy());
    }

    [Property(MaxTest = 60)]
    public void Given_a_batch_of_windows_When_each_sample_goes_alone_Then_it_has_the_same_bits(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Gru(random);
        var (steps, batch) = (1 + RandomCases.Below(random, 5), 1 + RandomCases.Below(random, 6));
        var (inputs, outputs, size) = (architecture.Inputs, architecture.Outputs, architecture.StateSize);
        var window = RandomCases.Normal(random, steps * batch * inputs);
        var start = RandomCases.Normal(random, batch * size, 0.5);
        using var together = new CpuRecurrentNetwork(architecture, steps, batch, seed);
        using var alone = new CpuRecurrentNetwork(architecture, steps, 1, seed);
        together.SetState(start);
        together.Forward(window, [], steps, batch);
        together.CarryState();
        for (var sample = 0; sample < batch; sample++)
        {
            alone.SetState(start.AsSpan(sample * size, size));
            float[] own = [.. window.Chunk(inputs).Where((_, row) => row % batch == sample).SelectMany(row => row)];
            alone.Forward(own, [], steps, 1);
            for (var step = 0; step < steps; step++)
            {
                AssertBits.Equal(
                    $"{architecture}, sample {sample} of {batch}", together.Logits.Slice(((step * batch) + sample) * outputs, outputs),
                    alone.Logits.Slice(step * outputs, outputs));
            }

            alone.CarryState();
            AssertBits.Equal("state", together.StateCopy().AsSpan(sample * size, size), alone.StateCopy());
        }
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_a_forward_pass_When_the_state_is_carried_Then_that_is_possible_once_before_or_after_going_back(NetworkDevice device)
    {
        using var network = BothBackends.Recurrent(device, new GruArchitecture(2, 3, 1));
        Assert.Throws<InvalidOperationException>(() => { network.CarryState(); });
        AssertBits.Equal("the first state", new float[9], network.StateCopy());

        network.Forward([1, 2, 3, 4], [], 2, 1);
        AssertBits.Equal("going forward leaves the carried state", new float[9], network.StateCopy());
        network.CarryState();
        var carried = network.StateCopy();
        Assert.All(carried[..3], value => Assert.NotEqual(0, value));
        AssertBits.Equal("samples beyond the batch", new float[6], carried.AsSpan(3));
        Assert.Throws<InvalidOperationException>(() => { network.CarryState(); });
        network.Backward([1, 1]);
        AssertBits.Equal("state", carried, network.StateCopy());

        network.Forward([1, 2], [], 1, 1);
        network.Backward([1]);
        network.CarryState();
        Assert.False(AssertBits.Same(carried, network.StateCopy()));
        Assert.Throws<InvalidOperationException>(() => { network.CarryState(); });
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_carried_state_When_it_is_copied_out_and_set_Then_the_next_window_is_the_same(NetworkDevice device)
    {
        var random = new Xoshiro256(4);
        var architecture = new GruArchitecture(2, 9, 2);
        using var network = BothBackends.Recurrent(device, architecture);
        using var other = BothBackends.Recurrent(device, architecture);
        network.Forward(RandomCases.Normal(random, 4 * 3 * 2), [], 4, 3);
        network.CarryState();
        other.SetState(network.StateCopy());
        var next = RandomCases.Normal(random, 5 * 2 * 2);
        network.Forward(next, [], 5, 2);
        other.Forward(next, [], 5, 2);
        AssertBits.Equal("logits", network.Logits, other.Logits);
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_predictions_When_they_carry_the_state_or_not_Then_the_next_ones_go_on_from_there_and_nothing_is_kept(
        NetworkDevice device)
    {
        using var network = BothBackends.Recurrent(device, new GruArchitecture(1, 4, 2, Head.Softmax));
        var (first, again, next) = (new float[4], new float[4], new float[4]);
        network.Forward([5], [], 1, 1);
        network.Predict([1, -1], [], 2, 1, first, carry: false);
        Assert.Throws<InvalidOperationException>(() => network.Backward(new float[4]));
        network.Predict([1, -1], [], 2, 1, again, carry: true);
        AssertBits.Equal("the same state, the same outputs", first, again);
        network.Predict([1, -1], [], 2, 1, next, carry: false);
        Assert.False(AssertBits.Same(first, next));
        Assert.All(first.Chunk(2), pair => Assert.Equal(1, pair.Sum(), 1e-6));
    }

    [Fact]
    public void Given_a_shared_workspace_When_two_networks_take_turns_Then_each_learns_as_it_would_alone()
    {
        var random = new Xoshiro256(9);
        var architecture = new GruArchitecture(3, 5, 2);
        var workspace = new CpuRecurrentWorkspace(architecture, 4, 2);
        CpuRecurrentNetwork[] sharing = [new(workspace, 1), new(workspace, 2)];
        CpuRecurrentNetwork[] alone = [new(architecture, 4, 2, 1), new(architecture, 4, 2, 2)];
        var options = new UpdateOptions { Optimizer = new SgdOptions { LearningRate = 0.1 } };
        var sharingUpdaters = sharing.Select(network => network.CreateUpdater(options)).ToArray();
        var aloneUpdaters = alone.Select(network => network.CreateUpdater(options)).ToArray();
        for (var turn = 0; turn < 30; turn++)
        {
            var who = RandomCases.Below(random, 2);
            var (steps, batch) = (1 + RandomCases.Below(random, 4), 1 + RandomCases.Below(random, 2));
            var inputs = RandomCases.Normal(random, steps * batch * 3);
            var direction = RandomCases.Normal(random, steps * batch * 2);
            foreach (var (network, updater) in new[] { (sharing[who], sharingUpdaters[who]), (alone[who], aloneUpdaters[who]) })
            {
                network.Forward(inputs, [], steps, batch);
                network.Backward(direction);
                updater.Apply();
                network.CarryState();
            }

            AssertBits.Equal($"turn {turn}, parameters", alone[who].Parameters, sharing[who].Parameters);
            AssertBits.Equal($"turn {turn}, state", alone[who].StateCopy(), sharing[who].StateCopy());
        }
    }

    [Fact]
    public void Given_a_shared_workspace_When_another_network_has_used_it_Then_the_first_can_neither_go_back_nor_carry()
    {
        var workspace = new CpuRecurrentWorkspace(new GruArchitecture(1, 2, 1), 2, 1);
        using var first = new CpuRecurrentNetwork(workspace, 1);
        using var second = new CpuRecurrentNetwork(workspace, 2);
        first.Forward([1, 2], [], 2, 1);
        second.Forward([3], [], 1, 1);

        Assert.Throws<InvalidOperationException>(() => first.Backward([1, 1]));
        Assert.Throws<InvalidOperationException>(() => { first.CarryState(); });
        AssertBits.Equal("state of the first", new float[2], first.StateCopy());
        Assert.Equal(0, first.Rows);
        second.Backward([1]);
        second.CarryState();
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_carried_state_When_going_back_Then_the_gradient_stops_at_the_start_of_the_window(NetworkDevice device)
    {
        var random = new Xoshiro256(2);
        var architecture = new GruArchitecture(2, 4, 1);
        using var carried = BothBackends.Recurrent(device, architecture);
        using var started = BothBackends.Recurrent(device, architecture);
        carried.Forward(RandomCases.Normal(random, 6), [], 3, 1);
        carried.CarryState();
        started.SetState(carried.StateCopy());
        var inputs = RandomCases.Normal(random, 4);
        carried.Forward(inputs, [], 2, 1);
        started.Forward(inputs, [], 2, 1);
        carried.Backward([1, -1]);
        started.Backward([1, -1]);
        AssertBits.Equal("gradient", started.GradientCopy(), carried.GradientCopy());
    }
}
