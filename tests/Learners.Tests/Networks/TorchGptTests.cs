using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>The transformer against one written with loops, and what the order of its calls promises.</summary>
public sealed class TorchGptTests
{
    private const int None = TorchGpt.NoTarget;
    private static readonly GptArchitecture Tiny = new(vocabulary: 7, context: 6, layers: 2, heads: 2, width: 8);
    private static readonly int[] Tokens = [1, 4, 0, 6, 2, 3, 5, 5, 1, 0, 0, 0];
    private static readonly int[] Targets = [4, 0, 6, 2, 3, 5, 5, 1, 2, None, None, None];

    [Fact]
    public void Given_random_parameters_When_a_sequence_goes_forward_Then_logits_are_those_of_the_reference()
    {
        using var network = Create();
        network.Forward(Tokens, 2, 6);
        var logits = network.Logits.ToArray();
        for (var row = 0; row < 2; row++)
        {
            var expected = Reference(network).Logits(Tokens[(row * 6)..((row + 1) * 6)]);
            for (var place = 0; place < 6; place++)
            {
                for (var token = 0; token < 7; token++)
                {
                    Assert.Equal(expected[place, token], logits[(((row * 6) + place) * 7) + token], 1e-4);
                }
            }
        }
    }

    [Fact]
    public void Given_targets_and_weights_When_it_goes_back_Then_the_gradient_is_that_of_finite_differences_and_places_without_target_have_no_part()
    {
        using var network = Create();
        network.Forward(Tokens, Targets, 2, 6);
        var losses = new float[2];
        network.CopyLosses(losses);
        network.BackwardLosses([0.25f, 1.5f]);
        var gradient = new float[Tiny.Layout.Count];
        network.CopyGradient(gradient);

        var parameters = Doubles(network);
        Assert.Equal(Loss(parameters, 0), losses[0], 1e-5);
        Assert.Equal(Loss(parameters, 1), losses[1], 1e-5);
        const double Step = 1e-5;
        for (var i = 0; i < parameters.Length; i++)
        {
            var kept = parameters[i];
            parameters[i] = kept + Step;
            var above = (0.25 * Loss(parameters, 0)) + (1.5 * Loss(parameters, 1));
            parameters[i] = kept - Step;
            var below = (0.25 * Loss(parameters, 0)) + (1.5 * Loss(parameters, 1));
            parameters[i] = kept;
            Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-4);
        }

        static double Loss(double[] parameters, int row) =>
            new ReferenceGpt(Tiny, parameters).Loss(Tokens[(row * 6)..((row + 1) * 6)], Targets[(row * 6)..((row + 1) * 6)]);
    }

    [Fact]
    public void Given_a_token_that_changes_When_logits_are_compared_Then_those_before_it_are_the_same_and_its_own_are_not()
    {
        using var network = Create();
        network.Forward(Tokens, 2, 6);
        var before = network.Logits.ToArray();
        for (var place = 0; place < 6; place++)
        {
            var changed = Tokens.ToArray();
            changed[place] = (changed[place] + 3) % 7;
            network.Forward(changed, 2, 6);
            var after = network.Logits.ToArray();

            Assert.Equal(before[..(place * 7)], after[..(place * 7)]);
            Assert.NotEqual(before[(place * 7)..((place + 1) * 7)], after[(place * 7)..((place + 1) * 7)]);

            // The other row sees nothing of it.
            Assert.Equal(before[42..], after[42..]);
        }
    }

    [Fact]
    public void Given_a_row_without_targets_When_it_is_evaluated_Then_its_loss_is_NaN_and_with_weight_0_it_has_no_part_in_the_gradient()
    {
        using var network = Create();
        int[] targets = [.. Targets[..6], None, None, None, None, None, None];
        var (losses, alone, both) = (new float[2], new float[Tiny.Layout.Count], new float[Tiny.Layout.Count]);
        network.Forward(Tokens.AsSpan(0, 6), Targets.AsSpan(0, 6), 1, 6);
        network.BackwardLosses([1]);
        network.CopyGradient(alone);
        network.Forward(Tokens, targets, 2, 6);
        network.CopyLosses(losses);
        network.BackwardLosses([1, 0]);
        network.CopyGradient(both);

        Assert.True(float.IsFinite(losses[0]));
        Assert.True(float.IsNaN(losses[1]));
        Assert.All(alone.Zip(both), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Given_the_same_seed_When_two_are_trained_Then_they_are_the_same_bits_and_the_loss_falls()
    {
        var (first, losses) = Train(40);
        var (second, _) = Train(40);

        Assert.Equal(first, second);
        Assert.True(losses[^1] < losses[0] / 2, $"from {losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void Given_parameters_that_change_When_a_pass_from_before_is_gone_back_through_Then_it_says_that_there_is_none()
    {
        using var network = Create();
        var parameters = new float[Tiny.Layout.Count];
        network.CopyParameters(parameters);
        network.Forward(Tokens, Targets, 2, 6);
        network.SetParameters(parameters);
        Assert.Throws<InvalidOperationException>(() => network.BackwardLosses([1, 1]));
        network.Forward(Tokens, Targets, 2, 6);
        network.BackwardLosses([1, 1]);
        Assert.Throws<InvalidOperationException>(() => network.BackwardLosses([1, 1]));
        Assert.Throws<InvalidOperationException>(() => network.CopyLosses(new float[2]));
    }

    [Fact]
    public void Given_tokens_that_there_are_not_When_they_are_to_go_forward_Then_they_are_refused_with_what_was_expected()
    {
        using var network = Create();
        Assert.Contains("from 0 to 6", Assert.ThrowsAny<ArgumentException>(() => network.Forward([7], 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("from 0 to 6", Assert.ThrowsAny<ArgumentException>(() => network.Forward([0], [-1], 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("from 1 to 6", Assert.ThrowsAny<ArgumentException>(() => network.Forward(new int[7], 1, 7)).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => network.Forward(Tokens, 3, 6));
    }

    [Theory]
    [InlineData(0, 6, 2, 2, 8)]
    [InlineData(7, 0, 2, 2, 8)]
    [InlineData(7, 6, 0, 2, 8)]
    [InlineData(7, 6, 2, 0, 8)]
    [InlineData(7, 6, 2, 3, 8)]
    public void Given_sizes_that_make_no_model_When_it_is_described_Then_they_are_refused(int vocabulary, int context, int layers, int heads, int width) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GptArchitecture(vocabulary, context, layers, heads, width));

    private static TorchGpt Create()
    {
        var network = new TorchGpt(Tiny, seed: 3);

        // Larger than a model starts with, so that all parts matter.
        var random = new Xoshiro256(5);
        network.SetParameters(RandomCases.Normal(random, Tiny.Layout.Count, 0.4));
        return network;
    }

    private static (float[] Parameters, float[] Losses) Train(int steps)
    {
        using var network = new TorchGpt(Tiny, seed: 3);
        using var updater = network.CreateUpdater(new UpdateOptions { Optimizer = new AdamWOptions { LearningRate = 0.02 }, MaxGradientNorm = 1 });
        var losses = new float[steps];
        var rows = new float[2];
        for (var step = 0; step < steps; step++)
        {
            network.Forward(Tokens, Targets, 2, 6);
            network.CopyLosses(rows);
            losses[step] = rows[0] + rows[1];
            network.BackwardLosses([0.5f, 0.5f]);
            Assert.True(updater.Apply().Applied);
        }

        var parameters = new float[Tiny.Layout.Count];
        network.CopyParameters(parameters);
        return (parameters, losses);
    }

    private static ReferenceGpt Reference(TorchGpt network) => new(Tiny, Doubles(network));

    private static double[] Doubles(TorchGpt network)
    {
        var parameters = new float[Tiny.Layout.Count];
        network.CopyParameters(parameters);
        return [.. parameters.Select(value => (double)value)];
    }
}
