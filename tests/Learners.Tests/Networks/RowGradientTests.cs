using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>The gradient of a single sample is kept as factors until somebody looks: nobody may notice.</summary>
public sealed class RowGradientTests
{
    [Property(MaxTest = 100)]
    public void Given_plain_gradient_descent_When_the_gradient_is_looked_at_before_a_step_or_not_Then_the_parameters_have_the_same_bits(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Mlp(random);
        var inputs = RandomCases.Normal(random, architecture.Inputs);
        var direction = RandomCases.Normal(random, architecture.Outputs);
        var options = new UpdateOptions { Optimizer = new SgdOptions { LearningRate = 0.1 } };
        using var unseen = new CpuMlp(architecture, 2, seed);
        using var seen = new CpuMlp(architecture, 2, seed);
        using var unseenUpdater = unseen.CreateUpdater(options);
        using var seenUpdater = seen.CreateUpdater(options);
        for (var step = 0; step < 3; step++)
        {
            unseen.Forward(inputs, 1);
            unseen.Backward(direction);
            seen.Forward(inputs, 1);
            seen.Backward(direction);
            var norm = Math.Sqrt(seen.GradientCopy().Sum(value => (double)value * value));

            var outcome = unseenUpdater.Apply();

            Assert.True(seenUpdater.Apply().Applied);
            Assert.Equal(norm, outcome.GradientNorm, 1e-5 * (1 + norm));
            Assert.Equal(step + 1, unseenUpdater.Steps);
            Assert.Equal(seen.ParameterCopy(), unseen.ParameterCopy());
        }
    }

    /// <summary>Clipping and projection follow the norm, which is rounded otherwise when it is that of factors.</summary>
    [Property(MaxTest = 50)]
    public void Given_clipping_and_projection_When_the_gradient_is_looked_at_before_a_step_or_not_Then_the_parameters_are_the_same_but_for_rounding(
        ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Mlp(random);
        var inputs = RandomCases.Normal(random, architecture.Inputs);
        var direction = RandomCases.Normal(random, architecture.Outputs);
        var options = new UpdateOptions { Optimizer = new SgdOptions { LearningRate = 0.1 }, MaxGradientNorm = 0.5, ProjectionRadius = 0.08 };
        using var unseen = new CpuMlp(architecture, 1, seed);
        using var seen = new CpuMlp(architecture, 1, seed);
        using var unseenUpdater = unseen.CreateUpdater(options);
        using var seenUpdater = seen.CreateUpdater(options);
        for (var step = 0; step < 3; step++)
        {
            unseen.Forward(inputs, 1);
            unseen.Backward(direction);
            seen.Forward(inputs, 1);
            seen.Backward(direction);
            seen.GradientCopy();

            unseenUpdater.Apply();
            seenUpdater.Apply();

            Near.Assert($"{architecture}, step {step}", seen.Parameters, unseen.Parameters, 2e-6);
        }
    }

    [Fact]
    public void Given_a_gradient_that_was_not_applied_When_there_are_predictions_before_the_step_Then_the_step_is_the_same()
    {
        using var plain = Trained(out var plainUpdater);
        using var disturbed = Trained(out var disturbedUpdater);

        disturbed.Predict([9, 9, 9, 8, 8, 8], 2, new float[4]);
        plainUpdater.Apply();
        disturbedUpdater.Apply();

        Assert.Equal(plain.ParameterCopy(), disturbed.ParameterCopy());
    }

    [Fact]
    public void Given_a_gradient_that_was_applied_When_it_is_read_Then_it_is_there_until_the_next_forward_pass_and_then_refused()
    {
        using var network = Trained(out var updater);
        using var same = Trained(out _);
        updater.Apply();

        Assert.Equal(same.GradientCopy(), network.GradientCopy());

        using var other = Trained(out var otherUpdater);
        otherUpdater.Apply();
        other.Forward([1, 2, 3], 1);
        Assert.Contains("gone", Assert.Throws<InvalidOperationException>(() => otherUpdater.Apply()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => other.GradientCopy());
        other.Backward([1, 1]);
        Assert.True(otherUpdater.Apply().Applied);
    }

    [Fact]
    public void Given_a_gradient_of_blocks_When_they_change_from_step_to_step_Then_each_step_is_that_of_the_dense_inputs()
    {
        var architecture = new MlpArchitecture(30, [17, 9], 2, Activation.Tanh);
        using var sparse = new CpuMlp(architecture, 1, 5);
        using var dense = new CpuMlp(architecture, 1, 5);
        using var sparseUpdater = sparse.CreateUpdater(new UpdateOptions { Optimizer = new SgdOptions { LearningRate = 0.1 } });
        using var denseUpdater = dense.CreateUpdater(new UpdateOptions { Optimizer = new SgdOptions { LearningRate = 0.1 } });
        var random = new Xoshiro256(4);
        for (var step = 0; step < 40; step++)
        {
            var first = RandomCases.Below(random, 10);
            InputBlock[] blocks = [new(first, 3), new(first + 10 + RandomCases.Below(random, 5), 4)];
            var values = RandomCases.Normal(random, 7);
            var inputs = new float[30];
            values.AsSpan(0, 3).CopyTo(inputs.AsSpan(blocks[0].Offset));
            values.AsSpan(3).CopyTo(inputs.AsSpan(blocks[1].Offset));

            sparse.Forward(new BlockInputs(values, blocks, [2]));
            dense.Forward(inputs, 1);
            sparse.Backward([0.5f, -1]);
            dense.Backward([0.5f, -1]);
            if (step % 3 == 0)
            {
                Assert.Equal(dense.GradientCopy(), sparse.GradientCopy());
            }

            Assert.Equal(denseUpdater.Apply().GradientNorm, sparseUpdater.Apply().GradientNorm, 1e-5);
            Assert.Equal(dense.ParameterCopy(), sparse.ParameterCopy());
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    public void Given_a_gradient_that_is_not_finite_or_too_long_When_it_is_applied_Then_it_is_refused_and_nothing_changes(float bad)
    {
        using var network = new CpuMlp(new MlpArchitecture(3, [5], 2), 1, 1);
        using var updater = network.CreateUpdater(new UpdateOptions { Optimizer = new SgdOptions() });
        var before = network.ParameterCopy();
        network.Forward([1, 2, 3], 1);
        network.Backward([1, bad]);

        Assert.Equal(StepRefusal.NonFiniteGradient, updater.Apply().Refusal);

        Assert.Equal(before, network.ParameterCopy());
        Assert.Equal(0, updater.Steps);
    }

    [Fact]
    public void Given_factors_whose_squares_are_no_floats_When_the_norm_is_taken_Then_it_is_that_of_their_product()
    {
        using var network = new CpuMlp(new MlpArchitecture(1, [], 1), 1, 1);
        using var updater = network.CreateUpdater(new UpdateOptions { Optimizer = new SgdOptions(), MaxGradientNorm = 1 });
        network.Forward([1e20f], 1);
        network.Backward([1e-25f]);
        Assert.Equal(1e-5, updater.Apply().GradientNorm, 1e-9);

        network.Forward([1e20f], 1);
        network.Backward([0]);
        Assert.Equal(0, updater.Apply().GradientNorm);
        Assert.Equal(2, updater.Steps);
    }

    [Fact]
    public void Given_two_networks_on_one_workspace_When_one_would_apply_the_others_gradient_Then_it_is_refused()
    {
        var workspace = new CpuMlpWorkspace(new MlpArchitecture(3, [5], 2), 1);
        using var one = new CpuMlp(workspace, 1);
        using var other = new CpuMlp(workspace, 2);
        using var updater = one.CreateUpdater(new UpdateOptions { Optimizer = new SgdOptions() });
        one.Forward([1, 2, 3], 1);
        one.Backward([1, 1]);
        other.Forward([1, 2, 3], 1);
        other.Backward([1, 1]);

        Assert.Contains("another network", Assert.Throws<InvalidOperationException>(() => updater.Apply()).Message, StringComparison.Ordinal);
    }

    private static CpuMlp Trained(out INetworkUpdater updater)
    {
        var network = new CpuMlp(new MlpArchitecture(3, [6, 4], 2), 2, 7);
        updater = network.CreateUpdater(new UpdateOptions { Optimizer = new SgdOptions { LearningRate = 0.1 } });
        network.Forward([1, -2, 0.5f], 1);
        network.Backward([1, -1]);
        return network;
    }
}
