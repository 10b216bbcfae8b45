using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>That learning learns.</summary>
public sealed class LearningTests
{
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

    [Theory]
    [MemberData(nameof(Rows))]
    public void Given_a_smooth_function_When_a_network_is_fitted_to_its_stream_Then_its_loss_falls(NetworkDevice device, string optimizer)
    {
        using var network = BothBackends.Mlp(device, new MlpArchitecture(2, [16], 1, Activation.Tanh), maxBatch: 16);
        var (first, last) = Fit(network, new SquaredLoss(), optimizer, (x, y) => MathF.Sin(2 * x) + (0.5f * y));
        Assert.True(last < 0.35 * first, $"The loss went from {first} to {last}.");
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Given_classes_in_the_plane_When_a_network_is_fitted_to_their_stream_Then_its_loss_falls(
        NetworkDevice device, string optimizer)
    {
        using var network = BothBackends.Mlp(device, new MlpArchitecture(2, [16], 3, Activation.Silu, head: Head.Softmax), maxBatch: 16);
        var (first, last) = Fit(network, new CrossEntropyLoss(), optimizer, (x, y) => x > 0.5f ? 2 : y > x ? 1 : 0);
        Assert.True(last < 0.6 * first, $"The loss went from {first} to {last}.");
    }

    private static (double First, double Last) Fit(
        IFeedForwardNetwork network, Loss loss, string optimizer, Func<float, float, float> target)
    {
        const int Batch = 16, Steps = 400, Ends = 20;
        var options = optimizer == "adahessian" ? new AdaHessianOptions { LearningRate = 0.05 } : TrainerCases.Optimizers[optimizer];
        using var trainer = new NetworkTrainer(network, loss, new UpdateOptions { Optimizer = options, MaxGradientNorm = 10 });
        var random = new Xoshiro256(21);
        var losses = new List<double>();
        for (var step = 0; step < Steps; step++)
        {
            var inputs = RandomCases.Normal(random, Batch * 2);
            network.Forward(inputs, Batch);
            losses.Add(trainer.Evaluate([.. inputs.Chunk(2).Select(x => target(x[0], x[1]))]).ToArray().Average());
            Assert.True(trainer.Learn().Applied);
        }

        return (losses[..Ends].Average(), losses[^Ends..].Average());
    }
}
