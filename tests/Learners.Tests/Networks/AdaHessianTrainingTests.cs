using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class AdaHessianTrainingTests
{
    private static readonly MlpArchitecture Architecture = new(2, [4], 1, Activation.Tanh);
    private static readonly float[] Inputs = [0.5f, -1, 1.5f, 0.3f, -0.7f, 0.2f];
    private static readonly float[] Targets = [1, -1, 0.5f];
    private static readonly float[] Weights = [1, 2, 0.5f];

    [Fact]
    public void Given_a_tanh_network_When_it_takes_steps_Then_each_is_divided_by_the_curvature_along_the_probe()
    {
        const double Rate = 0.05, Epsilon = 0.1;
        var options = new AdaHessianOptions { LearningRate = Rate, Beta1 = 0, Beta2 = 0, Epsilon = Epsilon, Seed = 5 };
        var oracle = new DoubleNetwork(Architecture, new SquaredLoss());
        var signs = new Xoshiro256(5);
        using var network = new TorchMlp(Architecture, 3, 1);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = options });
        for (var step = 0; step < 5; step++)
        {
            var parameters = network.ParametersAsDoubles();
            double[] probe = [.. parameters.Select(_ => (double)signs.NextSign())];
            var gradient = oracle.Gradient(parameters, Inputs, Targets, Weights);
            var curvature = oracle.HessianTimes(probe, parameters, Inputs, Targets, Weights);
            network.Forward(Inputs, 3);
            Assert.True(trainer.Learn(Targets, Weights).Applied);
            Near.Assert(
                $"step {step}", parameters.Select((value, i) => value - (Rate * gradient[i] / (Math.Abs(curvature[i]) + Epsilon))),
                network.ParameterCopy(), 2e-6);
        }
    }

    [Fact]
    public void Given_a_probe_in_every_second_step_When_it_takes_steps_Then_those_between_have_the_last_curvature()
    {
        const double Rate = 0.05, Epsilon = 0.1;
        var options = new AdaHessianOptions { LearningRate = Rate, Beta1 = 0, Beta2 = 0, Epsilon = Epsilon, Seed = 6, ProbeEvery = 2 };
        var oracle = new DoubleNetwork(Architecture, new SquaredLoss());
        var signs = new Xoshiro256(6);
        double[] curvature = [];
        using var network = new TorchMlp(Architecture, 3, 1);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = options });
        for (var step = 0; step < 5; step++)
        {
            var parameters = network.ParametersAsDoubles();
            if (step % 2 == 0)
            {
                curvature = oracle.HessianTimes(
                    [.. parameters.Select(_ => (double)signs.NextSign())], parameters, Inputs, Targets, [1, 1, 1]);
            }

            var gradient = oracle.Gradient(parameters, Inputs, Targets, [1, 1, 1]);
            network.Forward(Inputs, 3);
            Assert.True(trainer.Learn(Targets, []).Applied);
            Near.Assert(
                $"step {step}", parameters.Select((value, i) => value - (Rate * gradient[i] / (Math.Abs(curvature[i]) + Epsilon))),
                network.ParameterCopy(), 2e-6);
        }
    }

    [Fact]
    public void Given_a_forward_pass_that_is_used_up_When_curvature_is_needed_Then_the_refusal_draws_no_probe()
    {
        using var network = new TorchMlp(Architecture, 3, 1);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new AdaHessianOptions() });
        var before = TrainerCases.Stored(network, trainer.Updater);
        network.Predict(Inputs, 3, new float[3]);
        trainer.Evaluate(Targets);
        Assert.Throws<InvalidOperationException>(() => trainer.Learn());
        Assert.Equal(before, TrainerCases.Stored(network, trainer.Updater));
    }

    [Fact]
    public void Given_the_fused_kernels_When_curvature_is_asked_for_Then_the_message_says_where_there_is_such()
    {
        using var mlp = new CpuMlp(Architecture, 1, 1);
        using var gru = new CpuRecurrentNetwork(new GruArchitecture(1, 2, 1), 1, 1, 1);
        foreach (var network in new INetwork[] { mlp, gru })
        {
            var options = new UpdateOptions { Optimizer = new AdaHessianOptions() };
            Assert.Contains(
                "Torch", Assert.Throws<NotSupportedException>(() => network.CreateUpdater(options)).Message, StringComparison.Ordinal);
            Assert.Throws<NotSupportedException>(() => new NetworkTrainer(network, new SquaredLoss(), options));
        }
    }

    [Fact]
    public void Given_a_recurrent_network_When_it_learns_with_curvature_Then_its_loss_falls()
    {
        using var network = new TorchRecurrentNetwork(new GruArchitecture(1, 6, 1), 8, 1, 1);
        using var trainer = new NetworkTrainer(
            network, new SquaredLoss(), new UpdateOptions { Optimizer = new AdaHessianOptions { LearningRate = 0.05 } });
        float[] inputs = [1, 0, 0, -1, 0, 1, 1, 0], targets = [0, 1, 0, 0, -1, 0, 1, 1];
        var losses = new List<float>();
        for (var step = 0; step < 200; step++)
        {
            network.Forward(inputs, [], 8, 1);
            losses.Add(trainer.Evaluate(targets).ToArray().Average());
            Assert.True(trainer.Learn().Applied);
        }

        Assert.True(losses[^1] < 0.2 * losses[0], $"The loss went from {losses[0]} to {losses[^1]}.");
    }
}
