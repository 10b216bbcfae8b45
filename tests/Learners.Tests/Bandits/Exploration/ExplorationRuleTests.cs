using FsCheck.Xunit;
using StreamLearn.Learners.Bandits.Exploration;

namespace StreamLearn.Learners.Tests.Bandits.Exploration;

public sealed class ExplorationRuleTests
{
    [Fact]
    public void Given_costs_When_gaps_are_weighed_Then_probabilities_are_those_of_the_formula()
    {
        var probabilities = new double[4];

        InverseGapWeighting.Fill([0.5, 0.2, 0.7, 0.1], [1, 1, 1, 0], 10, probabilities);

        Assert.Equal(1 / (3 + (10 * 0.3)), probabilities[0], 1e-15);
        Assert.Equal(1 / (3 + (10 * 0.5)), probabilities[2], 1e-15);
        Assert.Equal(1 - probabilities[0] - probabilities[2], probabilities[1], 1e-15);
        Assert.Equal(0, probabilities[3]);
    }

    [Fact]
    public void Given_costs_When_gaps_are_weighed_by_the_least_cost_Then_probabilities_are_those_of_the_formula()
    {
        var probabilities = new double[3];

        ReweightedInverseGapWeighting.Fill([0.5, 0.2, 0.7], [], 10, probabilities);

        Assert.Equal(0.2 / ((3 * 0.2) + (10 * 0.3)), probabilities[0], 1e-15);
        Assert.Equal(0.2 / ((3 * 0.2) + (10 * 0.5)), probabilities[2], 1e-15);
        Assert.Equal(1 - probabilities[0] - probabilities[2], probabilities[1], 1e-15);
    }

    [Fact]
    public void Given_no_weight_of_gaps_When_probabilities_are_filled_Then_all_that_are_allowed_are_alike()
    {
        var probabilities = new double[3];

        InverseGapWeighting.Fill([0.1, 0.5, 0.9], [1, 0, 1], 0, probabilities);
        Assert.Equal([0.5, 0, 0.5], probabilities);

        ReweightedInverseGapWeighting.Fill([0.1, 0.5, 0.9], [1, 0, 1], 0, probabilities);
        Assert.Equal([0.5, 0, 0.5], probabilities);
    }

    [Fact]
    public void Given_actions_of_the_same_cost_When_one_is_best_Then_it_is_the_first_that_is_allowed() =>
        Assert.Equal(1, AllowedActions.Best([0.3, 0.3, 0.3], [0, 1, 1]));

    [Fact]
    public void Given_a_cost_of_zero_When_gaps_are_weighed_by_it_Then_nothing_is_divided_by_zero()
    {
        var probabilities = new double[3];

        ReweightedInverseGapWeighting.Fill([0, 0, 1], [], 1e9, probabilities);

        Assert.Equal(1.0 / 3, probabilities[1], 1e-15);
        Assert.InRange(probabilities[2], double.Epsilon, 1e-9);
    }

    [Fact]
    public void Given_a_share_for_chance_When_the_best_is_chosen_Then_the_others_have_their_part_of_it()
    {
        var probabilities = new double[4];

        EpsilonGreedy.Fill([0.5, 0.2, 0.7, 0.1], [1, 1, 1, 0], 0.3, probabilities);

        Assert.Equal([0.1, 0.8, 0.1, 0], probabilities, (expected, actual) => Math.Abs(expected - actual) < 1e-15);
    }

    [Property(MaxTest = 500)]
    public void Given_any_costs_and_masks_When_probabilities_are_filled_Then_they_are_such_and_the_best_has_at_least_its_part(
        int seed, byte size, byte rule, byte magnitude)
    {
        var random = new Random(seed);
        var count = 1 + (size * 4 % 1024);
        var scale = Math.Pow(10, (magnitude % 61) - 30);
        double[] costs = [.. Enumerable.Range(0, count).Select(_ => random.Next(4) == 0 ? 0 : scale * ((random.NextDouble() * 2) - 1))];
        byte[] allowed = random.Next(2) == 0 ? [] : [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(2))];
        if (allowed.Length > 0)
        {
            allowed[random.Next(count)] = 1;
        }

        var options = new ExplorationOptions
        {
            Rule = rule % 2 == 0 ? ExplorationRule.InverseGapWeighting : ExplorationRule.ReweightedInverseGapWeighting,
            Gamma = new GammaSchedule((GammaKind)(rule / 2 % 3), Math.Pow(10, random.Next(-3, 9)), random.NextDouble() * 2),
            Epsilon = random.Next(2) == 0 ? 0 : random.NextDouble(),
            ClipsCosts = random.Next(2) == 0,
        };
        var probabilities = new double[count];

        new Explorer(options).Fill(costs, allowed, random.NextInt64(1_000_000_000), random.NextDouble() * 1e6, probabilities);

        var permitted = AllowedActions.Count(allowed, count);
        Assert.Equal(1, probabilities.Sum(), 1e-12);
        Assert.True(probabilities[AllowedActions.Best(costs, allowed)] >= 1.0 / permitted);
        for (var action = 0; action < count; action++)
        {
            var isAllowed = AllowedActions.Contains(allowed, action);
            Assert.True(
                isAllowed ? probabilities[action] is > 0 and <= 1 : probabilities[action] == 0, $"{probabilities[action]} for {costs[action]}.");
            Assert.True(!isAllowed || probabilities[action] >= options.Epsilon / permitted * (1 - 1e-12));
        }
    }

    [Theory]
    [InlineData(0, 7, 7)]
    [InlineData(1, 0, 14)]
    [InlineData(2, 10, 21)]
    public void Given_a_schedule_When_rounds_have_been_learned_Then_the_weight_of_gaps_is_that_of_the_formula(int kind, double first, double later)
    {
        var schedule = new GammaSchedule((GammaKind)kind, kind == 2 ? 10 : 7, 0.5);

        Assert.Equal(first, schedule.At(0, 0), 1e-12);
        Assert.Equal(later, schedule.At(4, 3.41), 1e-12);
    }
}
