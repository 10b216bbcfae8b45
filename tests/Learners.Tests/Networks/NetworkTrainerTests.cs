using FsCheck.Xunit;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class NetworkTrainerTests
{
    private static readonly UpdateOptions Sgd = new() { Optimizer = new SgdOptions { LearningRate = 0.5 } };

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_a_linear_model_When_it_learns_from_two_rows_Then_the_step_is_the_one_computed_by_hand(NetworkDevice device)
    {
        using var network = BothBackends.Mlp(device, new MlpArchitecture(2, [], 1));
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), Sgd);
        network.SetParameters([1, -1, 0.5f]);
        network.Forward([1, 2, 3, -1], 2);

        // Predictions -0.5 and 4.5, errors -1.5 and 2.5.
        AssertBits.Equal("losses", [1.125f, 3.125f], trainer.Evaluate([1, 2]));
        var outcome = trainer.Learn();
        Assert.Equal(StepRefusal.None, outcome.Refusal);
        float[] gradient = [((-1.5f * 1) + (2.5f * 3)) / 2, ((-1.5f * 2) + (2.5f * -1)) / 2, (-1.5f + 2.5f) / 2];
        Near.Assert("gradient", gradient, network.GradientCopy(), 1e-7);
        Assert.Equal(Math.Sqrt(gradient.Sum(g => (double)g * g)), outcome.GradientNorm, 1e-6);
        Near.Assert("parameters", [1 - 1.5, -1 + 1.375, 0.5 - 0.25], network.ParameterCopy(), 1e-7);
        AssertBits.Equal("losses before the step", [], trainer.Losses);

        // With weights 3 and 0.5: (1/2) Σ weight · loss.
        network.SetParameters([1, -1, 0.5f]);
        network.Forward([1, 2, 3, -1], 2);
        trainer.Learn([1, 2], [3, 0.5f]);
        Near.Assert(
            "parameters",
            [
                1 - (0.25 * ((3 * -1.5) + (0.5 * 7.5))), -1 - (0.25 * ((3 * -3) + (0.5 * -2.5))), 0.5 - (0.25 * ((3 * -1.5) + (0.5 * 2.5))),
            ],
            network.ParameterCopy(), 1e-7);
    }

    [Property(MaxTest = 40)]
    public void Given_weights_When_a_network_learns_Then_its_gradient_is_the_weighted_mean_of_those_of_its_rows(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Mlp(random, Activation.Tanh);
        var batch = RandomCases.Batch(random);
        var (inputs, outputs) = (architecture.Inputs, architecture.Outputs);
        var rows = RandomCases.Normal(random, batch * inputs);
        var targets = RandomCases.Normal(random, batch * outputs);
        float[] weights = [.. Enumerable.Range(0, batch).Select(_ => (float)(RandomCases.Below(random, 3) * random.NextDouble()))];
        foreach (var device in new[] { NetworkDevice.Cpu, NetworkDevice.TorchCpu })
        {
            using var network = BothBackends.Mlp(device, architecture, batch, seed);
            using var trainer = new NetworkTrainer(network, new SquaredLoss(), Sgd);
            var expected = new double[architecture.Layout.Count];
            for (var row = 0; row < batch; row++)
            {
                network.Forward(rows.AsSpan(row * inputs, inputs), 1);
                network.BackwardOutputs([
                    .. network.Outputs.ToArray().Select((f, k) => weights[row] / batch * (f - targets[(row * outputs) + k]) / outputs)]);
                foreach (var (value, i) in network.GradientCopy().Select((value, i) => (value, i)))
                {
                    expected[i] += value;
                }
            }

            network.Forward(rows, batch);
            trainer.Learn(targets, weights);
            Near.Assert($"{architecture} x {batch} on {network.Device}", expected, network.GradientCopy());
        }
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_a_sample_of_weight_zero_When_its_target_is_not_finite_Then_it_takes_no_part(NetworkDevice device)
    {
        OptimizerOptions[] optimizers = device == NetworkDevice.Cpu
            ? [new AdamOptions()]
            : [new AdamOptions(), new AdaHessianOptions()];
        foreach (var optimizer in optimizers)
        {
            foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.MaxValue })
            {
                foreach (var loss in new Loss[] { new SquaredLoss(), new HuberLoss(), new PinballLoss(0.3) })
                {
                    float[] Learn(float target, float weight)
                    {
                        using var network = BothBackends.Mlp(device, new MlpArchitecture(2, [5], 1, Activation.Tanh));
                        using var trainer = new NetworkTrainer(network, loss, new UpdateOptions { Optimizer = optimizer });
                        network.Forward([1, 2, 3, 4, 5, 6], 3);
                        var outcome = trainer.Learn([1, target, -1], [1, weight, 2]);
                        Assert.True(outcome.Applied, $"{loss.Kind} with {optimizer.Kind} and a target of {target}: {outcome}");
                        return network.ParameterCopy();
                    }

                    AssertBits.Equal($"{loss.Kind} with {optimizer.Kind}", Learn(0, 0), Learn(bad, 0));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_targets_from_some_row_on_When_a_network_learns_Then_the_step_is_that_of_weights_of_zero_before(NetworkDevice device)
    {
        OptimizerOptions[] optimizers = device == NetworkDevice.Cpu ? [new AdamOptions()] : [new AdamOptions(), new AdaHessianOptions()];
        foreach (var optimizer in optimizers)
        {
            float[] Learn(float[] targets, float[] weights, int from)
            {
                using var network = BothBackends.Mlp(device, new MlpArchitecture(2, [5], 1, Activation.Tanh));
                using var trainer = new NetworkTrainer(network, new HuberLoss(), new UpdateOptions { Optimizer = optimizer });

                // What an earlier step leaves behind is not to be in the next one.
                network.Forward([6, 5, 4, 3, 2, 1], 3);
                trainer.Learn([9, 9, 9], [1, 1, 1]);
                network.Forward([1, 2, 3, 4, 5, 6], 3);
                Assert.Equal(targets.Length, trainer.Evaluate(targets, from).Length);
                Assert.Equal(targets.Length, trainer.Losses.Length);
                Assert.ThrowsAny<ArgumentException>(() => trainer.Learn(new float[targets.Length + 1]));
                Assert.True(trainer.Learn(weights).Applied);
                Assert.Equal(0, trainer.Losses.Length);
                return network.ParameterCopy();
            }

            AssertBits.Equal(optimizer.Kind, Learn([0, 1, -1], [0, 1, 2], 0), Learn([1, -1], [1, 2], 1));
            AssertBits.Equal(optimizer.Kind, Learn([0, 0, -1], [0, 0, 1], 0), Learn([-1], [], 2));
        }

        using var other = BothBackends.Mlp(device, new MlpArchitecture(2, [5], 1));
        using var refusing = new NetworkTrainer(other, new SquaredLoss(), Sgd);
        other.Forward([1, 2], 1);
        Assert.ThrowsAny<ArgumentException>(() => { refusing.Evaluate([], 1); });
        Assert.ThrowsAny<ArgumentException>(() => { refusing.Evaluate([1, 2], -1); });
    }

    /// <summary>What can be wrong with a step, and why it is refused then.</summary>
    private static readonly Dictionary<string, (Activation Activation, Action<Step> Spoil, StepRefusal Reason)> Wrongs = new()
    {
        ["target NaN"] = (Activation.Relu, step => step.Targets[1] = float.NaN, StepRefusal.NonFiniteLoss),
        ["target infinite"] = (Activation.Relu, step => step.Targets[0] = float.NegativeInfinity, StepRefusal.NonFiniteLoss),
        ["target too large"] = (Activation.Relu, step => step.Targets[0] = float.MaxValue, StepRefusal.NonFiniteLoss),
        ["gradient too long"] = (Activation.Relu, step => step.Targets.AsSpan().Fill(2.4e19f), StepRefusal.NonFiniteGradient),
        ["input NaN"] = (Activation.Relu, step => step.Inputs[3] = float.NaN, StepRefusal.NonFiniteLoss),
        ["input infinite"] = (Activation.Identity, step => step.Inputs[0] = float.PositiveInfinity, StepRefusal.NonFiniteLoss),
        ["input infinite, saturated"] = (Activation.Tanh, step => step.Inputs[0] = float.PositiveInfinity, StepRefusal.NonFiniteGradient),
        ["weight NaN"] = (Activation.Relu, step => step.Weights[0] = float.NaN, StepRefusal.NonFiniteLoss),
        ["weight infinite"] = (Activation.Relu, step => step.Weights[1] = float.PositiveInfinity, StepRefusal.NonFiniteLoss),
    };

    public static TheoryData<NetworkDevice, string, string> Refusals()
    {
        var rows = new TheoryData<NetworkDevice, string, string>();
        foreach (var wrong in Wrongs.Keys)
        {
            foreach (var optimizer in TrainerCases.Optimizers.Keys)
            {
                rows.Add(NetworkDevice.Cpu, optimizer, wrong);
                rows.Add(NetworkDevice.TorchCpu, optimizer, wrong);
            }

            rows.Add(NetworkDevice.TorchCpu, "adahessian", wrong);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Given_something_not_finite_When_a_network_learns_Then_it_says_why_not_and_the_next_step_is_as_if_nothing_had_been(
        NetworkDevice device, string optimizer, string wrong)
    {
        var (activation, spoil, reason) = Wrongs[wrong];
        var options = new UpdateOptions
        {
            Optimizer = optimizer == "adahessian" ? new AdaHessianOptions { ProbeEvery = 2 } : TrainerCases.Optimizers[optimizer],
            MaxGradientNorm = 5,
            ProjectionRadius = 3,
        };
        var architecture = new MlpArchitecture(2, [4], 1, activation);
        using var network = BothBackends.Mlp(device, architecture);
        using var undisturbed = BothBackends.Mlp(device, architecture);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), options);
        using var undisturbedTrainer = new NetworkTrainer(undisturbed, new SquaredLoss(), options);
        for (var step = 0; step < 5; step++)
        {
            var parameters = network.ParameterCopy();
            var bad = new Step(parameters.ToArray());
            spoil(bad);
            network.SetParameters(bad.Parameters);
            var before = TrainerCases.Stored(network, trainer.Updater);
            network.Forward(bad.Inputs, 2);
            var outcome = trainer.Learn(bad.Targets, bad.Weights);
            Assert.Equal(reason, outcome.Refusal);
            Assert.False(outcome.Applied);
            Assert.False(double.IsFinite(outcome.GradientNorm));
            Assert.Equal(before, TrainerCases.Stored(network, trainer.Updater));
            Assert.Equal(step, trainer.Updater.Steps);

            network.SetParameters(parameters);
            foreach (var (each, eachTrainer) in new[] { (network, trainer), (undisturbed, undisturbedTrainer) })
            {
                var good = new Step(parameters);
                each.Forward(good.Inputs, 2);
                Assert.True(eachTrainer.Learn(good.Targets, good.Weights).Applied);
            }

            AssertBits.Equal($"after step {step}", undisturbed.ParameterCopy(), network.ParameterCopy());
            Assert.Equal(TrainerCases.Stored(undisturbed, undisturbedTrainer.Updater), TrainerCases.Stored(network, trainer.Updater));
        }
    }

    [Fact]
    public void Given_a_loss_with_a_head_of_its_own_within_it_When_the_network_has_another_head_Then_the_trainer_is_refused()
    {
        Loss[] labels =
        [
            new CrossEntropyLoss(), new CompSumLoss(), new LabelDistributionallyRobustLoss(), new AdaptiveLabelDistributionallyRobustLoss(),
        ];
        foreach (var device in new[] { NetworkDevice.Cpu, NetworkDevice.TorchCpu })
        {
            foreach (var (loss, head) in labels.Select(loss => (loss, Head.Sigmoid)).Append((new LogisticLoss(), Head.Softmax)))
            {
                using var network = BothBackends.Mlp(device, new MlpArchitecture(2, [], 3, head: head));
                var refusal = Assert.ThrowsAny<ArgumentException>(() => new NetworkTrainer(network, loss, Sgd));
                Assert.Contains(loss.Kind, refusal.Message, StringComparison.Ordinal);
                Assert.Contains(head.ToString(), refusal.Message, StringComparison.Ordinal);
            }

            using var narrow = BothBackends.Mlp(device, new MlpArchitecture(2, [], 1));
            Assert.ThrowsAny<ArgumentException>(() => new NetworkTrainer(narrow, new CrossEntropyLoss(), Sgd));
            using var odd = BothBackends.Mlp(device, new MlpArchitecture(2, [], 4));
            Assert.ThrowsAny<ArgumentException>(() => new NetworkTrainer(odd, new PinballLoss(0.1, 0.5, 0.9), Sgd));
        }
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_calls_out_of_order_or_of_wrong_lengths_When_a_network_learns_Then_they_are_refused(NetworkDevice device)
    {
        using var network = BothBackends.Mlp(device, new MlpArchitecture(2, [3], 3));
        using var trainer = new NetworkTrainer(network, new CrossEntropyLoss(), Sgd);
        var before = network.ParameterCopy();
        Assert.Throws<InvalidOperationException>(() => { trainer.Evaluate([]); });
        Assert.Throws<InvalidOperationException>(() => trainer.Learn());

        network.Forward([1, 2, 3, 4], 2);
        var refusal = Assert.ThrowsAny<ArgumentException>(() => { trainer.Evaluate([1, 2, 0]); });
        Assert.Contains("targets has 3 numbers; expected [2, 1] = 2", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => trainer.Learn());

        trainer.Evaluate([1, 2]);
        refusal = Assert.ThrowsAny<ArgumentException>(() => trainer.Learn([1, 2, 3]));
        Assert.Contains("weights has 3 numbers; expected [2]", refusal.Message, StringComparison.Ordinal);
        AssertBits.Equal("parameters", before, network.ParameterCopy());
        Assert.True(trainer.Learn([1, 2]).Applied);
        Assert.Throws<InvalidOperationException>(() => trainer.Learn([1, 2]));

        // Losses without a way back.
        network.Predict([1, 2, 3, 4], 2, new float[6]);
        trainer.Evaluate([1, 2]);
        var learned = network.ParameterCopy();
        Assert.Throws<InvalidOperationException>(() => trainer.Learn());
        AssertBits.Equal("parameters", learned, network.ParameterCopy());
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_a_target_that_the_loss_refuses_When_it_was_evaluated_Then_there_is_nothing_to_learn_from(NetworkDevice device)
    {
        using var network = BothBackends.Mlp(device, new MlpArchitecture(2, [3], 3));
        using var trainer = new NetworkTrainer(network, new CrossEntropyLoss(), Sgd);
        network.Forward([1, 2, 3, 4], 2);
        trainer.Evaluate([1, 2]);
        Assert.Throws<ArgumentException>(() => { trainer.Evaluate([1, 3]); });
        Assert.True(trainer.Losses.IsEmpty);
        Assert.Throws<InvalidOperationException>(() => trainer.Learn());
        Assert.True(trainer.Learn([0, 1], []).Applied);
    }

    [Fact]
    public void Given_a_batch_that_grows_and_shrinks_When_a_network_learns_Then_each_step_is_that_of_a_new_trainer()
    {
        var random = new Xoshiro256(3);
        var architecture = new MlpArchitecture(3, [4], 2, Activation.Tanh);
        using var network = new CpuMlp(architecture, 9, 1);
        using var trainer = new NetworkTrainer(network, new HuberLoss(), Sgd);
        foreach (var batch in new[] { 1, 5, 2, 9, 1, 9, 3 })
        {
            using var other = new CpuMlp(architecture, batch, 1);
            other.SetParameters(network.Parameters);
            using var otherTrainer = new NetworkTrainer(other, new HuberLoss(), Sgd);
            var (inputs, targets) = (RandomCases.Normal(random, batch * 3), RandomCases.Normal(random, batch * 2));
            network.Forward(inputs, batch);
            other.Forward(inputs, batch);
            trainer.Learn(targets, []);
            otherTrainer.Learn(targets, []);
            AssertBits.Equal($"batch {batch}", other.Parameters, network.Parameters);
        }
    }

    private sealed record Step(float[] Parameters)
    {
        internal float[] Inputs { get; } = [1, -2, 0.5f, 1.5f];

        internal float[] Targets { get; } = [2, -3];

        internal float[] Weights { get; } = [1, 2];
    }
}
