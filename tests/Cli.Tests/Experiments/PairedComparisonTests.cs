using StreamLearn.Cli.Experiments.LinkFailure;

namespace StreamLearn.Cli.Tests.Experiments;

public sealed class PairedComparisonTests
{
    [Fact]
    public void Given_six_pairs_all_better_when_they_are_compared_then_p_is_that_of_the_normal_approximation()
    {
        // Sum of the positive ranks 0, mean 10.5, variance 6 · 7 · 13 / 24 = 22.75: z = 10 / 4.7697 = 2.0966.
        var compared = PairedComparison.Of([1, 2, 3, 4, 5, 6], [2, 4.5, 7, 9.5, 13, 20]);

        Assert.Equal((6, 1.0), (compared.Pairs, compared.BetterShare));
        Assert.Equal(0.0360, compared.PValue, 4);
        Assert.Equal(Math.Pow(1 / 2.0 * 2 / 4.5 * 3 / 7 * 4 / 9.5 * 5 / 13 * 6 / 20, 1 / 6.0), compared.Ratio, 12);
    }

    [Fact]
    public void Given_the_same_errors_when_they_are_compared_then_neither_is_better()
    {
        var compared = PairedComparison.Of([1, 2, 3], [1, 2, 3]);

        Assert.Equal((1.0, 0.0, 0.0, 1.0), (compared.Ratio, compared.BetterShare, compared.WorseShare, compared.PValue));
    }

    [Fact]
    public void Given_the_order_turned_round_when_they_are_compared_then_p_is_the_same_and_the_ratio_its_inverse()
    {
        double[] first = [1, 5, 2, 8, 3, 9, 4];
        double[] other = [2, 4, 4, 9, 3, 12, 1];

        var (one, turned) = (PairedComparison.Of(first, other), PairedComparison.Of(other, first));

        Assert.Equal(one.PValue, turned.PValue, 12);
        Assert.Equal(1, one.Ratio * turned.Ratio, 12);
    }

    [Fact]
    public void Given_ties_when_ranks_are_taken_then_they_have_their_mean_and_the_variance_is_smaller()
    {
        // |d| = ln 2 four times, one of them positive: ranks 2.5; W = 2.5, mean 5, variance 4 · 5 · 9 / 24 - (64 - 4) / 48 = 6.25.
        var compared = PairedComparison.Of([1, 1, 1, 2], [2, 2, 2, 1]);

        Assert.Equal(0.4237, compared.PValue, 4);
    }

    [Fact]
    public void Given_many_pairs_without_difference_when_they_are_compared_then_few_are_significant()
    {
        var random = new Random(5);
        var significant = 0;
        for (var trial = 0; trial < 400; trial++)
        {
            double[] first = [.. Enumerable.Range(0, 30).Select(_ => 1 + random.NextDouble())];
            double[] other = [.. Enumerable.Range(0, 30).Select(_ => 1 + random.NextDouble())];
            significant += PairedComparison.Of(first, other).PValue < 0.05 ? 1 : 0;
        }

        Assert.InRange(significant, 5, 40);
    }

    [Fact]
    public void Given_other_numbers_of_errors_when_they_are_compared_then_it_is_refused()
    {
        Assert.Contains("found 1 and 2", Assert.Throws<ArgumentException>(() => PairedComparison.Of([1], [1, 2])).Message, StringComparison.Ordinal);
    }
}
