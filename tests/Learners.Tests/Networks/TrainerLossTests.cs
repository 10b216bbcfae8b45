using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Tests.Losses;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>Every loss through every head that it fits, on both backends: the gradient that a step goes down.</summary>
public sealed class TrainerLossTests
{
    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_any_loss_and_head_When_a_network_learns_Then_the_gradient_is_that_of_autograd_in_double_precision(string name)
    {
        const int Batch = 5;
        var row = LossRows.Named(name);
        foreach (var head in Enum.GetValues<Head>().Where(head => Fits(row, head)))
        {
            var random = new Xoshiro256(11);
            var architecture = new MlpArchitecture(3, [6], row.Outputs, Activation.Tanh, head: head);
            var inputs = RandomCases.Normal(random, Batch * 3);
            var (_, targets) = row.Samples(Batch, seed: 12);
            float[] weights = [1, 0.5f, 0, 2, 1];
            foreach (var device in new[] { NetworkDevice.Cpu, NetworkDevice.TorchCpu })
            {
                using var network = BothBackends.Mlp(device, architecture);
                using var trainer = new NetworkTrainer(network, row.Loss, new UpdateOptions { Optimizer = new SgdOptions() });
                var expected = new DoubleNetwork(architecture, row.Loss).Gradient(network.ParametersAsDoubles(), inputs, targets, weights);
                network.Forward(inputs, Batch);
                Assert.True(trainer.Learn(targets, weights).Applied);
                Near.Assert($"{name} through {head} on {device}", expected, network.GradientCopy());
            }
        }
    }

    [Theory]
    [MemberData(nameof(LossRows.All), MemberType = typeof(LossRows))]
    public void Given_any_loss_and_head_When_a_network_learns_with_curvature_Then_the_gradient_is_the_same(string name)
    {
        const int Batch = 3;
        var row = LossRows.Named(name);
        foreach (var head in Enum.GetValues<Head>().Where(head => Fits(row, head)))
        {
            foreach (int[] hidden in new int[][] { [], [6] })
            {
                var random = new Xoshiro256(13);
                var architecture = new MlpArchitecture(3, hidden, row.Outputs, Activation.Tanh, head: head);
                var inputs = RandomCases.Normal(random, Batch * 3);
                var (_, targets) = row.Samples(Batch, seed: 14);
                using var network = BothBackends.Mlp(NetworkDevice.TorchCpu, architecture);
                using var trainer = new NetworkTrainer(network, row.Loss, new UpdateOptions { Optimizer = new AdaHessianOptions() });
                var oracle = new DoubleNetwork(architecture, row.Loss);
                var expected = oracle.Gradient(network.ParametersAsDoubles(), inputs, targets, [1, 2, 3]);
                network.Forward(inputs, Batch);
                Assert.True(trainer.Learn(targets, [1, 2, 3]).Applied);
                Near.Assert($"{name} through {head}", expected, network.GradientCopy());
            }
        }
    }

    private static bool Fits(LossRow row, Head head) => row.Loss switch
    {
        LogisticLoss => head != Head.Softmax,
        LabelLoss => head != Head.Sigmoid,
        _ => head != Head.Softmax || row.Outputs > 1,
    };
}
