using System.Buffers;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Examples;
using StreamLearn.Learners.Tests.Forecasting;
using TorchSharp;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>Counts of all tensors of the process: no other test may run meanwhile.</summary>
[CollectionDefinition(nameof(TorchLiveTensorTests), DisableParallelization = true)]
public sealed class TorchLiveTensorGroup;

/// <summary>That nothing on Torch outlives a step.</summary>
[Collection(nameof(TorchLiveTensorTests))]
public sealed class TorchLiveTensorTests
{
    private const int Steps = 10_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Given_a_perceptron_When_it_has_taken_ten_thousand_steps_Then_there_are_as_many_tensors_as_before(bool layerNorm)
    {
        using var network = new TorchMlp(new MlpArchitecture(3, [4], 1, layerNorm: layerNorm), 2, 1);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new AdamOptions() });
        AssertStays(Steps, random =>
        {
            network.Forward(RandomCases.Normal(random, 6), 2);
            Assert.True(trainer.Learn(RandomCases.Normal(random, 2), []).Applied);
        });
    }

    [Fact]
    public void Given_a_recurrent_network_When_it_has_taken_ten_thousand_steps_Then_there_are_as_many_tensors_as_before()
    {
        using var network = new TorchRecurrentNetwork(new GruArchitecture(2, 3, 1), 2, 1, 1);
        using var trainer = new NetworkTrainer(network, new HuberLoss(), new UpdateOptions { Optimizer = new SgdOptions() });
        AssertStays(Steps, random =>
        {
            network.Forward(RandomCases.Normal(random, 4), [], 2, 1);
            Assert.True(trainer.Learn(RandomCases.Normal(random, 2), []).Applied);
            network.CarryState();
        });
    }

    [Fact]
    public void Given_liquid_networks_When_they_have_taken_many_steps_Then_there_are_as_many_tensors_as_before()
    {
        foreach (var architecture in new RecurrentArchitecture[]
        {
            new LtcArchitecture(NcpWiring.AutoNcp(2, 6, 1), 1, unfolds: 3), new CfcArchitecture(NcpWiring.AutoNcp(2, 6, 1), 1),
        })
        {
            using var network = new TorchRecurrentNetwork(architecture, 2, 1, 1);
            using var trainer = new NetworkTrainer(network, new HuberLoss(), new UpdateOptions { Optimizer = new SgdOptions() });
            AssertStays(500, random =>
            {
                network.Forward(RandomCases.Normal(random, 4), [], 2, 1);
                Assert.True(trainer.Learn(RandomCases.Normal(random, 2), []).Applied);
                network.CarryState();
            });
        }
    }

    [Fact]
    public void Given_a_transformer_When_it_has_taken_two_hundred_steps_Then_there_are_as_many_tensors_as_before()
    {
        using var network = new TorchGpt(new GptArchitecture(5, 4, 1, 1, 4), 1);
        using var updater = network.CreateUpdater(new UpdateOptions { Optimizer = new AdamWOptions(), MaxGradientNorm = 1 });
        AssertStays(200, random =>
        {
            var losses = new float[2];
            network.Forward([1, 2, 3, 4, 0, 1], [2, 3, 4, 0, 1, TorchGpt.NoTarget], 2, 3);
            network.CopyLosses(losses);
            network.BackwardLosses([0.5f, 0.5f]);
            Assert.True(updater.Apply().Applied);

            // Passes that nothing goes back through, and one that is only looked at.
            network.Forward([1, 2], [2, 3], 1, 2);
            network.Forward([1, 2], 1, 2);
            network.Forward([1, 2], [2, 3], 1, 2);
            network.Evaluate([1, 2], [2, 3], 1, 2, losses.AsSpan(0, 1));
            Assert.ThrowsAny<ArgumentException>(() => network.Forward([9], [1], 1, 1));
        });
    }

    public static TheoryData<string> Optimizers() => [.. TrainerCases.Optimizers.Keys, "adahessian"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Given_any_optimiser_with_bounds_When_steps_are_taken_refused_stored_and_loaded_Then_there_are_as_many_tensors_as_before(
        string optimizer)
    {
        using var network = new TorchMlp(new MlpArchitecture(3, [4], 2, Activation.Tanh, head: Head.Softmax), 2, 1);
        using var trainer = new NetworkTrainer(
            network, new CrossEntropyLoss(),
            new UpdateOptions
            {
                Optimizer = optimizer == "adahessian"
                    ? new AdaHessianOptions { ProbeEvery = 2, HessianPower = 0.5 }
                    : TrainerCases.Optimizers[optimizer],
                MaxGradientNorm = 0.1,
                ProjectionRadius = 0.5,
            });
        AssertStays(300, random =>
        {
            network.Forward(RandomCases.Normal(random, 6), 2);
            Assert.True(trainer.Learn([0, 1], [1, 2]).Applied);

            // A forward pass that nothing goes back through, refused losses, refused gradients.
            network.Forward(RandomCases.Normal(random, 3), 1);
            network.Forward([float.NaN, 1, 1, 1, 1, 1], 2);
            Assert.Equal(StepRefusal.NonFiniteLoss, trainer.Learn([0, 1], []).Refusal);
            network.Forward([float.PositiveInfinity, 1, 1], 1);
            Assert.Equal(StepRefusal.NonFiniteGradient, trainer.Learn([1], []).Refusal);
            TrainerCases.Load(TrainerCases.Stored(network, trainer.Updater), network, trainer.Updater);
            trainer.Updater.Reset();
        });
    }

    [Fact]
    public void Given_networks_When_everything_else_is_called_Then_there_are_as_many_tensors_as_before()
    {
        var architecture = new MlpArchitecture(3, [4], 2, Activation.Silu, layerNorm: true, Head.Sigmoid);
        using var mlp = new TorchMlp(architecture, 2, 1);
        using var gru = new TorchRecurrentNetwork(new GruArchitecture(2, 3, 2, Head.Softmax), 3, 2, 1);
        var vector = new float[architecture.Layout.Count];
        AssertStays(300, random =>
        {
            mlp.Predict(RandomCases.Normal(random, 15), 5, new float[10]);
            mlp.OutputGradient(RandomCases.Normal(random, 3), 1, vector);
            mlp.Forward(new BlockInputs([1, 2], [new(1, 2)], [1, 1]));
            mlp.BackwardOutputs(RandomCases.Normal(random, 4));
            mlp.CopyGradient(vector);
            mlp.SetGradient(vector);
            mlp.CopyParameters(vector);
            mlp.SetParameters(vector);
            Assert.ThrowsAny<ArgumentException>(() => mlp.Forward(new float[4], 1));
            Assert.Throws<InvalidOperationException>(() => mlp.Backward(new float[4]));
            mlp.Forward(new float[6], 2);
            Assert.ThrowsAny<ArgumentException>(() => mlp.Backward(new float[3]));

            gru.Predict(RandomCases.Normal(random, 12), [], 3, 2, new float[12], carry: true);
            gru.Forward(RandomCases.Normal(random, 4), [1, 2], 2, 1);
            gru.BackwardOutputs(RandomCases.Normal(random, 4));
        });
    }

    [Fact]
    public void Given_networks_that_come_and_go_When_they_are_disposed_of_Then_there_are_as_many_tensors_as_before() =>
        AssertStays(100, parametersCome: true, step: random =>
        {
            foreach (var optimizer in TrainerCases.Optimizers.Values.Append(new AdaHessianOptions()))
            {
                var mlp = new TorchMlp(new MlpArchitecture(2, [3], 1), 1, 1);
                var gru = new TorchRecurrentNetwork(new GruArchitecture(2, 3, 1), 1, 1, 1);
                foreach (var network in new INetwork[] { mlp, gru })
                {
                    var options = new UpdateOptions { Optimizer = optimizer, ProjectionRadius = 1 };
                    using var trainer = new NetworkTrainer(network, new SquaredLoss(), options);
                    mlp.Forward([1, 2], 1);
                    gru.Forward([1, 2], [], 1, 1);
                    trainer.Learn([1], []);
                    mlp.Forward([1, 2], 1);
                    gru.Forward([1, 2], [], 1, 1);
                    trainer.Dispose();
                }

                mlp.Dispose();
                mlp.Dispose();
                gru.Dispose();
                gru.Dispose();
            }
        });

    [Fact]
    public void Given_a_fleet_When_keys_leave_come_back_are_replaced_forgotten_and_make_room_Then_there_are_as_many_tensors_as_before()
    {
        var plan = TorchPlan();
        using var fleet = plan.CreateFleet(3);
        var step = 0;
        AssertStays(20, parametersCome: true, step: _ => Live(fleet, ref step));
    }

    [Fact]
    public void Given_fleets_that_come_and_go_When_they_are_disposed_of_Then_there_are_as_many_tensors_as_before()
    {
        var plan = TorchPlan();
        AssertStays(10, parametersCome: true, step: _ =>
        {
            var step = 0;
            var fleet = plan.CreateFleet(3);
            Live(fleet, ref step);
            fleet.Dispose();
            fleet.Dispose();
            Assert.Equal((0, 0, 0L), (fleet.Keys, fleet.PassiveKeys, fleet.ResidentBytes));
        });
    }

    [Fact]
    public void Given_a_dispose_scope_around_it_When_a_network_is_made_and_learns_there_Then_it_lives_on_after_the_scope()
    {
        TorchMlp network;
        NetworkTrainer trainer;
        using (torch.NewDisposeScope())
        {
            network = new TorchMlp(new MlpArchitecture(2, [3], 1), 1, 1);
            trainer = new NetworkTrainer(
                network, new SquaredLoss(), new UpdateOptions { Optimizer = new AdaHessianOptions(), ProjectionRadius = 1 });
            network.Forward([1, 2], 1);
        }

        Assert.True(trainer.Learn([1], []).Applied);
        network.Forward([1, 2], 1);
        network.Backward([1]);
        trainer.Dispose();
        network.Dispose();
    }

    private static ForecastPlan TorchPlan() => new(
        new ForecastTask { StepMilliseconds = 1000, Horizons = [1] },
        [Small("multilayer-perceptron", "hidden"), Small("gru", "units"), Small("hybrid", "units")],
        seed: 1, maxKeys: 10);

    private static LearnerChoice Small(string kind, string size) => SeriesRun.Learner(kind, (size, "3"), ("lags", "1"), ("device", "torch"));

    /// <summary>All that can become of the learners of a key.</summary>
    private static void Live(ILearnerFleet fleet, ref int step)
    {
        Process(fleet, new Feed(1).AddWaves(["a", "b", "c", "d"], step, step + 4, 1000).Batch());
        step += 4;
        var stored = fleet.TakeChanges().Where(key => fleet.Contains(key)).ToDictionary(Convert.ToHexString, key =>
        {
            var buffer = new ArrayBufferWriter<byte>();
            fleet.SaveKey(key, buffer);
            fleet.Saved(key, buffer.WrittenCount);
            return buffer.WrittenSpan.ToArray();
        });
        fleet.Passivate(long.MaxValue);
        Assert.Equal(3, fleet.PassiveKeys);
        var states = fleet.PassiveAmong(0, int.MaxValue).ToDictionary(key => key, key => stored[Convert.ToHexString(key)]);
        fleet.Report(passive: states);
        foreach (var (key, state) in states)
        {
            Assert.Throws<StateFormatException>(() => fleet.Wake(key, state.AsMemory()[..(state.Length - 1)]));
            fleet.Wake(key, state);
            fleet.LoadKey(key, state);
        }

        Process(fleet, new Feed(1).Forget("b").Batch());
    }

    private static void Process(ILearnerFleet fleet, ExampleBatch batch) =>
        fleet.Process(batch, 0, PredictionBatch.Allocate(batch.Count, fleet.PredictionWidth));

    /// <param name="steps">How often.</param>
    /// <param name="step">What is not to leave tensors behind.</param>
    /// <param name="parametersCome">
    /// Whether it makes networks: TorchSharp's total, though not that of the thread, counts a Parameter twice and takes it off once.
    /// </param>
    private static void AssertStays(int steps, Action<Xoshiro256> step, bool parametersCome = false)
    {
        var random = new Xoshiro256(1);
        for (var i = 0; i < 3; i++)
        {
            step(random);
        }

        // What earlier tests have left to the collector is gone first.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var (before, beforeHere) = Live();
        for (var i = 0; i < steps; i++)
        {
            step(random);
        }

        var (after, afterHere) = Live();
        Assert.True(parametersCome || before == after, $"There were {before} tensors and are {after}.");
        Assert.Equal(beforeHere, afterHere);
    }

    private static (long All, long OnThisThread) Live() =>
        (torch.Tensor.TotalCount, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
}
