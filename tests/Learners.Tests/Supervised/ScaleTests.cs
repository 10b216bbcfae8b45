using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>Features and targets whose scale changes, or of which one is far off.</summary>
public sealed class ScaleTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("reservoir")]
    [InlineData("loss-prioritized")]
    public void Given_targets_of_a_new_level_When_earlier_ones_are_learned_again_Then_they_are_what_they_were(string replay)
    {
        using var learner = Regressor("mlp-regressor", ("replay", replay), ("replay-rows", "8"), ("batch", "8"));
        var random = new Random(1);
        for (var i = 0; i < 4000; i++)
        {
            // Which level it is, the first feature says; after the first thousand both come.
            var isNew = i >= 1000 && i % 2 == 0;
            learner.Learn([isNew ? 1 : 0, random.NextSingle()], (isNew ? 1000 : 0) + random.NextSingle());
        }

        Assert.Equal(0, Predict(learner, [0, 0.5f]), 60.0);
        Assert.Equal(1000, Predict(learner, [1, 0.5f]), 60.0);
    }

    [Theory]
    [InlineData("mlp-regressor", 1e200)]
    [InlineData("mlp-regressor", -1e12)]
    [InlineData("linear-regression", 1e200)]
    [InlineData("linear-regression", -1e12)]
    public void Given_one_target_that_is_far_off_When_learning_goes_on_Then_it_recovers(string kind, double outlier)
    {
        using var learner = Regressor(kind);
        Learn(learner, 1000, 1);
        learner.Learn([0.5f, 0.5f], outlier);
        Learn(learner, 4000, 2);

        Assert.InRange(MeanError(learner), 0, 1.5);
    }

    [Theory]
    [InlineData("mlp-regressor")]
    [InlineData("linear-regression")]
    public void Given_one_feature_that_is_far_off_When_learning_goes_on_Then_it_recovers(string kind)
    {
        using var learner = Regressor(kind);
        Learn(learner, 1000, 1);
        learner.Learn([1e30f, 0.5f], 5);
        Learn(learner, 4000, 2);

        Assert.InRange(MeanError(learner), 0, 1.5);
    }

    [Theory]
    [InlineData("mlp-regressor")]
    [InlineData("linear-regression")]
    public void Given_targets_of_a_far_higher_level_When_they_stay_there_Then_they_are_followed(string kind)
    {
        using var learner = Regressor(kind, kind == "mlp-regressor" ? ("fading", "0.99") : ("forgetting", "0.99"));
        Learn(learner, 1000, 1);
        var random = new Random(2);
        for (var i = 0; i < 4000; i++)
        {
            learner.Learn([random.NextSingle(), random.NextSingle()], 1e12 * (1 + (0.1 * random.NextDouble())));
        }

        Assert.Equal(1.05e12, Predict(learner, [0.5f, 0.5f]), 0.1e12);
    }

    private static void Learn(ISupervisedLearner learner, int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var (x, y) = (random.NextSingle(), random.NextSingle());
            learner.Learn([x, y], (20 * x) - (10 * y));
        }
    }

    private static double MeanError(ISupervisedLearner learner)
    {
        var random = new Random(9);
        return Enumerable.Range(0, 200).Average(_ =>
        {
            var (x, y) = (random.NextSingle(), random.NextSingle());
            return Math.Abs(Predict(learner, [x, y]) - ((20 * x) - (10 * y)));
        });
    }

    private static double Predict(ISupervisedLearner learner, float[] features)
    {
        var said = new double[1];
        learner.Predict(features, said);
        return said[0];
    }

    private static ISupervisedLearner Regressor(string kind, params (string Name, string Value)[] settings)
    {
        var choice = SupervisedStream.Choice(SupervisedTask.Regress, kind, settings);
        return SupervisedRegistration.Of(choice, SupervisedTask.Regress).Create(SupervisedStream.Numbers with { Features = 2 }, choice.Options, 1, new FleetWorkspaces());
    }
}
