using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class NetworkStateTests
{
    private static readonly MlpArchitecture Mlp = new(3, [5], 2, Activation.Silu, layerNorm: true);
    private static readonly GruArchitecture Gru = new(3, 5, 2);

    public static TheoryData<NetworkDevice, string> Rows()
    {
        var rows = new TheoryData<NetworkDevice, string>();
        foreach (var optimizer in TrainerCases.Optimizers.Keys)
        {
            rows.Add(NetworkDevice.Cpu, optimizer);
            rows.Add(NetworkDevice.TorchCpu, optimizer);
        }

        rows.Add(NetworkDevice.TorchCpu, "adahessian");
        return rows;
    }

    public static TheoryData<NetworkDevice, bool> Networks() => new()
    {
        { NetworkDevice.Cpu, false }, { NetworkDevice.Cpu, true }, { NetworkDevice.TorchCpu, false }, { NetworkDevice.TorchCpu, true },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Given_learning_halfway_When_it_is_saved_and_loaded_Then_it_goes_on_with_the_same_bits(
        NetworkDevice device, string optimizer)
    {
        foreach (var recurrent in new[] { false, true })
        {
            var options = Options(optimizer);
            using var undisturbed = new Learner(device, recurrent, options, seed: 1);
            undisturbed.Learn(30, seed: 5);
            undisturbed.Trainer.Updater.LearningRate *= 0.5;
            var state = undisturbed.Stored();
            undisturbed.Learn(31, seed: 6);

            using var loaded = new Learner(device, recurrent, options, seed: 2);
            loaded.Learn(3, seed: 7);
            loaded.Load(state);
            Assert.Equal(state, loaded.Stored());
            loaded.Learn(31, seed: 6);
            Assert.Equal(undisturbed.Stored(), loaded.Stored());
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Given_state_of_one_backend_When_the_other_loads_it_Then_it_goes_on_closely_and_the_stored_device_can_be_seen(
        NetworkDevice device, bool recurrent)
    {
        var other = device == NetworkDevice.Cpu ? NetworkDevice.TorchCpu : NetworkDevice.Cpu;
        using var from = new Learner(device, recurrent, Options("adam"), seed: 1);
        using var to = new Learner(other, recurrent, Options("adam"), seed: 2);
        from.Learn(20, seed: 3);
        var state = from.Stored();
        var reader = new MessagePackReader(state);
        Assert.Equal(device, NetworkState.PeekDevice(reader, from.Network.Architecture));
        Assert.Equal(0, reader.Consumed);
        NetworkState.Load(ref reader, to.Network, to.Trainer.Updater);
        Assert.True(reader.End);

        AssertBits.Equal("parameters", from.Network.ParameterCopy(), to.Network.ParameterCopy());
        from.Learn(10, seed: 4);
        to.Learn(10, seed: 4);
        Near.Assert("parameters", from.Network.ParameterCopy(), to.Network.ParameterCopy(), 1e-4);
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_state_of_other_settings_When_it_is_loaded_Then_it_is_refused_and_nothing_has_changed(NetworkDevice device)
    {
        using var learner = new Learner(device, recurrent: false, Options("adam"), seed: 1);
        using var recurrent = new Learner(device, recurrent: true, Options("adam"), seed: 1);
        learner.Learn(5, seed: 2);
        recurrent.Learn(5, seed: 2);

        // Optimiser, projection, kind of network.
        foreach (var other in new[] { Options("sgd"), Options("adam") with { ProjectionRadius = double.PositiveInfinity } })
        {
            using var stored = new Learner(device, recurrent: false, other, seed: 1);
            learner.AssertRefuses(stored.Stored());
        }

        learner.AssertRefuses(recurrent.Stored());
        recurrent.AssertRefuses(learner.Stored());

        // Architectures that differ in one thing each.
        MlpArchitecture[] others =
        [
            new(4, [5], 2, Activation.Silu, layerNorm: true), new(3, [6], 2, Activation.Silu, layerNorm: true),
            new(3, [5], 1, Activation.Silu, layerNorm: true), new(3, [5, 5], 2, Activation.Silu, layerNorm: true),
            new(3, [5], 2, Activation.Tanh, layerNorm: true), new(3, [5], 2, Activation.Silu),
            new(3, [5], 2, Activation.Silu, layerNorm: true, Head.Sigmoid),
        ];
        foreach (var architecture in others)
        {
            using var network = BothBackends.Mlp(device, architecture);
            using var trainer = new NetworkTrainer(network, new SquaredLoss(), Options("adam"));
            var message = learner.AssertRefuses(TrainerCases.Stored(network, trainer.Updater));
            Assert.Contains(architecture.Signature, message, StringComparison.Ordinal);
            Assert.Contains(Mlp.Signature, message, StringComparison.Ordinal);
        }

        // Another number of carried states.
        using var wide = BothBackends.Recurrent(device, Gru, maxBatch: 2);
        using var wideTrainer = new NetworkTrainer(wide, new SquaredLoss(), Options("adam"));
        recurrent.AssertRefuses(TrainerCases.Stored(wide, wideTrainer.Updater));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Given_state_that_is_cut_off_anywhere_When_it_is_loaded_Then_it_is_refused_and_nothing_has_changed(
        NetworkDevice device, bool recurrent)
    {
        using var learner = new Learner(device, recurrent, Options("adam"), seed: 1);
        learner.Learn(3, seed: 2);
        var state = learner.Stored();
        learner.Learn(3, seed: 3);
        for (var length = 0; length < state.Length; length += 1 + (length / 40))
        {
            learner.AssertRefuses(state[..length]);
        }

        learner.AssertRefuses(state[..^1]);
        learner.AssertRefuses(StoredState.OfNextVersion(state));
        learner.AssertRefuses(StoredState.OfNextVersion(state, "parameter-updater"));
        learner.AssertRefuses(StoredState.OfNextVersion(state, "optimizer"));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Given_state_with_any_byte_changed_When_it_is_loaded_Then_it_is_taken_over_or_refused_as_damaged_and_nothing_has_changed(
        NetworkDevice device, bool recurrent)
    {
        using var learner = new Learner(device, recurrent, Options("adam"), seed: 1);
        learner.Learn(3, seed: 2);
        var state = learner.Stored();
        var random = new Xoshiro256(9);
        for (var at = 0; at < state.Length; at += at < 80 ? 1 : 1 + RandomCases.Below(random, 12))
        {
            foreach (var mask in new[] { 1, 0x80, 0xFF, 1 + RandomCases.Below(random, 255) })
            {
                var damaged = state.ToArray();
                damaged[at] ^= (byte)mask;
                var before = learner.Stored();
                try
                {
                    learner.Load(damaged);
                }
                catch (StateFormatException)
                {
                    Assert.Equal(before, learner.Stored());
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Given_numbers_that_are_not_finite_When_they_are_loaded_Then_they_are_refused(NetworkDevice device, bool recurrent)
    {
        using var learner = new Learner(device, recurrent, Options("adam"), seed: 1);
        using var stored = new Learner(device, recurrent, Options("adam"), seed: 1);
        AssertRefusesNaN(stored.Network.ParameterCopy());
        if (stored.Network is IRecurrentNetwork withState)
        {
            withState.SetState([.. withState.StateCopy().Select((_, i) => 0.25f + i)]);
            AssertRefusesNaN(withState.StateCopy());
        }

        void AssertRefusesNaN(float[] numbers)
        {
            var bytes = stored.Stored();
            var at = bytes.AsSpan().IndexOf(MemoryMarshal.AsBytes(numbers.AsSpan()));
            Assert.True(at > 0);
            BitConverter.TryWriteBytes(bytes.AsSpan(at + ((numbers.Length - 1) * sizeof(float))), float.NaN);
            Assert.Contains("not finite", learner.AssertRefuses(bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Given_bytes_that_are_no_state_When_the_device_is_looked_for_Then_they_are_refused()
    {
        foreach (var bytes in new byte[][] { [], [0xC0], [0x97], [0x97, 0xA7], [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0x92, 0x01, 0x02] })
        {
            Assert.Throws<StateFormatException>(() => NetworkState.PeekDevice(new MessagePackReader(bytes), Mlp));
        }
    }

    private static UpdateOptions Options(string optimizer) => new()
    {
        Optimizer = optimizer == "adahessian"
            ? new AdaHessianOptions { LearningRate = 0.05, ProbeEvery = 3 }
            : TrainerCases.Optimizers[optimizer],
        MaxGradientNorm = 2,
        ProjectionRadius = 0.8,
    };

    /// <summary>A network with its trainer.</summary>
    private sealed class Learner : IDisposable
    {
        internal Learner(NetworkDevice device, bool recurrent, UpdateOptions options, ulong seed)
        {
            Network = recurrent ? BothBackends.Recurrent(device, Gru, seed: seed) : BothBackends.Mlp(device, Mlp, seed: seed);
            Trainer = new NetworkTrainer(Network, new SquaredLoss(), options);
        }

        internal INetwork Network { get; }

        internal NetworkTrainer Trainer { get; }

        public void Dispose()
        {
            Trainer.Dispose();
            Network.Dispose();
        }

        internal void Learn(int steps, ulong seed)
        {
            var random = new Xoshiro256(seed);
            for (var step = 0; step < steps; step++)
            {
                var (length, batch) = (1 + RandomCases.Below(random, 6), 1 + RandomCases.Below(random, 3));
                if (Network is IRecurrentNetwork recurrent)
                {
                    recurrent.Forward(RandomCases.Normal(random, length * batch * 3), [], length, batch);
                    recurrent.CarryState();
                }
                else
                {
                    ((IFeedForwardNetwork)Network).Forward(RandomCases.Normal(random, length * 3), length);
                }

                Assert.True(Trainer.Learn(RandomCases.Normal(random, Network.Rows * 2), []).Applied);
            }
        }

        internal byte[] Stored() => TrainerCases.Stored(Network, Trainer.Updater);

        internal void Load(byte[] state)
        {
            var reader = new MessagePackReader(state);
            NetworkState.Load(ref reader, Network, Trainer.Updater);
        }

        internal string AssertRefuses(byte[] state)
        {
            var before = Stored();
            var refusal = Assert.Throws<StateFormatException>(() => Load(state));
            Assert.Equal(before, Stored());
            return refusal.Message;
        }
    }
}
