using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class NetworkDeterminismTests
{
    [Theory]
    [InlineData(NetworkDevice.Cpu, 1)]
    [InlineData(NetworkDevice.Cpu, 5)]
    [InlineData(NetworkDevice.Cpu, 32)]
    [InlineData(NetworkDevice.TorchCpu, 1)]
    [InlineData(NetworkDevice.TorchCpu, 5)]
    [InlineData(NetworkDevice.TorchCpu, 32)]
    public void Given_the_same_seed_When_a_perceptron_learns_twice_Then_it_has_the_same_bits_and_with_another_seed_it_has_not(
        NetworkDevice device, int batch)
    {
        float[] Learn(ulong seed)
        {
            using var network = BothBackends.Mlp(
                device, new MlpArchitecture(5, [17, 9], 2, Activation.Silu, layerNorm: true), maxBatch: batch, seed);
            using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new AdamOptions() });
            var random = new Xoshiro256(77);
            for (var step = 0; step < 200; step++)
            {
                network.Forward(RandomCases.Normal(random, batch * 5), batch);
                Assert.True(trainer.Learn(RandomCases.Normal(random, batch * 2), []).Applied);
            }

            return network.ParameterCopy();
        }

        AssertBits.Equal("parameters", Learn(1), Learn(1));
        Assert.False(AssertBits.Same(Learn(1), Learn(2)));
    }

    [Theory]
    [InlineData(NetworkDevice.Cpu)]
    [InlineData(NetworkDevice.TorchCpu)]
    public void Given_the_same_seed_When_a_recurrent_network_learns_twice_Then_it_has_the_same_bits_and_with_another_seed_it_has_not(
        NetworkDevice device)
    {
        float[] Learn(ulong seed)
        {
            using var network = BothBackends.Recurrent(device, new GruArchitecture(3, 9, 1), maxSteps: 4, maxBatch: 2, seed);
            using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new AdamWOptions() });
            var random = new Xoshiro256(77);
            for (var step = 0; step < 200; step++)
            {
                var (steps, batch) = (1 + RandomCases.Below(random, 4), 1 + RandomCases.Below(random, 2));
                network.Forward(RandomCases.Normal(random, steps * batch * 3), [], steps, batch);
                Assert.True(trainer.Learn(RandomCases.Normal(random, steps * batch), []).Applied);
                network.CarryState();
            }

            return [.. network.ParameterCopy(), .. network.StateCopy()];
        }

        AssertBits.Equal("parameters and state", Learn(1), Learn(1));
        Assert.False(AssertBits.Same(Learn(1), Learn(2)));
    }

    [Fact]
    public void Given_many_torch_networks_of_one_seed_When_they_go_back_Then_bits_do_not_depend_on_where_their_memory_lies()
    {
        var architecture = new GruArchitecture(5, 13, 1);
        float[]? first = null;
        for (var i = 0; i < 60; i++)
        {
            // Odd sizes in between, so that managed arrays start anywhere.
            _ = new byte[(7 * i) % 61];
            using var network = new TorchRecurrentNetwork(architecture, 3, 1, seed: 1);
            network.Forward(RandomCases.Normal(new Xoshiro256(2), 15), [], 3, 1);
            network.Backward([1, -1, 0.5f]);
            float[] bits = [.. network.Logits, .. network.GradientCopy()];
            first ??= bits;
            AssertBits.Equal($"network {i}", first, bits);
        }
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_a_seed_When_networks_are_made_on_both_backends_Then_they_start_from_the_same_bits(NetworkDevice device)
    {
        var architecture = new MlpArchitecture(3, [4], 1, layerNorm: true);
        var expected = new float[architecture.Layout.Count];
        architecture.Initialize(expected, new Xoshiro256(42));
        using var network = BothBackends.Mlp(device, architecture, seed: 42);
        AssertBits.Equal("parameters", expected, network.ParameterCopy());
        AssertBits.Equal("gradient", new float[expected.Length], network.GradientCopy());
    }
}
