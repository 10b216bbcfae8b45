using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Drift;

public sealed class KolmogorovSmirnovTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    public void Given_samples_with_and_without_ties_Then_the_statistic_is_the_largest_difference_of_the_distribution_functions(int size)
    {
        var random = new Xoshiro256(11);
        for (var round = 0; round < 500; round++)
        {
            // Few different numbers make ties.
            double Next() => round % 2 == 0 ? random.NextGaussian() : Math.Floor(random.NextDouble() * 5);
            double[] one = [.. Enumerable.Range(0, size).Select(_ => Next()).Order()];
            double[] other = [.. Enumerable.Range(0, size).Select(_ => Next() + (round % 3)).Order()];
            var expected = one.Concat(other).Max(at => Math.Abs(one.Count(x => x <= at) - other.Count(x => x <= at)));

            Assert.Equal(expected, KolmogorovSmirnov.Steps(one, other));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void Given_all_orders_of_two_small_samples_Then_the_probability_is_their_share(int size)
    {
        // A bit for each place in the joint order: which sample the value there is from.
        var orders = Enumerable.Range(0, 1 << (2 * size)).Where(order => int.PopCount(order) == size).ToArray();
        for (var steps = 0; steps <= size + 1; steps++)
        {
            var reaching = orders.Count(order => Excursion(order, 2 * size) >= steps);

            Assert.Equal(reaching / (double)orders.Length, KolmogorovSmirnov.Probability(size, steps), 1e-12);
        }
    }

    [Fact]
    public void Given_a_level_Then_the_critical_number_of_steps_is_the_first_below_it()
    {
        Assert.Equal(14, KolmogorovSmirnov.CriticalSteps(30, 0.005));
        Assert.InRange(KolmogorovSmirnov.Probability(30, 14), 0.0005, 0.005);
        Assert.InRange(KolmogorovSmirnov.Probability(30, 13), 0.005, 0.05);
        Assert.Equal(6, KolmogorovSmirnov.CriticalSteps(5, 1e-9));
        for (var size = 1; size <= 200; size++)
        {
            for (var steps = 1; steps <= size; steps++)
            {
                var ofFewer = KolmogorovSmirnov.Probability(size, steps - 1);
                Assert.InRange(KolmogorovSmirnov.Probability(size, steps), double.Epsilon, ofFewer + 1e-12);
            }
        }
    }

    private static int Excursion(int order, int length)
    {
        var (ahead, most) = (0, 0);
        for (var at = 0; at < length; at++)
        {
            ahead += (order >> at & 1) == 0 ? -1 : 1;
            most = Math.Max(most, Math.Abs(ahead));
        }

        return most;
    }
}
