using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>What every learner of the tasks classify and regress must do.</summary>
public sealed class SupervisedConformanceTests
{
    private static readonly string[] TwoKeys = ["a", "b"];

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_a_stream_When_it_is_cut_and_stored_anywhere_Then_predictions_and_states_are_the_same_bits(string kind, string task, string settings)
    {
        var feed = SupervisedStream.Of(SupervisedStream.Tasks[task], TwoKeys, 400);
        var whole = Create(kind, task, settings);
        var expected = whole.Process(feed);
        var random = new Random(4);
        var cut = Create(kind, task, settings);

        var row = 0;
        foreach (var batch in feed.Batches(Enumerable.Range(1, feed.Count - 1).Where(at => random.Next(4) == 0)))
        {
            var predictions = cut.Process(batch);
            for (var i = 0; i < batch.Count; i++, row++)
            {
                Assert.Equal(expected.Statuses[row], predictions.Statuses[i]);
                Assert.Equal(expected.ModelVersions[row], predictions.ModelVersions[i]);
                Assert.Equal(expected.List(row), predictions.List(i));
                Assert.Equal(expected.Row(row), predictions.Row(i));
                Assert.Equal(expected.Text(row), predictions.Text(i));
            }

            if (random.Next(3) == 0)
            {
                cut.Restart();
            }
        }

        Assert.Contains(ExampleStatus.Learned, expected.Statuses);
        Assert.Contains(ExampleStatus.Held, expected.Statuses);
        Assert.Contains(ExampleStatus.Dropped, expected.Statuses);
        Assert.All(whole.Save().Zip(cut.Save()), pair => Assert.Equal(pair.First.State, pair.Second.State));
    }

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_features_When_they_are_foreseen_Then_it_is_what_is_answered_and_nothing_has_changed(string kind, string task, string settings)
    {
        var fleet = Create(kind, task, settings);
        var feed = SupervisedStream.Of(SupervisedStream.Tasks[task], ["a"], 200);
        fleet.Process(feed.Batch(0, 150));
        var before = fleet.SaveKey("a");

        for (var row = 150; row < 200; row++)
        {
            var batch = feed.Batch(row, row + 1);
            var state = fleet.SaveKey("a");
            var foreseen = fleet.Fleet.Foresee(batch, 0);
            Assert.Equal(state, fleet.SaveKey("a"));

            var answer = fleet.Process(batch);
            if (answer.Statuses[0] == ExampleStatus.Predicted)
            {
                Assert.Equal(ForesightStatus.Predicted, foreseen.Status);
                Assert.Equal(answer.ModelVersions[0], foreseen.ModelVersion);
                Assert.Equal(task == "numbers" ? answer.Values : answer.Lists, foreseen.Numbers);
                Assert.Equal(task == "growing" ? answer.Texts : null, foreseen.Texts);
            }
        }

        Assert.NotEqual(before, fleet.SaveKey("a"));
    }

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_a_learner_When_it_predicts_Then_the_bits_are_the_same_each_time_and_its_state_is_as_it_was(string kind, string task, string settings)
    {
        var learner = Learner(kind, task, settings);
        Learn(learner, task, 60);
        var random = new Random(9);
        var outputs = new double[learner.Outputs];
        var again = new double[learner.Outputs];
        var features = Enumerable.Range(0, 40).Select(_ => SupervisedStream.Features(random)).ToArray();
        var before = LearnerState.Save(learner);

        foreach (var row in features)
        {
            learner.Predict(row, outputs);
            learner.Predict(features[0], again);
            learner.Predict(row, again);
            Assert.Equal(outputs, again);
            AssertPrediction(task, outputs);
        }

        Assert.Equal(before, LearnerState.Save(learner));
    }

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_its_published_settings_When_they_are_set_Then_they_are_usable_and_an_unusable_one_is_refused_by_its_path(
        string kind, string task, string settings)
    {
        var registration = SupervisedCatalog.All.Single(learner => learner.Kind == kind);
        var (bare, stated) = (Learner(kind, task, ""), Make(kind, task, registration.Options));
        Learn(bare, task, 100);
        Learn(stated, task, 100);

        Assert.NotNull(settings);
        Assert.Equal(LearnerState.Save(bare), LearnerState.Save(stated));
        Assert.All(registration.Options.Keys, name =>
        {
            var refusal = Assert.Throws<OptionException>(() => Make(kind, task, new Dictionary<string, string>(registration.Options) { [name] = "eleven" }));
            Assert.Equal("learner." + name, refusal.Path);
        });
    }

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_features_and_targets_that_arithmetic_breaks_on_When_they_are_learned_Then_all_stays_finite_and_can_be_loaded(
        string kind, string task, string settings)
    {
        foreach (var (name, series) in HardSeries.All)
        {
            using var learner = Learner(kind, task, settings);
            var outputs = new double[8];
            for (var step = 0; step < 450; step++)
            {
                float[] features = [Single(series(step, 1)), Single(series(step, 2)), Single(series(step, 0))];
                if (task != "numbers" && learner.Outputs < 3)
                {
                    learner.GrowClasses(learner.Outputs + 1, features);
                }

                var target = task == "numbers" ? series(step, 0) : (step * 7 / 5) % 3;
                learner.Predict(features, outputs.AsSpan(0, learner.Outputs));
                AssertPrediction(task, outputs.AsSpan(0, learner.Outputs).ToArray());
                learner.Learn(features, target);
            }

            var state = LearnerState.Save(learner);
            Assert.All(LearnerState.Numbers(state), number => Assert.True(double.IsFinite(number), $"{name}: {number} is not finite."));
            using var copy = Learner(kind, task, settings);
            LearnerState.Load(copy, state);
            Assert.Equal(state, LearnerState.Save(copy));
        }

        static float Single(double value) => (float)Math.Clamp(value, float.MinValue, float.MaxValue);
    }

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_a_loaded_copy_that_has_learned_something_else_When_both_learn_the_same_Then_they_stay_the_same_bits(
        string kind, string task, string settings)
    {
        foreach (var learned in new[] { 0, 1, 13, 150 })
        {
            using var original = Learner(kind, task, settings);
            Learn(original, task, learned);
            using var copy = Learner(kind, task, settings, seed: 99);
            Learn(copy, task, 40, seed: 5);
            LearnerState.Load(copy, LearnerState.Save(original));
            Assert.Equal(LearnerState.Save(original), LearnerState.Save(copy));

            Learn(original, task, 90, seed: 7);
            Learn(copy, task, 90, seed: 7);
            Assert.Equal(LearnerState.Save(original), LearnerState.Save(copy));
        }
    }

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_a_good_state_When_it_returns_to_it_Then_it_predicts_finite_numbers_and_a_loaded_copy_does_the_same(string kind, string task, string settings)
    {
        using var learner = Learner(kind, task, settings);
        Learn(learner, task, 100);
        learner.KeepGood();
        Learn(learner, task, 100, seed: 3);
        using var copy = Learner(kind, task, settings);
        LearnerState.Load(copy, LearnerState.Save(learner));

        var later = LearnerState.Save(learner);
        learner.ReturnToGood();
        copy.ReturnToGood();

        // Those that may refuse an update have something to return to.
        Assert.Equal(kind.StartsWith("mlp-", StringComparison.Ordinal) || kind == "linear-regression", !later.AsSpan().SequenceEqual(LearnerState.Save(learner)));
        var outputs = new double[learner.Outputs];
        learner.Predict([1, 105, 0], outputs);
        Assert.All(outputs, output => Assert.True(double.IsFinite(output)));
        Assert.Equal(LearnerState.Save(learner), LearnerState.Save(copy));
        Learn(learner, task, 20, seed: 4);
    }

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_examples_like_those_before_When_it_predicts_and_learns_Then_nothing_is_allocated(string kind, string task, string settings)
    {
        using var learner = Learner(kind, task, settings);
        Learn(learner, task, 600);
        var random = new Random(8);
        var rows = Enumerable.Range(0, 100).Select(_ => SupervisedStream.Features(random)).ToArray();
        var targets = rows.Select(row => Target(task, row)).ToArray();
        var outputs = new double[learner.Outputs];

        // The runtime may allocate for itself while it compiles what has become hot; what an example needs, every part needs.
        var least = long.MaxValue;
        for (var part = 0; part < 4; part++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < rows.Length; i++)
            {
                learner.Predict(rows[i], outputs);
                learner.Learn(rows[i], targets[i]);
                learner.KeepGood();
            }

            learner.ReturnToGood();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_state_that_is_cut_off_or_of_another_version_or_learner_When_it_is_loaded_Then_it_is_refused(string kind, string task, string settings)
    {
        var fleet = Create(kind, task, settings);
        fleet.Process(SupervisedStream.Of(SupervisedStream.Tasks[task], ["a"], 80));
        var state = fleet.SaveKey("a");

        Assert.All(
            Enumerable.Range(0, 64).Concat(Enumerable.Range(0, 40).Select(part => part * state.Length / 40)).Append(state.Length - 1),
            length => Assert.Throws<StateFormatException>(() => Create(kind, task, settings).LoadKey("a", state[..length])));
        Assert.Throws<StateFormatException>(() => Create(kind, task, settings).LoadKey("a", [.. state, 0]));
        Assert.Throws<StateFormatException>(() => Create(kind, task, settings).LoadKey("a", StoredState.OfNextVersion(state)));
        Assert.Throws<StateFormatException>(() => Create(kind, task, settings).LoadKey("a", StoredState.OfNextVersion(state, kind)));
        var wider = SupervisedStream.Plan(
            SupervisedStream.Tasks[task] with { Features = 4 }, SupervisedStream.Choice(SupervisedStream.Tasks[task].Name, kind, SupervisedRows.Settings(settings)));
        Assert.Throws<StateFormatException>(() => new SupervisedFleetUnderTest(wider).LoadKey("a", state));
    }

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_a_damaged_byte_When_the_state_is_loaded_Then_it_is_refused_or_harmless_but_never_another_exception(string kind, string task, string settings)
    {
        var fleet = Create(kind, task, settings);
        var stream = SupervisedStream.Of(SupervisedStream.Tasks[task], ["a"], 80);
        fleet.Process(stream);
        var state = fleet.SaveKey("a");
        var random = new Random(31337);
        var refused = 0;
        var next = SupervisedStream.Of(SupervisedStream.Tasks[task], ["a"], 12, seed: 77).Batch();
        for (var round = 0; round < 250; round++)
        {
            var damaged = state.ToArray();
            damaged[random.Next(round % 2 == 0 ? state.Length : Math.Min(state.Length, 600))] = (byte)random.Next(256);
            var loaded = Create(kind, task, settings);
            try
            {
                loaded.LoadKey("a", damaged);
            }
            catch (StateFormatException)
            {
                refused++;
                continue;
            }

            // Numbers may be others than they were; they are still numbers.
            var predictions = loaded.Process(next);
            Assert.All(predictions.Lists, number => Assert.True(double.IsFinite(number)));
            Assert.All(predictions.Values, number => Assert.True(double.IsFinite(number)));
            loaded.Restart();
        }

        Assert.InRange(refused, 1, 249);
    }

    [Theory]
    [MemberData(nameof(SupervisedRows.All), MemberType = typeof(SupervisedRows))]
    public void Given_many_examples_When_they_are_learned_Then_the_state_has_stopped_growing(string kind, string task, string settings)
    {
        using var learner = Learner(kind, task, settings);
        Learn(learner, task, 400);
        var size = LearnerState.Save(learner).Length;

        Learn(learner, task, 2000, seed: 6);

        // Whole numbers take more bytes when they grow, and rows wait for their batch.
        Assert.InRange(LearnerState.Save(learner).Length, size - 400, size + 400);
    }

    private static SupervisedFleetUnderTest Create(string kind, string task, string settings) => new(SupervisedStream.Plan(
        SupervisedStream.Tasks[task], SupervisedStream.Choice(SupervisedStream.Tasks[task].Name, kind, SupervisedRows.Settings(settings))));

    private static ISupervisedLearner Learner(string kind, string task, string settings, ulong seed = 1) =>
        Make(kind, task, SupervisedRows.Settings(settings).ToDictionary(setting => setting.Item1, setting => setting.Item2), seed);

    private static ISupervisedLearner Make(string kind, string task, IReadOnlyDictionary<string, string> settings, ulong seed = 1) =>
        SupervisedCatalog.All.Single(learner => learner.Kind == kind)
            .Create(SupervisedStream.Tasks[task], new OptionSet("learner", settings), seed, new FleetWorkspaces());

    private static void Learn(ISupervisedLearner learner, string task, int examples, int seed = 2)
    {
        var random = new Random(seed);
        for (var i = 0; i < examples; i++)
        {
            var features = SupervisedStream.Features(random);
            if (task == "growing" && learner.Outputs < 3)
            {
                learner.GrowClasses(learner.Outputs + 1, features);
            }

            // Of those that it knows: as learned before, one after the other.
            Assert.NotEqual(LearnOutcome.Refused, learner.Learn(features, Math.Min(Target(task, features), task == "numbers" ? double.MaxValue : learner.Outputs - 1)));
        }
    }

    private static double Target(string task, float[] features) => task == "numbers"
        ? SupervisedStream.TargetOf(features)
        : SupervisedStream.Fixed.Classes.ToList().IndexOf(SupervisedStream.LabelOf(features));

    private static void AssertPrediction(string task, double[] outputs)
    {
        Assert.All(outputs, output => Assert.True(double.IsFinite(output), $"{output} is not finite."));
        if (task != "numbers" && outputs.Length > 0)
        {
            Assert.All(outputs, output => Assert.InRange(output, 0, 1));
            Assert.Equal(1, outputs.Sum(), 1e-9);
        }
    }
}
