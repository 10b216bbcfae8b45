using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class BlockInputsTests
{
    [Property(MaxTest = 200)]
    public void Given_rows_of_blocks_When_they_go_forward_and_back_Then_it_is_as_with_all_their_zeros(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Mlp(random);
        var batch = RandomCases.Batch(random);
        var blocks = RandomBlocks.Draw(random, architecture.Inputs, batch);
        var direction = RandomCases.Normal(random, batch * architecture.Outputs, 1.0 / batch);
        using var sparse = new CpuMlp(architecture, batch, seed);
        using var dense = new CpuMlp(architecture, batch, seed);
        using var torch = new TorchMlp(architecture, batch, seed);

        sparse.Forward(blocks.Rows);
        dense.Forward(blocks.Dense, batch);
        torch.Forward(blocks.Rows);
        var firstWidth = architecture.Hidden.DefaultIfEmpty(architecture.Outputs).First();
        if (firstWidth > 1)
        {
            AssertBits.Equal($"{architecture} x {batch}, logits", dense.Logits, sparse.Logits);
            AssertBits.Equal($"{architecture} x {batch}, outputs", dense.Outputs, sparse.Outputs);
        }
        else if (architecture.LayerNorm)
        {
            // One unit that is normalised is zero, whatever went in.
            return;
        }

        Near.Assert($"{architecture} x {batch}, logits", dense.Logits, sparse.Logits);
        Near.Assert($"{architecture} x {batch}, logits on torch", torch.Logits, sparse.Logits);

        sparse.Backward(direction);
        dense.Backward(direction);
        Near.Assert($"{architecture} x {batch}, gradient", dense.Gradient, sparse.Gradient);
        AssertSupport(sparse, blocks.Touched, firstWidth);
    }

    [Property(MaxTest = 60)]
    public void Given_passes_of_different_kinds_When_they_follow_each_other_Then_nothing_of_one_is_left_in_the_next_gradient(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Mlp(random, Activation.Tanh);
        var firstWidth = architecture.Hidden.DefaultIfEmpty(architecture.Outputs).First();
        using var used = new CpuMlp(architecture, 5, seed);
        for (var pass = 0; pass < 8; pass++)
        {
            var batch = 1 + RandomCases.Below(random, 5);
            var blocks = RandomBlocks.Draw(random, architecture.Inputs, batch);
            var direction = RandomCases.Normal(random, batch * architecture.Outputs);
            using var fresh = new CpuMlp(architecture, 5, seed);
            switch (RandomCases.Below(random, 4))
            {
                case 0:
                    used.Forward(blocks.Dense, batch);
                    fresh.Forward(blocks.Dense, batch);
                    used.Backward(direction);
                    fresh.Backward(direction);
                    break;
                case 1:
                    used.SetGradient(RandomCases.Normal(random, architecture.Layout.Count));
                    Assert.Equal([new ParameterRange(0, architecture.Layout.Count)], used.GradientSupport.ToArray());
                    continue;
                default:
                    used.Forward(blocks.Rows);
                    fresh.Forward(blocks.Rows);
                    used.Backward(direction);
                    fresh.Backward(direction);
                    AssertSupport(used, blocks.Touched, firstWidth);
                    break;
            }

            AssertBits.Equal($"{architecture}, pass {pass}", fresh.Gradient, used.Gradient);
        }
    }

    [Fact]
    public void Given_a_network_When_blocks_change_from_row_to_row_Then_a_step_moves_only_what_they_touch()
    {
        var architecture = new MlpArchitecture(1000, [4], 1, Activation.Tanh);
        using var network = new CpuMlp(architecture, 2, 1);
        var updater = network.CreateUpdater(new UpdateOptions { Optimizer = new SgdOptions() });
        foreach (var offset in new[] { 0, 500, 997 })
        {
            var before = network.ParameterCopy();
            network.Forward(new BlockInputs([1, 2, 3], [new(offset, 3)], [1]));
            network.Backward([1]);
            ParameterRange[] expected = offset == 997
                ? [new(3988, architecture.Layout.Count - 3988)]
                : [new(offset * 4, 12), new(4000, architecture.Layout.Count - 4000)];
            Assert.Equal(expected, network.GradientSupport.ToArray());
            Assert.True(updater.Apply().Applied);
            var after = network.ParameterCopy();
            for (var i = 0; i < 4000; i++)
            {
                Assert.Equal(i / 4 >= offset && i / 4 < offset + 3, before[i] != after[i]);
            }
        }
    }

    [Fact]
    public void Given_rows_whose_blocks_overlap_and_repeat_When_going_back_Then_their_gradients_add_up()
    {
        // Two outputs and no hidden layer: the gradient by a weight is Σ input · direction.
        using var network = new CpuMlp(new MlpArchitecture(6, [], 2), 4, 1);
        network.Forward(new BlockInputs([1, 2, 3, 10, 20, 100, 200, 300], [new(0, 3), new(2, 2), new(0, 3)], [1, 2, 3, 3]));
        network.Backward([1, 0, 1, 0, 1, 0.5f, 1, 0.25f]);

        AssertBits.Equal(
            "gradient", [101, 50, 202, 100, 313, 150, 20, 0, 0, 0, 0, 0, 4, 0.75f], network.Gradient);
        Assert.Equal([new ParameterRange(0, 8), new ParameterRange(12, 2)], network.GradientSupport.ToArray());
    }

    [Fact]
    public void Given_more_blocks_than_ever_before_When_going_back_Then_the_support_has_room()
    {
        using var network = new CpuMlp(new MlpArchitecture(400, [3], 1), 2, 1);
        network.Forward(new float[400], 1);
        network.Backward([1]);
        InputBlock[] blocks = [.. Enumerable.Range(0, 200).Select(i => new InputBlock(2 * i, 1))];
        network.Forward(new BlockInputs(new float[200], blocks, [200]));
        network.Backward([1]);

        // The last row of the weights is in no block, so nothing touches.
        Assert.Equal(201, network.GradientSupport.Length);
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_a_row_without_blocks_When_it_goes_forward_Then_it_is_the_row_of_zeros(NetworkDevice device)
    {
        foreach (var activation in Enum.GetValues<Activation>())
        {
            foreach (var layerNorm in new[] { false, true })
            {
                var architecture = new MlpArchitecture(5, [9, 3], 2, activation, layerNorm);
                using var network = BothBackends.Mlp(device, architecture);
                network.Forward(new float[10], 2);
                var expected = network.Logits.ToArray();
                network.Forward(new BlockInputs([], [], [0, 0]));
                AssertBits.Equal(architecture.Signature, expected, network.Logits);
                network.Backward([1, 1, 1, 1]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_blocks_that_do_not_fit_When_they_go_forward_Then_the_message_says_what_was_expected(NetworkDevice device)
    {
        using var network = BothBackends.Mlp(device, new MlpArchitecture(6, [4], 1), maxBatch: 2);
        void Refuses(string expected, float[] values, InputBlock[] blocks, int[] rowEnds)
        {
            var refusal = Assert.ThrowsAny<ArgumentException>(() => network.Forward(new BlockInputs(values, blocks, rowEnds)));
            Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        }

        Refuses("offset 4 and length 3; expected one after -1 within 6", [1, 2, 3], [new(4, 3)], [1]);
        Refuses("offset -1 and length 1", [1], [new(-1, 1)], [1]);
        Refuses("offset 2 and length 0", [], [new(2, 0)], [1]);
        Refuses("offset 2 and length -1", [], [new(2, -1)], [1]);
        Refuses("offset 7 and length 1", [1], [new(7, 1)], [1]);
        Refuses("offset 2147483647 and length 2147483647", [1], [new(int.MaxValue, int.MaxValue)], [1]);
        Refuses("offset 1 and length 2; expected one after 1", [1, 2, 3, 4], [new(0, 2), new(1, 2)], [2]);
        Refuses("offset 0 and length 1; expected one after 3", [1, 2, 3], [new(2, 2), new(0, 1)], [2]);
        Refuses("row 0 end at 2; expected from 0 to 1", [1], [new(0, 1)], [2]);
        Refuses("row 1 end at 0; expected from 1 to 1", [1], [new(0, 1)], [1, 0]);
        Refuses("row 0 end at -1", [1], [new(0, 1)], [-1]);
        Refuses("2 blocks and 2 values; expected 1 blocks in the rows and 1 values", [1, 2], [new(0, 1), new(1, 1)], [1]);
        Refuses("1 blocks and 3 values; expected 1 blocks in the rows and 2 values", [1, 2, 3], [new(0, 2)], [1]);
        Refuses("batch is 3; expected from 1 to 2", [], [], [0, 0, 0]);
        Refuses("batch is 0; expected from 1 to 2", [], [], []);

        // Nothing of them is kept.
        Assert.Throws<InvalidOperationException>(() => network.Backward([1]));
    }

    private static void AssertSupport(CpuMlp network, HashSet<int> touched, int width)
    {
        var rest = network.Architecture.Layout.Blocks[1].Offset;
        var supported = new bool[network.Architecture.Layout.Count];
        var end = -1;
        foreach (var range in network.GradientSupport)
        {
            Assert.True(range.Offset > end && range.Length > 0, "Ranges ascend and do not touch.");
            end = range.End;
            Array.Fill(supported, true, range.Offset, range.Length);
        }

        for (var i = 0; i < supported.Length; i++)
        {
            Assert.Equal(i >= rest || touched.Contains(i / width), supported[i]);
            Assert.True(supported[i] || network.Gradient[i] == 0, "The gradient is zero outside of its support.");
        }
    }
}
