using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using FsCheck.Xunit;
using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Kernels;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Networks;

namespace StreamLearn.Learners.Tests.Liquid;

public sealed class LiquidNetworkTests
{
    private static readonly RecurrentArchitecture[] Architectures =
    [
        new LtcArchitecture(3, 9, 2), new LtcArchitecture(NcpWiring.AutoNcp(3, 16, 2), 2),
        new CfcArchitecture(3, 9, 2, backbone: [7]), new CfcArchitecture(3, 9, 2, CfcMode.NoGate), new CfcArchitecture(3, 9, 2, CfcMode.Pure),
        new CfcArchitecture(NcpWiring.AutoNcp(3, 16, 2), 2), new CfcArchitecture(NcpWiring.AutoNcp(3, 16, 2), 2, CfcMode.Pure),
    ];

    public static TheoryData<int, NetworkDevice> OnBoth()
    {
        var rows = new TheoryData<int, NetworkDevice>();
        for (var i = 0; i < Architectures.Length; i++)
        {
            rows.Add(i, NetworkDevice.Cpu);
            rows.Add(i, NetworkDevice.TorchCpu);
        }

        return rows;
    }

    [Property(MaxTest = 40)]
    public void Given_any_inputs_however_large_When_many_steps_are_taken_Then_a_conductance_state_stays_within_its_potentials(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = new LtcArchitecture(NcpWiring.Random(3, 11, 3, 0.3, seed), 2);
        using var network = new CpuRecurrentNetwork(architecture, 20, 1, seed);
        for (var window = 0; window < 5; window++)
        {
            network.Forward(
                RandomCases.Normal(random, 60, Math.Pow(10, RandomCases.Below(random, 8))), LiquidCases.Elapsed(random, 20), 20, 1);
            network.CarryState();
            Assert.All(network.StateCopy(), value => Assert.InRange(value, -1.00001f, 1.00001f));
        }
    }

    [Theory]
    [MemberData(nameof(OnBoth))]
    public void Given_elapsed_times_at_the_edges_When_going_both_ways_Then_they_count_as_documented_and_all_stays_finite(
        int index, NetworkDevice device)
    {
        using var network = BothBackends.Recurrent(device, Architectures[index], 1, 1);
        float[] At(float elapsed)
        {
            network.Forward([0.3f, -0.7f, 100], [elapsed], 1, 1);
            network.Backward([1, -1]);
            return [.. network.Logits, .. network.GradientCopy()];
        }

        foreach (var (elapsed, counts) in new[]
        {
            (0, 1e-3f), (-5, 1e-3f), (float.NaN, 1e-3f), (float.NegativeInfinity, 1e-3f), (1e-9f, 1e-3f),
            (float.PositiveInfinity, 1e6f), (float.MaxValue, 1e6f),
        })
        {
            var numbers = At(elapsed);
            Assert.True(TensorPrimitives.IsFiniteAll<float>(numbers), $"{Architectures[index]} at {elapsed}");
            AssertBits.Equal($"{Architectures[index]} at {elapsed}", At(counts), numbers);
        }

        Assert.False(AssertBits.Same(At(1), At(2)));
    }

    [Theory]
    [MemberData(nameof(OnBoth))]
    public void Given_learning_halfway_When_it_is_saved_and_loaded_Then_it_goes_on_with_the_same_bits(int index, NetworkDevice device)
    {
        var options = new UpdateOptions { Optimizer = new AdamOptions(), MaxGradientNorm = 1 };
        using var network = BothBackends.Recurrent(device, Architectures[index]);
        using var other = BothBackends.Recurrent(device, Architectures[index], seed: 2);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), options);
        using var otherTrainer = new NetworkTrainer(other, new SquaredLoss(), options);
        Learn(network, trainer, 5, seed: 1);
        TrainerCases.Load(TrainerCases.Stored(network, trainer.Updater), other, otherTrainer.Updater);
        Learn(network, trainer, 5, seed: 2);
        Learn(other, otherTrainer, 5, seed: 2);
        Assert.Equal(TrainerCases.Stored(network, trainer.Updater), TrainerCases.Stored(other, otherTrainer.Updater));
    }

    [Fact]
    public void Given_state_of_another_wiring_or_form_When_it_is_loaded_Then_it_is_refused()
    {
        var options = new UpdateOptions { Optimizer = new SgdOptions() };
        var wiring = NcpWiring.AutoNcp(3, 16, 2);
        RecurrentArchitecture[] architectures =
        [
            new LtcArchitecture(wiring, 2), new LtcArchitecture(NcpWiring.AutoNcp(3, 16, 2, seed: 2), 2),
            new LtcArchitecture(NcpWiring.AutoNcp(3, 16, 2, 0.6), 2), new LtcArchitecture(wiring, 2, unfolds: 5),
            new CfcArchitecture(wiring, 2), new CfcArchitecture(NcpWiring.AutoNcp(3, 16, 2, seed: 2), 2),
            new CfcArchitecture(wiring, 2, CfcMode.NoGate),
            new LtcArchitecture(NcpWiring.Of(3, 2, wiring.SensoryAdjacency, wiring.Adjacency), 2),
        ];
        Assert.Equal(architectures.Length, architectures.Select(architecture => architecture.Signature).Distinct().Count());
        using var stored = new CpuRecurrentNetwork(architectures[0], 2, 1, 1);
        using var storedUpdater = stored.CreateUpdater(options);
        var state = TrainerCases.Stored(stored, storedUpdater);
        foreach (var architecture in architectures[1..])
        {
            using var network = new CpuRecurrentNetwork(architecture, 2, 1, 1);
            using var updater = network.CreateUpdater(options);
            var before = network.ParameterCopy();
            Assert.Throws<StateFormatException>(() => TrainerCases.Load(state, network, updater));
            AssertBits.Equal("parameters", before, network.ParameterCopy());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Given_a_liquid_network_When_it_has_warmed_up_Then_windows_allocate_nothing(int index)
    {
        var random = new Xoshiro256(1);
        using var network = new CpuRecurrentNetwork(Architectures[index], 4, 2, 1);
        using var trainer = new NetworkTrainer(network, new HuberLoss(), new UpdateOptions { Optimizer = new AdamOptions() });
        var (inputs, targets) = (RandomCases.Normal(random, 4 * 2 * 3), RandomCases.Normal(random, 4 * 2 * 2));
        var (elapsed, outputs) = (new float[8], new float[16]);
        CpuAllocationTests.AssertNoAllocation(
            () =>
            {
                network.Forward(inputs, elapsed, 4, 2);
                trainer.Learn(targets, []);
                network.CarryState();
                network.Predict(inputs, [], 4, 2, outputs, carry: true);
            },
            steps: 200);
    }

    [Fact]
    public void Given_a_conductance_network_When_it_is_initialised_Then_its_blocks_start_in_their_ranges_and_its_signs_are_the_wirings()
    {
        var wiring = NcpWiring.AutoNcp(20, 60, 2);
        var architecture = new LtcArchitecture(wiring, 2);
        var parameters = new float[architecture.Layout.Count];
        architecture.Initialize(parameters, new Xoshiro256(1));
        foreach (var (name, least, most) in new[]
        {
            ("cell.gleak", 0.001, 1), ("cell.vleak", -0.2, 0.2), ("cell.cm", 0.4, 0.6), ("cell.w", 0.001, 1), ("cell.sigma", 3, 8),
            ("cell.mu", 0.3, 0.8), ("cell.sensory_w", 0.001, 1), ("cell.sensory_sigma", 3, 8), ("cell.sensory_mu", 0.3, 0.8),
            ("cell.input_w", 1, 1), ("cell.input_b", 0, 0), ("head.bias", 0, 0),
        })
        {
            var values = architecture.Layout[name].In(parameters).ToArray();
            Assert.All(values, value => Assert.InRange(value, least - 1e-6, most + 1e-6));
            Assert.True(values.Max() - values.Min() >= 0.8 * (most - least), name);
        }

        Assert.Equal(wiring.Adjacency.ToArray().Select(sign => (float)sign), architecture.Layout["cell.erev"].In(parameters).ToArray());
        Assert.Equal([1f, 0, 0, 1], architecture.Layout["head.weight"].In(parameters).ToArray());
        Assert.Equal((3 * 60) + (4 * 60 * 60) + (4 * 20 * 60) + (2 * 20) + (2 * 2) + 2, architecture.Layout.Count);
    }

    [Fact]
    public void Given_numbers_of_any_size_When_softplus_is_taken_Then_it_is_accurate_relative_to_itself()
    {
        for (var x = -80.0; x < 100; x += 0.0137)
        {
            var exponential = Math.Exp(-Math.Abs(x));
            var sum = 1 + exponential;
            var expected = Math.Max(x, 0) + (sum == 1 ? exponential : Math.Log(sum) * (exponential / (sum - 1)));
            Assert.InRange(VectorMath.Softplus(Vector256.Create((float)x)).ToScalar() / expected, 1 - 8e-6, 1 + 8e-6);
        }
    }

    [Fact]
    public void Given_a_slow_wave_When_liquid_networks_learn_to_double_its_speed_Then_they_do()
    {
        // The tutorial of the ncps package: inputs (sin, cos)(3π t), target sin(6π t), of 48 steps; its own loss is about 4e-4 after 400 windows.
        foreach (var (architecture, rate) in new (RecurrentArchitecture, double)[]
        {
            (new LtcArchitecture(NcpWiring.AutoNcp(2, 16, 1), 1), 0.01), (new CfcArchitecture(2, 16, 1, backbone: [64]), 0.01),
        })
        {
            float[] inputs = [.. Enumerable.Range(0, 48).SelectMany(t => new[] { Wave(3, t), (float)Math.Cos(3 * Math.PI * t / 47) })];
            float[] targets = [.. Enumerable.Range(0, 48).Select(t => Wave(6, t))];
            using var network = new CpuRecurrentNetwork(architecture, 48, 1, 1);
            using var trainer = new NetworkTrainer(
                network, new SquaredLoss(), new UpdateOptions { Optimizer = new AdamOptions { LearningRate = rate }, MaxGradientNorm = 1 });
            for (var step = 0; step < 400; step++)
            {
                network.Forward(inputs, [], 48, 1);
                Assert.True(trainer.Learn(targets, []).Applied);
            }

            network.Forward(inputs, [], 48, 1);
            Assert.InRange(network.Outputs.ToArray().Zip(targets, (f, y) => (f - y) * (f - y)).Average(), 0, 3e-3);
        }

        static float Wave(int speed, int t) => (float)Math.Sin(speed * Math.PI * t / 47);
    }

    private static void Learn(IRecurrentNetwork network, NetworkTrainer trainer, int windows, ulong seed)
    {
        var random = new Xoshiro256(seed);
        for (var window = 0; window < windows; window++)
        {
            network.Forward(RandomCases.Normal(random, 4 * 2 * 3), LiquidCases.Elapsed(random, 8), 4, 2);
            Assert.True(trainer.Learn(RandomCases.Normal(random, 4 * 2 * 2), []).Applied);
            network.CarryState();
        }
    }
}
