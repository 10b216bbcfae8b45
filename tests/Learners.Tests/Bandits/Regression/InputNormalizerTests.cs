using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Normalization;

namespace StreamLearn.Learners.Tests.Bandits.Regression;

public sealed unsafe class InputNormalizerTests
{
    [Fact]
    public void Given_rounds_When_features_are_standardized_Then_it_is_by_mean_and_deviation_so_far_and_cut_off()
    {
        var normalizer = new InputNormalizer(NormalizationKind.Standardize, 20, clip: 2);
        var random = new Random(5);
        float[][] rounds =
        [
            .. Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, 20).Select(i => (float)((i * 10) + random.NextDouble())).ToArray()),
        ];
        foreach (var round in rounds)
        {
            normalizer.Observe(round);
        }

        var z = Apply(normalizer, rounds[7]);

        for (var i = 0; i < 20; i++)
        {
            var mean = rounds.Average(round => (double)round[i]);
            var deviation = Math.Sqrt(rounds.Average(round => Math.Pow(round[i] - mean, 2)));
            Assert.Equal(Math.Clamp((rounds[7][i] - mean) / deviation, -2, 2), z[i], 1e-3);
        }

        Assert.All(Apply(normalizer, [.. Enumerable.Repeat(1e9f, 20)]), value => Assert.Equal(2, value));
    }

    [Fact]
    public void Given_rounds_When_features_are_scaled_Then_it_is_by_the_largest_so_far_and_a_larger_one_is_cut_off()
    {
        var normalizer = new InputNormalizer(NormalizationKind.Scale, 3, clip: 4);
        normalizer.Observe([2, -8, 0]);
        normalizer.Observe([-4, 1, 0]);

        Assert.Equal([0.5f, -1, 0], Apply(normalizer, [2, -10, 3]));
    }

    [Fact]
    public void Given_a_feature_that_has_not_varied_When_it_is_standardized_Then_it_is_zero_whatever_comes()
    {
        var normalizer = new InputNormalizer(NormalizationKind.Standardize, 17, clip: 4);
        for (var round = 0; round < 5; round++)
        {
            normalizer.Observe([.. Enumerable.Repeat(1e8f, 17)]);
        }

        Assert.All(Apply(normalizer, [.. Enumerable.Repeat(-float.MaxValue, 17)]), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Given_no_normalization_When_features_come_Then_they_go_in_as_they_are_up_to_a_bound()
    {
        var normalizer = new InputNormalizer(NormalizationKind.None, 2, clip: 4);
        normalizer.Observe([100, 100]);

        Assert.Equal([12.5f, -1e15f], Apply(normalizer, [12.5f, -1e30f]));
    }

    private static float[] Apply(InputNormalizer normalizer, float[] features)
    {
        var normalized = new float[features.Length];
        fixed (float* target = normalized)
        {
            normalizer.Apply(features, target);
        }

        return normalized;
    }
}
