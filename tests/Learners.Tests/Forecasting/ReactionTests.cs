using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.Incremental;
using StreamLearn.Learners.Forecasting.Recurrent;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Forecasting;

/// <summary>What the learners of the catalogue do about drifts.</summary>
public sealed class ReactionTests
{
    private static readonly ForecastTask Task = new() { Horizons = [1, 3] };

    public static TheoryData<string, DriftReaction> Rows()
    {
        var rows = new TheoryData<string, DriftReaction>();
        foreach (var learner in ForecasterCatalog.All)
        {
            foreach (var reaction in learner.Reactions)
            {
                rows.Add(learner.Kind, reaction);
            }
        }

        return rows;
    }

    [Fact]
    public void Given_the_catalogue_When_learners_are_made_Then_those_with_reactions_and_no_others_react()
    {
        Assert.All(
            ForecasterCatalog.All,
            learner => Assert.Equal(
                learner.Reactions.Count > 0, learner.Forecaster(Task, OptionSet.Defaults, 1, new FleetWorkspaces()) is IReactsToDrift));
        Assert.All(ForecasterCatalog.All, learner => Assert.DoesNotContain(DriftReaction.None, learner.Reactions));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Given_a_reaction_When_it_comes_Then_what_follows_differs_is_finite_and_survives_being_stored(string kind, DriftReaction reaction)
    {
        var (left, reacting) = (Create(kind), Create(kind));
        Learn(left, 0, 600);
        Learn(reacting, 0, 600);

        ((IReactsToDrift)reacting).React(reaction);
        var loaded = Create(kind);
        ForecasterState.Load(loaded, ForecasterState.Save(reacting));

        var after = Learn(reacting, 600, 900);
        Assert.All(after, number => Assert.True(double.IsFinite(number)));
        Assert.Equal(after, Learn(loaded, 600, 900));
        Assert.Equal(ForecasterState.Save(reacting), ForecasterState.Save(loaded));
        if (reaction != DriftReaction.SwitchExpert)
        {
            Assert.NotEqual(Learn(left, 600, 900), after);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Given_nothing_learned_When_a_reaction_comes_Then_it_does_no_harm(string kind, DriftReaction reaction)
    {
        var learner = Create(kind);

        ((IReactsToDrift)learner).React(reaction);

        Assert.All(Learn(learner, 0, 300), number => Assert.True(double.IsFinite(number)));
    }

    [Fact]
    public void Given_a_frozen_network_When_it_is_to_be_fitted_again_Then_it_learns_for_so_many_records_and_is_frozen_again()
    {
        var options = new RecurrentOptions
        {
            Units = 4, Window = 4, Lags = 2, Period = 0, SecondPeriod = 0, WarmUp = 100, Then = AfterWarmUp.Frozen, ReactionRecords = 50,
        };
        var learner = new RecurrentForecaster(Task, options, 1);
        Learn(learner, 0, 200);
        var twin = new RecurrentForecaster(Task, options, 1);
        Learn(twin, 0, 200);

        learner.React(DriftReaction.Refit);
        Learn(learner, 200, 250);
        Learn(twin, 200, 250);
        Assert.NotEqual(Forecasts(twin), Forecasts(learner));

        // From the same records on, what is frozen says the same of the same again.
        var (first, again) = (ForecasterState.Save(learner), new RecurrentForecaster(Task, options, 1));
        ForecasterState.Load(again, first);
        again.React(DriftReaction.RaiseLearningRate);
        Assert.Equal(Learn(learner, 250, 400), Learn(again, 250, 400));
    }

    [Fact]
    public void Given_an_incremental_learner_When_it_is_to_be_fitted_again_Then_it_is_at_once()
    {
        var learner = new IncrementalForecaster(Task, new IncrementalOptions { RefitEvery = 1000, Memory = 1, Hidden = 4 }, 1);
        Learn(learner, 0, 300);
        var value = Value(299);
        Assert.Equal([value, value], Forecasts(learner));

        learner.React(DriftReaction.Refit);

        Assert.NotEqual([value, value], Forecasts(learner));
    }

    [Fact]
    public void Given_recursive_least_squares_after_a_change_When_its_covariance_is_reset_Then_it_follows_sooner()
    {
        var (left, reacting) = (Create("recursive-least-squares"), Create("recursive-least-squares"));
        double[] series = [.. Autoregression(2000, 0.9), .. Autoregression(200, -0.9)];
        Run(left, series, 0, 2000);
        Run(reacting, series, 0, 2000);

        ((IReactsToDrift)reacting).React(DriftReaction.ResetOptimizer);
        var (slow, quick) = (Run(left, series, 2000, 2199), Run(reacting, series, 2000, 2199));

        Assert.True(quick < 0.8 * slow, $"Mean error {quick} after the reset, {slow} without.");
    }

    private static IEnumerable<double> Autoregression(int steps, double coefficient)
    {
        var random = new Xoshiro256(3);
        var value = 0.0;
        for (var step = 0; step < steps; step++)
        {
            value = (coefficient * value) + random.NextGaussian();
            yield return value;
        }
    }

    private static double Run(IForecaster learner, double[] series, int from, int end)
    {
        var error = 0.0;
        Span<double> forecasts = stackalloc double[2];
        for (var step = from; step < Math.Min(end, series.Length - 1); step++)
        {
            learner.Learn([series[step]]);
            learner.Predict(forecasts);
            error += Math.Abs(series[step + 1] - forecasts[0]) / (end - from);
        }

        return error;
    }

    /// <summary>Past its warm-up soon, if it has one: during it, what a refit would do is done anyway.</summary>
    private static IForecaster Create(string kind)
    {
        var learner = ForecasterCatalog.Find(kind)!;
        var settings = new Dictionary<string, string>();
        if (learner.Options.ContainsKey("warm-up"))
        {
            settings["warm-up"] = "100";
        }

        return learner.Forecaster(Task, new OptionSet("learner", settings), 1, new FleetWorkspaces());
    }

    private static double[] Forecasts(IForecaster learner)
    {
        var forecasts = new double[2];
        learner.Predict(forecasts);
        return forecasts;
    }

    private static List<double> Learn(IForecaster learner, int from, int end)
    {
        var said = new List<double>();
        for (var step = from; step < end; step++)
        {
            learner.Learn([Value(step)]);
            said.AddRange(Forecasts(learner));
        }

        return said;
    }

    private static double Value(int step) => 50 + (10 * Math.Sin(step / 9.0)) + new Xoshiro256((ulong)step).NextGaussian();
}
