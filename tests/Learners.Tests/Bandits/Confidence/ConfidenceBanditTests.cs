using StreamLearn.Learners.Bandits.Confidence;
using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Tests.Bandits.Worlds;

namespace StreamLearn.Learners.Tests.Bandits.Confidence;

public sealed class ConfidenceBanditTests
{
    [Theory]
    [InlineData("lin-ucb")]
    [InlineData("neural-ucb")]
    public void Given_a_method_that_chooses_surely_When_it_decides_Then_one_action_has_it_all(string kind)
    {
        var learner = BanditUnderTest.Create(kind, BanditWorld.Fixed);
        foreach (var round in BanditWorld.Rounds(BanditWorld.Fixed, 100))
        {
            learner.Play(round);
            Assert.Equal(1, learner.Probabilities[..5].Count(probability => probability == 1));
        }
    }

    [Fact]
    public void Given_wide_bounds_When_actions_that_were_never_chosen_are_there_Then_they_are_chosen()
    {
        var learner = BanditUnderTest.Create("lin-ucb", BanditWorld.Fixed, ("alpha", "10"));
        var rounds = BanditWorld.Rounds(BanditWorld.Fixed, 30, masks: false);

        Assert.Equal([0, 1, 2, 3, 4], rounds.Select(round =>
        {
            var action = learner.Decide(round);
            learner.Learner.Learn(round.Context, action, 1, 1);
            return action;
        }).Distinct().Order());
    }

    [Fact]
    public void Given_elimination_When_nothing_is_known_Then_all_are_plausible_and_later_some_are_not()
    {
        var learner = BanditUnderTest.Create("regcb", BanditWorld.Fixed, ("optimistic", "off"), ("mellowness", "0.001"));
        var rounds = BanditWorld.Rounds(BanditWorld.Fixed, 2000, masks: false);
        learner.Play(rounds[0]);
        Assert.All(learner.Probabilities[..5], probability => Assert.Equal(0.2, probability));

        learner.Play(rounds);

        Assert.Contains(0, learner.Probabilities[..5]);
    }

    [Fact]
    public void Given_draws_that_vote_When_it_decides_Then_probabilities_are_shares_of_them_and_differ_from_round_to_round()
    {
        var learner = BanditUnderTest.Create("neural-ts", BanditWorld.Fixed, ("draws", "20"), ("nu", "1"));
        var rounds = BanditWorld.Rounds(BanditWorld.Fixed, 20, masks: false);
        learner.Decide(rounds[0]);
        var first = learner.Probabilities[..5];
        learner.Play(rounds[1]);
        learner.Decide(rounds[0]);

        Assert.All(learner.Probabilities[..5], probability => Assert.Equal(Math.Round(probability * 20), probability * 20, 1e-9));
        Assert.NotEqual(first, learner.Probabilities[..5]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(0)]
    public unsafe void Given_a_gradient_When_its_uncertainty_is_asked_for_Then_it_is_the_sum_over_all_parameters(int hidden)
    {
        var options = new CostRegressionOptions
        {
            Hidden = Math.Max(1, hidden), IsLinear = hidden == 0, Optimizer = "sgd", LearningRate = 0.01, Replay = 0,
        };
        var regression = new CostRegression(BanditWorld.Fixed, options, seed: 4);
        var rounds = BanditWorld.Rounds(BanditWorld.Fixed, 30, masks: false);
        var covariance = new DiagonalCovariance(regression.Shape, 0.1);
        var diagonal = Enumerable.Repeat(0.1, regression.Shape.Count).ToArray();
        foreach (var round in rounds)
        {
            regression.Learn(round.Context, 2, round.Costs[2]);
            regression.Differentiate(round.Context, 2);
            var gradient = Dense(regression, round);

            var expected = gradient.Select((g, i) => g * g / diagonal[i]).Sum();
            Assert.Equal(expected, covariance.Uncertainty(regression.Gradient), expected * 0.02);

            covariance.Add(regression.Gradient);
            diagonal = [.. diagonal.Zip(gradient, (u, g) => u + (g * g))];
        }
    }

    /// <summary>The gradient of action 2's output, by central differences.</summary>
    private static double[] Dense(CostRegression regression, BanditRound round)
    {
        var gradient = new double[regression.Shape.Count];
        var costs = new double[5];
        for (var i = 0; i < gradient.Length; i++)
        {
            ref var parameter = ref regression.Network.Parameters[i];
            var kept = parameter;
            parameter = kept + 1e-4f;
            regression.Predict(round.Context, costs);
            var above = costs[2];
            parameter = kept - 1e-4f;
            regression.Predict(round.Context, costs);
            gradient[i] = (above - costs[2]) / 2e-4;
            parameter = kept;
        }

        regression.Differentiate(round.Context, 2);
        return gradient;
    }
}
