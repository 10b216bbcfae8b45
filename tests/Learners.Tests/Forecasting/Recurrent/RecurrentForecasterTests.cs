using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.Recurrent;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Scoring;

namespace StreamLearn.Learners.Tests.Forecasting.Recurrent;

public sealed class RecurrentForecasterTests
{
    // Fields of a stored state, in the order in which they are written.
    private const int Updates = 1;
    private const int FirstOfScaler = 9;
    private const int LastOfScaler = 15;
    private const int State = 22;
    private const int Model = 24;

    private static readonly ForecastTask Task = new() { Horizons = [1, 3], Features = 1 };

    [Theory]
    [MemberData(nameof(RecurrentCombination.All), MemberType = typeof(RecurrentCombination))]
    public void Given_any_combination_When_a_series_with_gaps_is_learned_Then_it_is_what_the_description_computes(
        RecurrentCell cell, bool wired, bool carried, bool moves)
    {
        var small = RecurrentCombination.Small(cell, wired, carried, moves);
        RecurrentOptions[] variants =
        [
            small,
            small with { Then = AfterWarmUp.Frozen },
            small with { Period = 2, SecondPeriod = 7, ContinueRate = 0.1, Optimizer = "sgd", LearningRate = 0.05 },
            small with { Period = 0, Lags = 0, Window = 1, WarmUp = 0, Optimizer = "sgd", MaxGradientNorm = 0.01, LearningRate = 0.1 },
        ];
        foreach (var options in variants)
        {
            var learner = new RecurrentForecaster(Task, options, seed: 3);
            var reference = new ReferenceRecurrentForecaster(Task, options, seed: 3);
            foreach (var (value, feature, elapsed) in Disturbed(140))
            {
                if (value is { } known)
                {
                    Assert.NotEqual(LearnOutcome.Refused, learner.Learn([known, feature], elapsed));
                    reference.Learn(known, [feature], elapsed);
                    AssertNear(reference.Predict(), ForecasterState.Predict(learner, Task), $"{options.Optimizer}, {options.Then}");
                }
                else
                {
                    learner.Skip(1);
                    reference.Miss();
                }
            }

            Assert.Equal(reference.Learned.Updates, MessagePackSerializer.Deserialize<long>(ForecasterState.Fields(ForecasterState.Save(learner))[Updates]));
        }
    }

    [Fact]
    public void Given_gaps_When_targets_come_Then_only_records_that_are_there_have_one()
    {
        // Steps 0 to 9 are there, then every other one: from 10 on no target of the horizons 1 and 3 has its record, from 14 on.
        var reference = new ReferenceRecurrentForecaster(Task, Small, seed: 1);
        var learner = new RecurrentForecaster(Task, Small, seed: 1);
        for (var step = 0; step < 40; step++)
        {
            if (step < 10 || step % 2 == 0)
            {
                learner.Learn([Math.Sin(step), 0]);
                reference.Learn(Math.Sin(step), [0], 1);
            }
            else
            {
                learner.Skip(1);
                reference.Miss();
            }
        }

        // Horizon 1 from step 5 to 10, horizon 3 from step 7 to 10 and at 12: the records of 7 and 9 are there.
        Assert.Equal((7, 11), reference.Learned);
        Assert.Equal(7, MessagePackSerializer.Deserialize<long>(ForecasterState.Fields(ForecasterState.Save(learner))[Updates]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Given_a_frozen_network_When_the_series_goes_on_Then_parameters_and_scaling_keep_their_bits_and_only_the_rest_follows(bool carried)
    {
        var learner = new RecurrentForecaster(Task, Small with { Then = AfterWarmUp.Frozen, Carried = carried }, seed: 1);
        var series = Disturbed(400).Where(step => step.Value is not null).ToArray();
        foreach (var (value, feature, elapsed) in series[..60])
        {
            learner.Learn([value!.Value, feature], elapsed);
        }

        var frozen = ForecasterState.Fields(ForecasterState.Save(learner));
        var before = ForecasterState.Predict(learner, Task);
        foreach (var (value, feature, elapsed) in series[60..])
        {
            learner.Learn([100 * value!.Value, feature], elapsed);
        }

        var after = ForecasterState.Fields(ForecasterState.Save(learner));
        foreach (var field in Enumerable.Range(FirstOfScaler, LastOfScaler - FirstOfScaler + 1).Append(Updates))
        {
            Assert.Equal(frozen[field], after[field]);
        }

        Assert.Equal(Network(frozen, 0), Network(after, 0));
        Assert.Equal(Network(frozen, 2), Network(after, 2));
        Assert.Equal(carried, !frozen[State].SequenceEqual(after[State]));
        Assert.NotEqual(before, ForecasterState.Predict(learner, Task));
    }

    [Fact]
    public void Given_rates_after_the_warm_up_When_it_learns_on_Then_zero_moves_nothing_and_a_smaller_one_moves_less()
    {
        double Distance(double rate)
        {
            var learner = new RecurrentForecaster(Task, Small with { ContinueRate = rate, Optimizer = "sgd", LearningRate = 0.02 }, seed: 1);
            var series = Disturbed(300).Where(step => step.Value is not null).ToArray();
            foreach (var (value, feature, elapsed) in series[..60])
            {
                learner.Learn([value!.Value, feature], elapsed);
            }

            var before = Parameters(learner);
            foreach (var (value, feature, elapsed) in series[60..61])
            {
                learner.Learn([value!.Value, feature], elapsed);
            }

            return Math.Sqrt(Parameters(learner).Zip(before, (one, other) => Math.Pow(one - other, 2)).Sum());
        }

        var whole = Distance(1);

        Assert.True(whole > 0);
        Assert.Equal(0, Distance(0));
        Assert.Equal(0.25 * whole, Distance(0.25), 1e-3 * whole);
    }

    [Theory]
    [InlineData(RecurrentCell.Cfc, false)]
    [InlineData(RecurrentCell.Ltc, true)]
    [InlineData(RecurrentCell.Gru, false)]
    public void Given_frozen_parameters_When_the_state_is_carried_Then_it_is_one_long_unroll_from_there(RecurrentCell cell, bool wired)
    {
        var options = RecurrentCombination.Small(cell, wired, carried: true, moves: true) with { Then = AfterWarmUp.Frozen, Window = 5 };
        var learner = new RecurrentForecaster(Task, options, seed: 1);
        var series = Disturbed(140).Where(step => step.Value is not null).ToArray();
        foreach (var (value, feature, elapsed) in series[..60])
        {
            learner.Learn([value!.Value, feature], elapsed);
        }

        // The learner's inputs after that, from its own memory, and the network on its own from the state of then.
        var fields = ForecasterState.Fields(ForecasterState.Save(learner));
        var unrolled = ForecasterState.Floats(fields[State]);
        var architecture = options.ArchitectureFor(Task);
        var network = NetworkFactory.Create(architecture, NetworkDevice.Cpu, maxSteps: 80, maxBatch: 1, seed: 9);
        network.SetParameters(ForecasterState.Floats(Network(fields, 2)));
        network.SetState(unrolled);
        var (inputs, times) = (new List<float>(), new List<float>());
        foreach (var (value, feature, elapsed) in series[60..])
        {
            learner.Learn([value!.Value, feature], elapsed);
            var now = ForecasterState.Fields(ForecasterState.Save(learner));
            var head = MessagePackSerializer.Deserialize<int>(now[16]);
            inputs.AddRange(ForecasterState.Floats(now[18]).AsSpan(head * architecture.Inputs, architecture.Inputs));
            times.Add(ForecasterState.Floats(now[19])[head]);
        }

        var steps = series.Length - 60;
        network.Predict([.. inputs], [.. times], steps, 1, new float[steps * 2], carry: true);
        network.CopyState(unrolled);
        Assert.Equal(unrolled, ForecasterState.Floats(ForecasterState.Fields(ForecasterState.Save(learner))[State]));
    }

    [Fact]
    public void Given_the_same_last_window_When_the_state_restarts_Then_what_was_before_has_no_part_in_it_and_carried_it_has()
    {
        double[] Forecast(bool carried, double before)
        {
            var options = Small with { Carried = carried, Then = AfterWarmUp.Frozen, Lags = 0, Period = 0 };
            var learner = new RecurrentForecaster(Task, options, seed: 1);
            foreach (var (value, feature, elapsed) in Disturbed(80).Where(step => step.Value is not null).Take(60))
            {
                learner.Learn([value!.Value, feature], elapsed);
            }

            learner.Learn([before, 1]);
            for (var step = 0; step < 5; step++)
            {
                learner.Learn([10 + step, 0.5]);
            }

            return ForecasterState.Predict(learner, Task);
        }

        Assert.Equal(Forecast(carried: false, 10), Forecast(carried: false, 30));
        Assert.NotEqual(Forecast(carried: true, 10), Forecast(carried: true, 30));
    }

    [Theory]
    [InlineData(RecurrentCell.Cfc, true)]
    [InlineData(RecurrentCell.CfcNoGate, true)]
    [InlineData(RecurrentCell.CfcPure, true)]
    [InlineData(RecurrentCell.Ltc, true)]
    [InlineData(RecurrentCell.Gru, false)]
    public void Given_other_elapsed_times_When_it_learns_Then_they_matter_to_liquid_cells_only(RecurrentCell cell, bool matters)
    {
        foreach (var (wired, carried) in new[] { (false, false), (false, true), (true, false) }.Where(pair => !pair.Item1 || cell != RecurrentCell.Gru))
        {
            var options = RecurrentCombination.Small(cell, wired, carried, moves: true);
            double[] Forecast(Func<int, double> elapsed)
            {
                var learner = new RecurrentForecaster(Task, options, seed: 1);
                for (var step = 0; step < 100; step++)
                {
                    learner.Learn([10 + Math.Sin(step), 0], elapsed(step));
                }

                return ForecasterState.Predict(learner, Task);
            }

            Assert.Equal(matters, !Forecast(_ => 1).SequenceEqual(Forecast(step => 1 + (0.5 * (step % 2)))));
        }
    }

    [Theory]
    [MemberData(nameof(RecurrentCombination.All), MemberType = typeof(RecurrentCombination))]
    public void Given_any_elapsed_time_When_it_learns_Then_forecasts_stay_finite_and_zero_is_as_negative(
        RecurrentCell cell, bool wired, bool carried, bool moves)
    {
        double[] Forecast(params double[] times)
        {
            var learner = new RecurrentForecaster(Task, RecurrentCombination.Small(cell, wired, carried, moves), seed: 1);
            for (var step = 0; step < 60; step++)
            {
                Assert.NotEqual(LearnOutcome.Refused, learner.Learn([10 + Math.Sin(step), 0], times[step % times.Length]));
                ForecasterState.Predict(learner, Task);
            }

            return ForecasterState.Predict(learner, Task);
        }

        Assert.Equal(Forecast(0), Forecast(-1, 0, -1e300, double.NegativeInfinity, -double.Epsilon));
        Assert.Equal(Forecast(1e6), Forecast(1e7, 1e300, double.MaxValue, double.PositiveInfinity));
        Forecast(1, 0, 1e-300, 1e300, -5);
    }

    /// <summary>
    /// The far horizon is longer than the first season, and the second is hardly within the data. Target <c>level</c> does not learn this
    /// in time.
    /// </summary>
    [Theory]
    [InlineData("restart", "move", 0.7)]
    [InlineData("carried", "move", 0.5)]
    [InlineData("restart", "level", -20)]
    [InlineData("carried", "level", -20)]
    public void Given_horizons_far_beyond_the_window_When_a_cycle_is_learned_Then_moves_beat_last_value_at_each(string inference, string target, double least)
    {
        var run = new SeriesRun(
            new ForecastTask { Horizons = [40, 230], Scoring = new() { From = 2500 } },
            SeriesRun.Learner(
                "liquid", ("window", "4"), ("lags", "4"), ("period", "100"), ("second-period", "3000"), ("warm-up", "100000"), ("learning-rate", "0.003"),
                ("inference", inference), ("target", target)));

        run.Feed("a", new Noise(6).Take(3500).Select((n, t) => 50 + (10 * Math.Sin(2 * Math.PI * t / 100)) + (0.2 * n)));

        var scores = run.Summary().Scores(0, ScoreView.SinceStart)!;
        Assert.All(scores.SkillByHorizon, skill => Assert.True(skill > least, string.Join(", ", scores.SkillByHorizon)));
    }

    /// <summary>A season alone is enough: without it a noisy copy of random numbers cannot be said ahead.</summary>
    [Fact]
    public void Given_a_random_season_When_its_period_is_known_Then_it_is_forecast_also_at_horizons_beyond_it()
    {
        double[] season = [.. new Noise(1).Take(24)];
        double[] values = [.. new Noise(2).Take(3000).Select((n, t) => 20 + season[t % 24] + (0.02 * n))];
        double[] Skills(string period)
        {
            var run = new SeriesRun(
                new ForecastTask { Horizons = [1, 7, 30], Scoring = new() { From = 2000 } },
                SeriesRun.Learner("liquid", ("lags", "0"), ("window", "2"), ("period", period), ("second-period", "0"), ("learning-rate", "0.003")));
            run.Feed("a", values);
            return [.. run.Summary().Scores(0, ScoreView.SinceStart)!.SkillByHorizon];
        }

        var (known, unknown) = (Skills("24"), Skills("0"));

        Assert.All(known, skill => Assert.True(skill > 0.8, string.Join(", ", known)));
        Assert.True(unknown.Max() < 0.7, string.Join(", ", unknown));
    }

    [Fact]
    public void Given_a_feature_that_tells_the_next_move_When_it_is_learned_Then_the_forecast_has_it()
    {
        double[] moves = new Noise(3).Take(3001);
        var value = 0.0;
        double[] values = [.. moves.Take(3000).Select(move => value += move)];
        var run = new SeriesRun(
            new ForecastTask { Horizons = [1], Features = 1, Scoring = new() { From = 2000 } },
            SeriesRun.Learner("liquid", ("period", "0"), ("second-period", "0"), ("learning-rate", "0.003"), ("warm-up", "3000")));

        run.Feed("a", values, step => [moves[step + 1]]);

        Assert.InRange(run.Summary().Scores(0, ScoreView.SinceStart)!.SkillByHorizon[0], 0.7, 1);
    }

    [Theory]
    [InlineData(RecurrentCell.Cfc)]
    [InlineData(RecurrentCell.Ltc)]
    [InlineData(RecurrentCell.Gru)]
    public void Given_weights_in_a_file_When_it_starts_Then_it_has_them_and_the_readout_is_not_cleared(RecurrentCell cell)
    {
        var options = RecurrentCombination.Small(cell, wired: false, carried: false, moves: true) with { LearningRate = 1e-9, Optimizer = "sgd" };
        var architecture = options.ArchitectureFor(Task);
        var weights = new float[architecture.Layout.Count];
        architecture.Initialize(weights, new(5));
        architecture.Layout["head.bias"].In(weights.AsSpan())[1] = 2;
        var warm = new RecurrentForecaster(Task, options with { WarmStart = ForecasterState.Weights(architecture, weights) }, seed: 1);

        Assert.Equal(weights, Parameters(warm));
        for (var step = 0; step < 10; step++)
        {
            warm.Learn([step, 0]);
        }

        // The mean move over three steps is 3.
        Assert.True(ForecasterState.Predict(warm, Task)[1] > 9 + 3, string.Join(", ", ForecasterState.Predict(warm, Task)));
        var refusal = Assert.Throws<OptionException>(() => new RecurrentForecaster(
            Task, options with { Units = 10, WarmStart = ForecasterState.Weights(architecture, weights), Path = "pipelines.p.learner" }, seed: 1));
        Assert.Equal("pipelines.p.learner.warm-start", refusal.Path);
    }

    [Theory]
    [MemberData(nameof(RecurrentCombination.All), MemberType = typeof(RecurrentCombination))]
    public void Given_the_two_backends_When_they_learn_the_same_series_Then_their_forecasts_are_close(
        RecurrentCell cell, bool wired, bool carried, bool moves)
    {
        var options = RecurrentCombination.Small(cell, wired, carried, moves) with { Optimizer = "sgd", LearningRate = 0.02, WarmUp = 20 };
        double[] Run(DeviceSetting device)
        {
            var learner = new RecurrentForecaster(Task, options with { Device = device }, seed: 4);
            return
            [
                .. Disturbed(50).Where(step => step.Value is not null).SelectMany(step =>
                {
                    Assert.NotEqual(LearnOutcome.Refused, learner.Learn([step.Value!.Value, step.Feature], step.Elapsed));
                    return ForecasterState.Predict(learner, Task);
                }),
            ];
        }

        AssertNear(Run(DeviceSetting.Cpu), Run(DeviceSetting.Torch), "torch");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Given_a_learner_on_torch_When_its_state_is_loaded_where_another_device_is_configured_Then_it_stays_on_torch_with_the_same_bits(bool carried)
    {
        var options = Small with { Carried = carried };
        var series = Disturbed(60).Where(step => step.Value is not null).ToArray();
        var original = new RecurrentForecaster(Task, options with { Device = DeviceSetting.Torch }, seed: 2);
        foreach (var (value, feature, elapsed) in series[..30])
        {
            original.Learn([value!.Value, feature], elapsed);
        }

        var loaded = new RecurrentForecaster(Task, options with { Device = DeviceSetting.Cpu }, seed: 9);
        ForecasterState.Load(loaded, ForecasterState.Save(original));
        foreach (var (value, feature, elapsed) in series[30..])
        {
            original.Learn([value!.Value, feature], elapsed);
            loaded.Learn([value!.Value, feature], elapsed);
        }

        Assert.Equal(ForecasterState.Save(original), ForecasterState.Save(loaded));
    }

    [Theory]
    [MemberData(nameof(RecurrentCombination.All), MemberType = typeof(RecurrentCombination))]
    public void Given_any_combination_When_state_is_stored_and_loaded_midway_Then_the_bits_go_on(RecurrentCell cell, bool wired, bool carried, bool moves)
    {
        foreach (var then in Enum.GetValues<AfterWarmUp>())
        {
            var options = RecurrentCombination.Small(cell, wired, carried, moves) with { Then = then, WarmUp = 30, SecondPeriod = 40 };
            foreach (var cut in new[] { 1, 4, 7, 25, 45 })
            {
                var original = new RecurrentForecaster(Task, options, seed: 1);
                Play(original, 0, cut);
                var loaded = new RecurrentForecaster(Task, options, seed: 99);
                Play(loaded, 20, 28);
                ForecasterState.Load(loaded, ForecasterState.Save(original));

                Assert.Equal(ForecasterState.Predict(original, Task), ForecasterState.Predict(loaded, Task));
                Play(original, cut, 70);
                Play(loaded, cut, 70);
                Assert.Equal(ForecasterState.Save(original), ForecasterState.Save(loaded));
            }
        }
    }

    /// <summary>One network alone for a key and the same in a fleet of others: nothing of the shared room is state.</summary>
    [Theory]
    [MemberData(nameof(RecurrentCombination.All), MemberType = typeof(RecurrentCombination))]
    public void Given_a_shared_workspace_When_two_learn_in_turn_Then_each_has_the_bits_that_it_has_alone(
        RecurrentCell cell, bool wired, bool carried, bool moves)
    {
        var options = RecurrentCombination.Small(cell, wired, carried, moves);
        var workspaces = new FleetWorkspaces();
        var (one, other) = (new RecurrentForecaster(Task, options, 1, workspaces), new RecurrentForecaster(Task, options, 2, workspaces));
        var alone = new RecurrentForecaster(Task, options, 1);
        for (var step = 0; step < 80; step++)
        {
            Play(one, step, step + 1);
            Play(other, 79 - step, 80 - step);
            Play(alone, step, step + 1);
            Assert.Equal(ForecasterState.Predict(alone, Task), ForecasterState.Predict(one, Task));
        }

        Assert.Equal(ForecasterState.Save(alone), ForecasterState.Save(one));
    }

    /// <summary>
    /// Last-value has a skill of 0. Target <c>move</c> starts there and learns this in 2000 records. Target <c>level</c> has to learn first
    /// that a value is like the one before: it does so for four steps ahead, and is worse than last-value one step ahead in most of its
    /// combinations; a bound says how far.
    /// </summary>
    [Theory]
    [MemberData(nameof(RecurrentCombination.All), MemberType = typeof(RecurrentCombination))]
    public void Given_any_combination_When_a_noisy_sine_is_learned_Then_it_beats_last_value_where_the_docs_say_so(
        RecurrentCell cell, bool wired, bool carried, bool moves)
    {
        var kind = cell == RecurrentCell.Gru ? "gru" : "liquid";
        List<(string, string)> settings =
        [
            ("units", "12"), ("window", "8"), ("lags", "6"), ("period", "0"), ("second-period", "0"), ("learning-rate", "0.005"), ("warm-up", "10000"),
            ("inference", carried ? "carried" : "restart"), ("target", moves ? "move" : "level"),
        ];
        if (kind == "liquid")
        {
            var name = cell switch { RecurrentCell.CfcNoGate => "cfc-no-gate", RecurrentCell.CfcPure => "cfc-pure", RecurrentCell.Ltc => "ltc", _ => "cfc" };
            settings.AddRange([("cell", name), ("wiring", wired ? "ncp" : "full")]);
        }

        var run = new SeriesRun(new ForecastTask { Horizons = [1, 4], Scoring = new() { From = 2000 } }, SeriesRun.Learner(kind, [.. settings]));

        run.Feed("a", new Noise(6).Take(4000).Select((n, t) => 20 + (10 * Math.Sin(t / 3.0)) + (0.2 * n)));

        var skills = run.Summary().Scores(0, ScoreView.SinceStart)!.SkillByHorizon;
        Assert.All(skills, skill => Assert.InRange(skill, moves ? cell == RecurrentCell.CfcPure && wired ? 0.6 : 0.75 : -1, 1));
        Assert.True(moves || skills[1] > 0.4, string.Join(", ", skills));
    }

    [Theory]
    [InlineData("liquid", "cell", "gru")]
    [InlineData("liquid", "wiring", "random")]
    [InlineData("liquid", "sparsity", "0.05")]
    [InlineData("liquid", "unfolds", "0")]
    [InlineData("liquid", "units", "0")]
    [InlineData("liquid", "window", "0")]
    [InlineData("liquid", "lags", "-1")]
    [InlineData("liquid", "period", "100001")]
    [InlineData("liquid", "second-period", "-1")]
    [InlineData("liquid", "inference", "stateful")]
    [InlineData("liquid", "target", "value")]
    [InlineData("liquid", "head-room", "0.9")]
    [InlineData("liquid", "warm-up", "-1")]
    [InlineData("liquid", "then", "stop")]
    [InlineData("liquid", "continue-rate", "1.1")]
    [InlineData("liquid", "raised-rate", "0.5")]
    [InlineData("liquid", "reaction-records", "0")]
    [InlineData("liquid", "optimizer", "adamw")]
    [InlineData("liquid", "learning-rate", "0")]
    [InlineData("liquid", "max-gradient-norm", "0")]
    [InlineData("liquid", "forgetting", "1")]
    [InlineData("liquid", "device", "tpu")]
    [InlineData("liquid", "experts", "liquid")]
    [InlineData("gru", "then", "hybrid")]
    [InlineData("hybrid", "then", "hybrid")]
    [InlineData("hybrid", "experts", "incremental, incremental")]
    [InlineData("hybrid", "detector", "eddm")]
    [InlineData("hybrid", "mixture-rate", "-1")]
    [InlineData("hybrid", "fixed-share", "0.6")]
    [InlineData("hybrid", "min-samples", "0")]
    [InlineData("incremental", "refit-every", "0")]
    [InlineData("incremental", "memory", "1000000")]
    [InlineData("incremental", "normalization", "batch")]
    [InlineData("incremental", "stop-after", "-1")]
    public void Given_a_setting_that_cannot_be_used_When_a_pipeline_is_planned_Then_it_is_refused_by_its_path(string kind, string name, string text)
    {
        var refusal = Assert.Throws<OptionException>(() => new SeriesRun(new ForecastTask(), SeriesRun.Learner(kind, (name, text))));

        Assert.Equal("learner." + name, refusal.Path);
    }

    [Fact]
    public void Given_too_few_units_for_a_wiring_When_a_pipeline_is_planned_Then_the_units_are_refused()
    {
        Assert.Equal("learner.units", Assert.Throws<OptionException>(() => Plan("5")).Path);
        Plan("6");

        static SeriesRun Plan(string units) => new(new ForecastTask(), SeriesRun.Learner("liquid", ("wiring", "ncp"), ("units", units)));
    }

    private static RecurrentOptions Small => RecurrentCombination.Small(RecurrentCell.Cfc, wired: false, carried: false, moves: true);

    /// <summary>A wave with noise; a step in seven is missing, and elapsed times are irregular.</summary>
    private static IEnumerable<(double? Value, double Feature, double Elapsed)> Disturbed(int steps)
    {
        var noise = new Noise(11);
        for (var step = 0; step < steps; step++)
        {
            var value = 20 + (5 * Math.Sin(step / 2.0)) + noise.Next();
            yield return (step % 7 == 5 ? null : value, Math.Cos(step), step % 7 == 6 ? 2 : 1 + (0.1 * Math.Sin(step)));
        }
    }

    private static void Play(RecurrentForecaster learner, int from, int to)
    {
        foreach (var (value, feature, elapsed) in Disturbed(to).Skip(from))
        {
            if (value is { } known)
            {
                learner.Learn([known, feature], elapsed);
            }
            else
            {
                learner.Skip(1);
            }
        }
    }

    private static void AssertNear(double[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) < 2e-3 * (1 + Math.Abs(expected[i])), $"{what}, {i}: expected {expected[i]}, actual {actual[i]}");
        }
    }

    /// <summary>A field of the network's own block: signature, device, parameters, carried state, updater.</summary>
    private static byte[] Network(byte[][] fields, int field) => ForecasterState.Fields(fields[Model])[field];

    private static float[] Parameters(RecurrentForecaster learner) => ForecasterState.Floats(Network(ForecasterState.Fields(ForecasterState.Save(learner)), 2));
}
