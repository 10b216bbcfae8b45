using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Tests.Networks;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Reinforcement;

public sealed class PlasticityTests
{
    [Property(MaxTest = 60)]
    public void Given_a_matrix_When_its_singular_values_are_computed_Then_they_are_those_of_torch(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var (rows, columns) = (1 + (int)(random.NextDouble() * 30), 1 + (int)(random.NextDouble() * 30));
        var matrix = RandomCases.Normal(random, rows * columns);
        if (random.NextDouble() < 0.3)
        {
            // A matrix of rank 1.
            for (var i = 0; i < matrix.Length; i++)
            {
                matrix[i] = matrix[i / columns * columns] * (1 + (i % columns));
            }
        }

        using var scope = NewDisposeScope();
        var expected = linalg.svdvals(tensor(matrix).view(rows, columns).to(ScalarType.Float64)).data<double>().ToArray();
        var actual = SingularValues.Of(matrix, rows, columns);

        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-6 * Math.Max(1, expected[0]));
        }
    }

    [Fact]
    public void Given_singular_values_When_ranks_are_taken_Then_they_are_those_of_their_definitions()
    {
        Assert.Equal(2, SingularValues.Rank([5, 5, 0.01], 0.99));
        Assert.Equal(3, SingularValues.Rank([1, 1, 1], 0.99));
        Assert.Equal(0, SingularValues.Rank([0, 0], 0.99));
        Assert.Equal(3, SingularValues.EffectiveRank([2, 2, 2]), 1e-9);
        Assert.Equal(1, SingularValues.EffectiveRank([2, 0, 0]), 1e-9);
        Assert.Equal(0, SingularValues.EffectiveRank([0]), 1e-9);
    }

    [Theory]
    [InlineData(5, 9, 1)]
    [InlineData(9, 5, 1.5)]
    [InlineData(7, 7, 2)]
    [InlineData(1, 1, 1)]
    public void Given_a_shape_When_orthogonal_weights_are_drawn_Then_the_vectors_of_the_shorter_side_are_orthogonal_and_as_long(int inputs, int outputs, double gain)
    {
        var weights = new float[inputs * outputs];
        OrthogonalWeights.Fill(weights, inputs, outputs, gain, new Xoshiro256(4));
        var count = Math.Min(inputs, outputs);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                var dot = Enumerable.Range(0, Math.Max(inputs, outputs)).Sum(p => (double)At(i, p) * At(j, p));
                Assert.Equal(i == j ? gain * gain : 0, dot, 1e-5);
            }
        }

        float At(int vector, int place) => inputs < outputs ? weights[(vector * outputs) + place] : weights[(place * outputs) + vector];
    }

    [Fact]
    public void Given_units_When_they_are_watched_Then_only_old_ones_are_due_the_least_useful_first_and_as_many_as_the_rate_says()
    {
        var utilities = new UnitUtilities(4, rate: 0.05, maturity: 10);
        float[] means = [1, 1, 0.5f, 1], outgoing = [1, 0.1f, 1, 1];
        for (var update = 1; update <= 10; update++)
        {
            utilities.Observe(means, outgoing);
            Assert.Equal(-1, utilities.TakeDue());
        }

        // Four old units give 0.2 of one at each update.
        for (var update = 1; update <= 4; update++)
        {
            utilities.Observe(means, outgoing);
            Assert.Equal(-1, utilities.TakeDue());
        }

        utilities.Observe(means, outgoing);
        Assert.Equal(1, utilities.TakeDue());
        Assert.Equal(0.5, utilities.MeanOf(2), 1e-6);
        utilities.Renew(1);
        Assert.Equal(0, utilities.MeanOf(1));
        Assert.Equal(-1, utilities.TakeDue());
    }
}
