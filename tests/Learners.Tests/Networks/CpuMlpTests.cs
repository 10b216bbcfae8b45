using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class CpuMlpTests
{
    [Property(MaxTest = 150)]
    public void Given_a_batch_When_each_row_goes_forward_alone_Then_it_has_the_same_bits(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Mlp(random);
        var batch = RandomCases.Batch(random);
        var (inputs, outputs) = (architecture.Inputs, architecture.Outputs);
        var rows = RandomCases.Normal(random, batch * inputs);
        using var network = new CpuMlp(architecture, batch, seed);
        network.Forward(rows, batch);
        var (logits, heads) = (network.Logits.ToArray(), network.Outputs.ToArray());
        for (var row = 0; row < batch; row++)
        {
            network.Forward(rows.AsSpan(row * inputs, inputs), 1);
            AssertBits.Equal($"{architecture}, row {row} of {batch}", logits.AsSpan(row * outputs, outputs), network.Logits);
            AssertBits.Equal($"{architecture}, row {row} of {batch}", heads.AsSpan(row * outputs, outputs), network.Outputs);
        }
    }

    [Property(MaxTest = 60)]
    public void Given_a_batch_When_its_rows_go_back_one_by_one_Then_their_gradients_add_up_to_that_of_the_batch(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Mlp(random);
        var batch = RandomCases.Batch(random);
        var (inputs, outputs) = (architecture.Inputs, architecture.Outputs);
        var rows = RandomCases.Normal(random, batch * inputs);
        var direction = RandomCases.Normal(random, batch * outputs, 1.0 / batch);
        using var network = new CpuMlp(architecture, batch, seed);
        var sum = new double[architecture.Layout.Count];
        for (var row = 0; row < batch; row++)
        {
            network.Forward(rows.AsSpan(row * inputs, inputs), 1);
            network.Backward(direction.AsSpan(row * outputs, outputs));
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += network.Gradient[i];
            }
        }

        network.Forward(rows, batch);
        network.Backward(direction);
        Near.Assert($"{architecture} x {batch}", sum, network.Gradient);
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_more_rows_than_there_is_room_for_When_predicted_Then_all_are_and_nothing_is_kept(NetworkDevice device)
    {
        var random = new Xoshiro256(1);
        var architecture = new MlpArchitecture(3, [7], 2, Activation.Silu, layerNorm: true, Head.Softmax);
        using var network = BothBackends.Mlp(device, architecture, maxBatch: 4);
        using var large = BothBackends.Mlp(device, architecture, maxBatch: 11);
        var inputs = RandomCases.Normal(random, 11 * 3);
        var (outputs, expected) = (new float[22], new float[22]);
        network.Forward(inputs.AsSpan(0, 12), 4);
        network.Predict(inputs, 11, outputs);
        large.Predict(inputs, 11, expected);

        Near.Assert("outputs", expected, outputs, device == NetworkDevice.Cpu ? 0 : 1e-6);
        Assert.Throws<InvalidOperationException>(() => network.Backward(new float[6]));
        Assert.Throws<InvalidOperationException>(() => network.BackwardOutputs(new float[6]));
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_one_forward_pass_When_gone_back_through_twice_Then_the_second_is_refused_and_outputs_stay_valid(NetworkDevice device)
    {
        using var network = BothBackends.Mlp(device, new MlpArchitecture(2, [3], 2, head: Head.Sigmoid));
        Assert.Equal(0, network.Rows);
        Assert.True(network.Logits.IsEmpty && network.Outputs.IsEmpty);
        Assert.Throws<InvalidOperationException>(() => network.Backward([1, 1]));
        network.Forward([1, 2, 3, 4], 2);
        var outputs = network.Outputs.ToArray();
        network.Backward([1, 1, 1, 1]);
        var gradient = network.GradientCopy();
        Assert.Throws<InvalidOperationException>(() => network.Backward([1, 1, 1, 1]));
        Assert.Throws<InvalidOperationException>(() => network.BackwardOutputs([1, 1, 1, 1]));

        AssertBits.Equal("gradient", gradient, network.GradientCopy());
        AssertBits.Equal("outputs", outputs, network.Outputs);
        Assert.Equal(2, network.Rows);
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_each_output_in_turn_When_it_is_differentiated_Then_it_is_the_pass_back_from_that_output_alone(NetworkDevice device)
    {
        foreach (var head in Enum.GetValues<Head>())
        {
            var architecture = new MlpArchitecture(4, [9], 3, Activation.Tanh, head: head);
            using var network = BothBackends.Mlp(device, architecture);
            float[] input = [0.3f, -1, 2, 0.1f];
            for (var output = 0; output < 3; output++)
            {
                var gradient = new float[architecture.Layout.Count];
                network.OutputGradient(input, output, gradient);
                AssertBits.Equal("the network's gradient", gradient, network.GradientCopy());
                network.Forward(input, 1);
                network.BackwardOutputs([.. Enumerable.Range(0, 3).Select(j => j == output ? 1f : 0)]);
                AssertBits.Equal($"{head}, output {output}", gradient, network.GradientCopy());
            }
        }
    }

    [Fact]
    public void Given_two_networks_on_one_workspace_When_they_take_turns_Then_each_learns_as_it_would_alone()
    {
        var random = new Xoshiro256(8);
        var architecture = new MlpArchitecture(5, [8, 3], 2, Activation.Silu, layerNorm: true);
        var workspace = new CpuMlpWorkspace(architecture, 3);
        CpuMlp[] sharing = [new(workspace, 1), new(workspace, 2)];
        CpuMlp[] alone = [new(architecture, 3, 1), new(architecture, 3, 2)];
        var options = new UpdateOptions { Optimizer = new AdamOptions() };
        var sharingUpdaters = sharing.Select(network => network.CreateUpdater(options)).ToArray();
        var aloneUpdaters = alone.Select(network => network.CreateUpdater(options)).ToArray();
        for (var step = 0; step < 40; step++)
        {
            var who = RandomCases.Below(random, 2);
            var batch = 1 + RandomCases.Below(random, 3);
            var blocks = RandomBlocks.Draw(random, 5, batch);
            var direction = RandomCases.Normal(random, batch * 2);
            var sparse = RandomCases.Below(random, 2) == 0;
            foreach (var (network, updater) in new[] { (sharing[who], sharingUpdaters[who]), (alone[who], aloneUpdaters[who]) })
            {
                if (sparse)
                {
                    network.Forward(blocks.Rows);
                }
                else
                {
                    network.Forward(blocks.Dense, batch);
                }

                network.Backward(direction);
                updater.Apply();
            }

            AssertBits.Equal($"step {step}", alone[who].Parameters, sharing[who].Parameters);
        }
    }

    [Fact]
    public void Given_a_shared_workspace_When_another_network_has_used_it_Then_going_back_and_reading_outputs_of_the_first_is_refused()
    {
        var workspace = new CpuMlpWorkspace(new MlpArchitecture(2, [3], 1), 2);
        using var first = new CpuMlp(workspace, 1);
        using var second = new CpuMlp(workspace, 2);
        first.Forward([1, 2], 1);
        second.Forward([3, 4, 5, 6], 2);

        Assert.Contains(
            "another network", Assert.Throws<InvalidOperationException>(() => first.Backward([1])).Message, StringComparison.Ordinal);
        Assert.Equal(0, first.Rows);
        Assert.True(first.Logits.IsEmpty && first.Outputs.IsEmpty);
        second.Backward([1, 1]);

        first.Forward([1, 2], 1);
        second.Predict([3, 4], 1, new float[1]);
        Assert.Throws<InvalidOperationException>(() => first.Backward([1]));
    }
}
