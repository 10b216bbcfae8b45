using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Tests.Optimizers;

public sealed class FlatNormsTests
{
    [Fact]
    public void Given_vectors_of_many_lengths_When_squares_are_summed_Then_it_is_the_sum_in_double_precision()
    {
        foreach (var count in new[] { 1, 2, 7, 8, 9, 63, 64, 65, 511, 512, 513, 1024, 6273, 300_000 })
        {
            var values = Numbers.Vector(count, count);
            var expected = values.Sum(value => (double)value * value);

            Assert.Equal(expected, FlatNorms.Squared(values, [new ParameterRange(0, count)]), 1e-6 * expected);
        }

        Assert.Equal(0, FlatNorms.Squared([1, 2, 3], []));
    }

    [Fact]
    public void Given_zeros_around_a_support_When_squares_are_summed_Then_the_bits_do_not_depend_on_how_it_is_cut()
    {
        const int Count = 3000;
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var values = new float[Count];
            var support = new List<ParameterRange>();
            for (var at = random.Next(700); at < Count; at += random.Next(1, 900))
            {
                var range = new ParameterRange(at, random.Next(Math.Min(600, Count - at) + 1));
                Numbers.Vector(round, range.Length).CopyTo(values, at);
                support.Add(range);
                at = range.End;
            }

            Assert.Equal(FlatNorms.Squared(values, [new ParameterRange(0, Count)]), FlatNorms.Squared(values, [.. support]));
        }
    }

    [Fact]
    public void Given_a_number_that_is_not_finite_anywhere_When_squares_are_summed_Then_the_sum_is_not_finite()
    {
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e25f, 1.9e19f })
        {
            for (var at = 0; at < 1100; at++)
            {
                var values = new float[1100];
                values[at] = bad;

                Assert.False(double.IsFinite(FlatNorms.Squared(values, [new ParameterRange(0, values.Length)])));
            }
        }

        Assert.True(double.IsFinite(FlatNorms.Squared([1.8e19f], [new ParameterRange(0, 1)])));
    }

    [Fact]
    public void Given_numbers_that_are_not_finite_or_too_far_away_When_they_are_projected_Then_they_go_to_the_centre()
    {
        float[] center = [1, 2, 3];
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.MaxValue })
        {
            float[] values = [bad, -bad, 5];

            FlatNorms.Project(values, center, radius: 1);

            Assert.All(values, value => Assert.True(float.IsFinite(value)));
            Assert.True(OptimizerUnderTest.Norm(values.Zip(center, (value, middle) => value - middle)) <= 1 + 1e-6);
        }
    }
}
