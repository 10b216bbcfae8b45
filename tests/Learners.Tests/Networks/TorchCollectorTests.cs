using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Tests.Losses;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>
/// That nothing native is freed while Torch is using it. A number that TorchSharp turns into a Scalar by itself, as in x + y (whose factor
/// is one), is the collector's at once: mid-call it could become another number, or an error.
/// </summary>
[Collection(nameof(TorchLiveTensorTests))]
public sealed class TorchCollectorTests
{
    private const int Steps = 150;

    public static TheoryData<string> Optimizers() => [.. TrainerCases.Optimizers.Keys, "adahessian"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Given_a_collector_that_never_rests_When_a_recurrent_network_learns_Then_its_bits_are_as_ever(string optimizer)
    {
        var options = new UpdateOptions
        {
            Optimizer = optimizer == "adahessian" ? new AdaHessianOptions() : TrainerCases.Optimizers[optimizer],
            MaxGradientNorm = 0.5,
            ProjectionRadius = 0.5,
        };
        AssertUndisturbed(() =>
        {
            using var network = new TorchRecurrentNetwork(new GruArchitecture(2, 3, 1), 3, 1, 1);
            using var trainer = new NetworkTrainer(network, new SquaredLoss(), options);
            var random = new Xoshiro256(1);
            for (var step = 0; step < Steps; step++)
            {
                network.Forward(RandomCases.Normal(random, 6), [], 3, 1);
                Assert.True(trainer.Learn(RandomCases.Normal(random, 3), []).Applied);
            }

            return network.ParameterCopy();
        });
    }

    [Fact]
    public void Given_a_collector_that_never_rests_When_any_loss_is_gone_back_through_twice_Then_bits_are_as_ever() =>
        AssertUndisturbed(() => [.. LossRows.List.SelectMany(row =>
        {
            using var network = new TorchMlp(new MlpArchitecture(2, [3], row.Outputs, Activation.Silu, layerNorm: true), 2, 1);
            using var trainer = new NetworkTrainer(network, row.Loss, new UpdateOptions { Optimizer = new AdaHessianOptions() });
            var (_, targets) = row.Samples(2, seed: 3);
            var random = new Xoshiro256(1);
            for (var step = 0; step < Steps / 15; step++)
            {
                network.Forward(RandomCases.Normal(random, 4), 2);
                Assert.True(trainer.Learn(targets, []).Applied);
            }

            return network.ParameterCopy();
        })]);

    [Fact]
    public void Given_a_collector_that_never_rests_When_liquid_networks_learn_Then_their_bits_are_as_ever() => AssertUndisturbed(() =>
    [
        .. new RecurrentArchitecture[]
        {
            new LtcArchitecture(NcpWiring.AutoNcp(2, 6, 1), 1, unfolds: 3), new CfcArchitecture(2, 3, 1, backbone: [4]),
            new CfcArchitecture(2, 3, 1, CfcMode.NoGate), new CfcArchitecture(NcpWiring.AutoNcp(2, 6, 1), 1, CfcMode.Pure),
        }.SelectMany(architecture =>
        {
            using var network = new TorchRecurrentNetwork(architecture, 3, 1, 1);
            using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new AdamOptions() });
            var random = new Xoshiro256(1);
            for (var step = 0; step < Steps / 3; step++)
            {
                network.Forward(RandomCases.Normal(random, 6), [1, 0, 2], 3, 1);
                Assert.True(trainer.Learn(RandomCases.Normal(random, 3), []).Applied);
            }

            return network.ParameterCopy();
        }),
    ]);

    private static void AssertUndisturbed(Func<float[]> learn)
    {
        var expected = learn();
        using var done = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            AssertBits.Equal("while the collector runs", expected, learn());
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }
    }
}
