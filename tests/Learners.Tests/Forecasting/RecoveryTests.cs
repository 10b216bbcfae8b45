using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.Hybrid;
using StreamLearn.Learners.Forecasting.Recurrent;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Tests.Conformance;
using StreamLearn.Learners.Tests.Examples;
using StreamLearn.Learners.Tests.Forecasting.Recurrent;

namespace StreamLearn.Learners.Tests.Forecasting;

/// <summary>Learners that have diverged, their numbers being finite still, return to their last good state.</summary>
public sealed class RecoveryTests
{
    private const int Step = 60_000;

    private static readonly ForecastTask Task = new() { Horizons = [1, 3], StepMilliseconds = Step };
    private static readonly SafetyOptions Safety = new() { RefusedInRow = 4, KeepEvery = 30 };

    private static readonly Dictionary<string, LearnerChoice> Learners = new()
    {
        ["perceptron"] = SeriesRun.Learner("multilayer-perceptron", ("hidden", "8"), ("lags", "4"), ("device", "cpu")),
        ["perceptron on torch"] = SeriesRun.Learner("multilayer-perceptron", ("hidden", "8"), ("lags", "4"), ("device", "torch")),
        ["liquid"] = Small("liquid"),
        ["liquid on torch"] = Small("liquid", ("device", "torch")),
        ["liquid carried"] = Small("liquid", ("inference", "carried")),
        ["liquid carried on torch"] = Small("liquid", ("inference", "carried"), ("device", "torch")),
        ["liquid level carried"] = Small("liquid", ("inference", "carried"), ("target", "level")),
        ["ltc carried"] = Small("liquid", ("cell", "ltc"), ("inference", "carried")),
        ["gru"] = Small("gru"),
        ["gru level"] = Small("gru", ("target", "level")),
        ["gru on torch"] = Small("gru", ("device", "torch")),
        ["incremental"] = SeriesRun.Learner(
            "incremental", ("lags", "4"), ("hidden", "8"), ("refit-every", "5"), ("memory", "4"), ("warm-up", "50")),
        ["hybrid"] = Small("hybrid"),
    };

    public static TheoryData<string> All() => [.. Learners.Keys];

    public static TheoryData<string> Catalog() => [.. ForecasterCatalog.All.Select(learner => learner.Kind)];

    [Theory]
    [MemberData(nameof(All))]
    public void Given_parameters_that_have_run_away_When_updates_are_refused_Then_it_returns_and_forecasts_as_well_as_before(string name)
    {
        var plan = Plan(name);
        var (undisturbed, diverged) = (new ForecastFleet(plan, 10), new ForecastFleet(plan, 10));
        var feed = Series(900);
        Process(undisturbed, feed.Batch(0, 400));
        Process(diverged, feed.Batch(0, 400));
        diverged = RunAway(plan, diverged);

        var answer = Process(diverged, feed.Batch(400, 900));
        var calm = Process(undisturbed, feed.Batch(400, 900));

        Assert.All(answer.Values, value => Assert.True(double.IsFinite(value), $"{value}"));
        var recovery = Assert.Single(answer.Recoveries);
        Assert.Equal(0, recovery.Learner);

        // One that is fitted now and then has its refusals then.
        Assert.InRange(recovery.Row, Safety.RefusedInRow - 1, name == "incremental" ? 5 * Safety.RefusedInRow : Safety.RefusedInRow - 1);
        var report = Assert.Single(diverged.Report());
        Assert.Equal((Safety.RefusedInRow, 1), (report.Refused[0], report.Recoveries![0]));
        Assert.Equal([0, 0], Assert.Single(undisturbed.Report()).Recoveries!);
        Assert.Empty(calm.Recoveries);
        var naive = Enumerable.Range(0, 20).Average(at => Math.Abs(Value(at + 1) - Value(at)));
        Assert.True(
            Error(answer) <= Math.Max(1.1 * Error(calm), 0.5 * naive),
            $"{Error(answer)} after the return; {Error(calm)} undisturbed, {naive} last-value");

        double Error(PredictionBatch predictions) => Enumerable.Range(200, 290)
            .Average(row => Math.Abs(predictions.Row(row)[0] - feed.Batch(400 + row + 1, 400 + row + 2).Values[0]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Given_a_state_stored_at_any_record_around_the_return_When_it_is_loaded_Then_the_bits_go_on(string name)
    {
        var plan = Plan(name);
        var whole = new ForecastFleet(plan, 10);
        var feed = Series(160);
        Process(whole, feed.Batch(0, 100));
        whole = RunAway(plan, whole);
        var fleet = StoredFleet.Load(plan, StoredFleet.Save(whole));
        var expected = Process(whole, feed.Batch(100, 160));
        Assert.NotEmpty(expected.Recoveries);

        var recoveries = new List<Recovery>();
        for (var row = 0; row < 60; row++)
        {
            fleet = StoredFleet.Load(plan, StoredFleet.Save(fleet));
            var answer = Process(fleet, feed.Batch(100 + row, 101 + row));
            recoveries.AddRange(answer.Recoveries.Select(recovery => recovery with { Row = row }));
            Assert.Equal(expected.Row(row).ToArray(), answer.Values);
        }

        Assert.Equal(expected.Recoveries, recoveries);
        Assert.Equal(StoredFleet.Save(whole), StoredFleet.Save(fleet));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Given_nothing_kept_yet_When_it_returns_Then_its_parameters_are_those_it_was_made_with(string name)
    {
        var learner = Create(name);
        for (var at = 0; at < 60; at++)
        {
            learner.Learn([Value(at)]);
        }

        var untrained = Parameters(ForecasterState.Save(Create(name)));
        Assert.NotEqual(untrained, Parameters(ForecasterState.Save(learner)));

        // A hybrid returns those of its experts that are refused.
        var state = ForecasterState.Save(learner);
        SetParameters(state);
        ForecasterState.Load(learner, state);
        for (var at = 60; learner.Learn([Value(at)]) != LearnOutcome.Refused; at++)
        {
            Assert.True(at < 70, "nothing is refused");
        }

        learner.ReturnToGood();

        Assert.Equal(untrained, Parameters(ForecasterState.Save(learner)));
    }

    [Theory]
    [MemberData(nameof(Catalog))]
    public void Given_any_learner_When_it_keeps_and_returns_Then_it_goes_on_the_same_whether_it_was_stored_or_not(string kind)
    {
        var settings = ForecasterCatalog.Find(kind)!;
        var (whole, stored) = (Make(), Make());
        var random = new Random(3);
        for (var at = 0; at < 400; at++)
        {
            double[] value = [Value(at) * (at % 100 == 99 ? 10 : 1)];
            Assert.Equal(whole.Learn(value), stored.Learn(value));
            switch (random.Next(20))
            {
                case 0:
                    whole.KeepGood();
                    stored.KeepGood();
                    break;
                case 1:
                    whole.ReturnToGood();
                    stored.ReturnToGood();
                    break;
                case 2:
                    var copy = Make();
                    ForecasterState.Load(copy, ForecasterState.Save(stored));
                    stored = copy;
                    break;
                default:
                    break;
            }

            Assert.Equal(ForecasterState.Predict(whole, Task), ForecasterState.Predict(stored, Task));
        }

        Assert.Equal(ForecasterState.Save(whole), ForecasterState.Save(stored));

        IForecaster Make() => settings.Forecaster(Task, OptionSet.Defaults, 1, new FleetWorkspaces());
    }

    [Theory]
    [MemberData(nameof(Catalog))]
    public void Given_any_learner_When_it_keeps_and_returns_Then_nothing_is_allocated(string kind)
    {
        var learner = ForecasterCatalog.Find(kind)!.Forecaster(Task, OptionSet.Defaults, 1, new FleetWorkspaces());
        for (var at = 0; at < 400; at++)
        {
            learner.Learn([Value(at)]);
        }

        learner.KeepGood();
        learner.ReturnToGood();
        var before = GC.GetAllocatedBytesForCurrentThread();
        learner.KeepGood();
        learner.ReturnToGood();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>A rate that a drift raises beyond all measure for a while: it leads away from anything that can be learned from.</summary>
    [Theory]
    [InlineData(RecurrentCell.Cfc)]
    [InlineData(RecurrentCell.Gru)]
    public void Given_an_absurd_learning_rate_for_a_while_When_it_is_over_Then_the_learner_learns_as_if_it_had_not_been(RecurrentCell cell)
    {
        var options = RecurrentCombination.Small(cell, wired: false, carried: false, moves: true) with
        {
            Optimizer = "sgd", LearningRate = 0.01, WarmUp = 0, ContinueRate = 1, MaxGradientNorm = 1,
            RaisedRate = 1e22, ReactionRecords = 12,
        };
        var learner = new RecurrentForecaster(Task, options, seed: 1);
        var (health, recoveries) = (default(LearnerHealth), 0);
        for (var at = 0; at < 700; at++)
        {
            if (at == 300)
            {
                learner.React(DriftReaction.RaiseLearningRate);
            }

            switch (health.After(learner.Learn([Value(at)]), Safety))
            {
                case SafetyStep.Keep:
                    learner.KeepGood();
                    break;
                case SafetyStep.Return:
                    learner.ReturnToGood();
                    recoveries++;
                    break;
                default:
                    break;
            }

            ForecasterState.Predict(learner, Task);
        }

        Assert.InRange(recoveries, 1, 4);
        var error = Enumerable.Range(700, 60).Average(at =>
        {
            var forecast = ForecasterState.Predict(learner, Task)[0];
            Assert.Equal(LearnOutcome.Learned, learner.Learn([Value(at)]));
            return Math.Abs(forecast - Value(at));
        });
        Assert.True(error < 0.8 * Enumerable.Range(700, 60).Average(at => Math.Abs(Value(at) - Value(at - 1))), $"{error}");
    }

    [Fact]
    public void Given_a_hybrid_one_expert_of_which_is_refused_When_it_returns_Then_the_other_goes_on()
    {
        var learner = new HybridForecaster(Task, new HybridOptions { Liquid = new RecurrentOptions { Units = 6, Window = 4 } }, 1);
        for (var at = 0; at < 60; at++)
        {
            learner.Learn([Value(at)]);
        }

        var state = ForecasterState.Save(learner);
        SetParameters(state);
        ForecasterState.Load(learner, state);
        Assert.Equal(LearnOutcome.Refused, learner.Learn([Value(60)]));
        var before = ForecasterState.Fields(ForecasterState.Save(learner));

        learner.ReturnToGood();

        var after = ForecasterState.Fields(ForecasterState.Save(learner));
        Assert.Equal(before[^1], after[^1]);
        Assert.NotEqual(before[^3], after[^3]);
        Assert.Equal(LearnOutcome.Learned, learner.Learn([Value(61)]));
    }

    [Fact]
    public void Given_outcomes_in_a_row_When_they_are_counted_Then_it_keeps_and_returns_by_count_and_observations_prove_nothing()
    {
        var (l, o, r) = (LearnOutcome.Learned, LearnOutcome.Observed, LearnOutcome.Refused);
        var options = new SafetyOptions { RefusedInRow = 3, KeepEvery = 4 };
        Assert.Equal("....k", Run(o, l, o, o, l));
        Assert.Equal("...k...k", Run(l, l, l, l, l, l, l, l));
        Assert.Equal(".....k", Run(r, r, l, l, l, l));
        Assert.Equal("..R", Run(r, r, r));
        Assert.Equal("......R..R", Run(r, r, l, r, o, r, r, r, r, r));
        Assert.Equal("......k", Run(l, l, r, l, l, l, l));
        Assert.Equal("......k", Run(r, o, o, l, l, l, l));

        string Run(params LearnOutcome[] outcomes)
        {
            var health = default(LearnerHealth);
            return string.Concat(outcomes.Select(outcome => health.After(outcome, options) switch
            {
                SafetyStep.Keep => 'k',
                SafetyStep.Return => 'R',
                _ => '.',
            }));
        }
    }

    [Theory]
    [InlineData(0, 1000, "refused-in-row")]
    [InlineData(8, 0, "keep-every")]
    public void Given_counts_that_cannot_be_used_When_a_plan_is_made_Then_they_are_refused_by_their_path(
        int refused, int keep, string setting)
    {
        var options = new SafetyOptions { RefusedInRow = refused, KeepEvery = keep };

        var refusal = Assert.Throws<OptionException>(() => new ForecastPlan(Task, [Learners["gru"]], 1, 10, safety: options));

        Assert.Equal($"safety.{setting}", refusal.Path);
    }

    private static LearnerChoice Small(string kind, params (string, string)[] settings) =>
        SeriesRun.Learner(kind, [("units", "6"), ("window", "4"), ("warm-up", "50"), .. settings]);

    private static ForecastPlan Plan(string name) =>
        new(Task, [Learners[name], SeriesRun.Learner("last-value")], seed: 1, maxKeys: 10, safety: Safety);

    private static IForecaster Create(string name) =>
        ForecasterRegistration.Create(Learners[name], Task, 1, new FleetWorkspaces());

    private static double Value(int at) => 50 + (20 * Math.Sin(2 * Math.PI * at / 20));

    private static Feed Series(int count) => new Feed(1).AddSeries("a", 0, count, Step, (at, _) => Value(at));

    private static PredictionBatch Process(ForecastFleet fleet, ExampleBatch batch)
    {
        var predictions = PredictionBatch.Allocate(batch.Count, fleet.PredictionWidth);
        fleet.Process(batch, 0, predictions);
        return predictions;
    }

    /// <summary>The fleet with parameters of its network that are finite, and lead to numbers that are not.</summary>
    private static ForecastFleet RunAway(ForecastPlan plan, ForecastFleet fleet)
    {
        var state = StoredFleet.SaveKey(fleet, "a");
        SetParameters(state);
        var diverged = new ForecastFleet(plan, plan.MaxKeys);
        diverged.LoadKey("a"u8, state);
        return diverged;
    }

    private static float[] Parameters(byte[] state) => [.. MemoryMarshal.Cast<byte, float>(ParameterBytes(state))];

    private static void SetParameters(byte[] state)
    {
        var parameters = MemoryMarshal.Cast<byte, float>(ParameterBytes(state));
        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i] = i % 3 == 0 ? 3e37f : 2e38f;
        }
    }

    /// <summary>Where a state has its first network's parameters: "network", version, architecture, device, parameters.</summary>
    private static Span<byte> ParameterBytes(byte[] state)
    {
        ReadOnlySpan<byte> name = [0xa7, .. "network"u8];
        var block = state.AsSpan().IndexOf(name);
        Assert.True(block > 0, "there is no network in the state");
        var reader = new MessagePackReader(state.AsMemory(block));
        for (var i = 0; i < 4; i++)
        {
            reader.Skip();
        }

        var length = (int)reader.ReadBytes()!.Value.Length;
        return state.AsSpan(block + (int)reader.Consumed - length, length);
    }
}
