using StreamLearn.Learners.Tests.Bandits.Worlds;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>What the methods must reach, on made-up data that they were not tuned on.</summary>
public sealed class BanditAcceptanceTests
{
    private const int Rounds = 4000;

    [Theory]
    [InlineData("neu-fast-cb", 0.7)]
    [InlineData("neu-square-cb", 0.7)]
    [InlineData("linear-fast-cb", 0.7)]
    [InlineData("linear-square-cb", 0.7)]
    [InlineData("lin-ucb", 0.7)]
    [InlineData("regcb", 0.7)]
    [InlineData("neural-ucb", 0.7)]
    [InlineData("neural-ts", 0.7)]
    [InlineData("epsilon-greedy", 0.9)]
    public void Given_classes_that_can_be_told_apart_When_it_learns_Then_its_regret_is_below_a_quarter_of_chance_and_flattens(
        string kind, double flattening)
    {
        var (task, rounds) = BanditWorld.Blobs(actions: 5, features: 8, Rounds, seed: 21);
        var learner = BanditUnderTest.Create(kind, task);

        var first = learner.Play(rounds[..(Rounds / 2)]);
        var second = learner.Play(rounds[(Rounds / 2)..]);

        var chance = Rounds * 0.8;
        Assert.True(first + second < chance / 4, $"{kind}: {first + second}; expected below {chance / 4}.");
        Assert.True(second < first * flattening, $"{kind}: {first}, then {second}.");
    }

    [Theory]
    [InlineData("neu-fast-cb")]
    [InlineData("neu-square-cb")]
    public void Given_the_same_training_When_regret_is_compared_Then_it_is_below_epsilon_greedys(string kind)
    {
        var (regret, greedy) = (0.0, 0.0);
        foreach (var seed in new[] { 1, 2, 3 })
        {
            var (task, rounds) = BanditWorld.Blobs(actions: 10, features: 10, Rounds, seed, spread: 1.2);
            regret += BanditUnderTest.Create(kind, task).Play(rounds);
            greedy += BanditUnderTest.Create("epsilon-greedy", task).Play(rounds);
        }

        Assert.True(regret < greedy, $"{kind} has {regret}, epsilon-greedy {greedy}.");
    }

    [Fact]
    public void Given_uniform_choice_When_rounds_are_played_Then_its_regret_is_that_of_chance()
    {
        var (task, rounds) = BanditWorld.Blobs(actions: 5, features: 3, Rounds, seed: 4);

        Assert.InRange(BanditUnderTest.Create("uniform", task).Play(rounds), 0.76 * Rounds, 0.84 * Rounds);
    }

    [Theory]
    [InlineData("neu-fast-cb")]
    [InlineData("neu-square-cb")]
    [InlineData("lin-ucb")]
    public void Given_actions_that_each_context_brings_When_it_learns_Then_it_chooses_by_their_features(string kind)
    {
        var rounds = BanditWorld.Rounds(BanditWorld.PerRecord, 4000, masks: false).Where(round => round.Actions > 2).ToArray();
        var learner = BanditUnderTest.Create(kind, BanditWorld.PerRecord);

        learner.Play(rounds[..^500]);
        var late = learner.Play(rounds[^500..]) / 500;
        var chance = rounds[^500..].Average(round => round.Costs.Average());

        Assert.True(late < chance / 2, $"{late} a round; chance has {chance}.");
    }

    [Fact]
    public void Given_perturbations_When_costs_are_learned_Then_the_network_still_learns()
    {
        var (task, rounds) = BanditWorld.Blobs(actions: 4, features: 5, 1500, seed: 6);
        foreach (var perturbation in new[] { "none", "rademacher", "expected" })
        {
            var regret = BanditUnderTest.Create("neu-fast-cb", task, ("perturbation", perturbation)).Play(rounds);
            Assert.True(regret < 1500 * 0.75 * 0.4, $"{perturbation}: {regret}.");
        }
    }

    [Theory]
    [InlineData("sgd", "0.03")]
    [InlineData("adagrad", "0.05")]
    [InlineData("adam", "0.003")]
    [InlineData("unit-adagrad", "0.1")]
    [InlineData("factored-adagrad", "0.05")]
    public void Given_any_optimizer_When_costs_are_learned_Then_the_network_learns(string optimizer, string rate)
    {
        var (task, rounds) = BanditWorld.Blobs(actions: 4, features: 5, 2000, seed: 6);

        var regret = BanditUnderTest.Create("neu-square-cb", task, ("optimizer", optimizer), ("learning-rate", rate)).Play(rounds);

        Assert.True(regret < 2000 * 0.75 * 0.4, $"{optimizer}: {regret}.");
    }
}
