using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>What every learner of the catalog must do, whatever its task.</summary>
public sealed class LearnerConformanceTests
{
    /// <summary>What a damaged state may take besides twice what a good one takes: an exception, and methods that run first.</summary>
    private const long SlackToLoad = 256 * 1024;

    private static readonly string[] TwoKeys = ["a", "b"];

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_nothing_learned_When_it_predicts_Then_the_numbers_are_finite(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);

        Assert.All(adapter.PredictUntrained(learner, new Dictionary<string, string>()), AssertFinite);
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_its_published_settings_When_they_are_set_Then_they_are_usable_and_an_unusable_one_is_refused_by_its_path(
        string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);

        Assert.Equal(
            adapter.PredictUntrained(learner, new Dictionary<string, string>()), adapter.PredictUntrained(learner, learner.Options));
        Assert.All(learner.Options.Keys, name =>
        {
            var settings = new Dictionary<string, string>(learner.Options) { [name] = "eleven" };
            var refusal = Assert.Throws<OptionException>(() => adapter.PredictUntrained(learner, settings));
            Assert.Equal("learner." + name, refusal.Path);
        });
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_the_same_examples_and_seed_When_two_fleets_learn_Then_predictions_and_state_are_the_same_bits(
        string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var examples = Waves(adapter, 0, 400).Batch();
        var one = adapter.Create(learner, seed: 5);
        var other = adapter.Create(learner, seed: 5);

        AssertSameBits(one.Process(examples), other.Process(examples));
        Assert.Equal(one.Save(), other.Save());
    }

    [Theory]
    [MemberData(nameof(LearnerRows.AllWithHardSeries), MemberType = typeof(LearnerRows))]
    public void Given_numbers_that_arithmetic_breaks_on_When_it_learns_Then_predictions_and_state_stay_finite(
        string task, string kind, string series)
    {
        var (adapter, learner) = Row(task, kind);
        var fleet = adapter.Create(learner);
        var feed = new Feed(adapter.Width).AddSeries("hard", 0, 700, adapter.StepMilliseconds, HardSeries.All[series]);

        var predictions = fleet.Process(feed.Batch());

        Assert.All(predictions.Statuses, status => Assert.Equal(ExampleStatus.Predicted, status));
        Assert.All(predictions.Values, AssertFinite);
        Assert.True(feed.Count > adapter.ExamplesToFill);
        Assert.All(StoredState.Numbers(fleet.SaveKey("hard")), AssertFinite);
    }

    [Theory]
    [MemberData(nameof(LearnerRows.AllWithHardSeries), MemberType = typeof(LearnerRows))]
    public void Given_numbers_that_arithmetic_breaks_on_When_state_is_stored_and_loaded_midway_Then_nothing_changes(
        string task, string kind, string series)
    {
        var (adapter, learner) = Row(task, kind);
        var feed = new Feed(adapter.Width).AddSeries("hard", 0, 400, adapter.StepMilliseconds, HardSeries.All[series]);
        var undisturbed = adapter.Create(learner);
        undisturbed.Process(feed.Batch(0, 201));

        var loaded = adapter.Load(learner, undisturbed.Save());

        AssertSameBits(undisturbed.Process(feed.Batch(201, 400)), loaded.Process(feed.Batch(201, 400)));
        Assert.Equal(undisturbed.Save(), loaded.Save());
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_number_that_is_not_finite_When_it_comes_Then_the_example_is_refused_and_the_state_unchanged(
        string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var fleet = adapter.Create(learner);
        fleet.Process(Waves(adapter, 0, 30).Batch());
        var before = fleet.Save();

        foreach (var bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            for (var place = 0; place < adapter.Width; place++)
            {
                var at = place;
                var feed = new Feed(adapter.Width);
                feed.AddSeries("a", 30, 31, adapter.StepMilliseconds, (_, p) => p == at ? bad : 1);
                feed.AddSeries("new", 30, 31, adapter.StepMilliseconds, (_, p) => p == at ? bad : 1);

                var predictions = fleet.Process(feed.Batch());

                Assert.Equal([ExampleStatus.NotFinite, ExampleStatus.NotFinite], predictions.Statuses);
                Assert.All(predictions.Values, value => Assert.Equal(0, value));
            }
        }

        Assert.Equal(before, fleet.Save());
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_late_or_repeated_time_When_it_comes_Then_the_example_is_refused_and_the_state_unchanged(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var fleet = adapter.Create(learner);
        fleet.Process(Waves(adapter, 0, 30).Batch());
        var before = fleet.Save();
        var late = new Feed(adapter.Width);
        foreach (var step in new[] { 29, 28, 0, -1, -1_000_000 })
        {
            late.AddSeries("a", step, step + 1, adapter.StepMilliseconds, (_, _) => 1e9);
        }

        late.Add("a", long.MinValue, new double[adapter.Width]);
        var predictions = fleet.Process(late.Batch());

        Assert.All(predictions.Statuses, status => Assert.Equal(ExampleStatus.TimeNotIncreasing, status));
        Assert.All(predictions.Values, value => Assert.Equal(0, value));
        Assert.Equal(before, fleet.Save());
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_batch_of_predictions_used_before_When_examples_are_refused_or_forgotten_Then_their_rows_are_cleared(
        string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var fleet = adapter.Create(learner);
        var predictions = PredictionBatch.Allocate(3, fleet.PredictionWidth);
        fleet.Process(new Feed(adapter.Width).AddSeries("a", 0, 3, adapter.StepMilliseconds, (_, _) => 3).Batch(), 0, predictions);
        Assert.Contains(predictions.Values, value => value != 0);

        var feed = new Feed(adapter.Width).AddSeries("a", 1, 2, adapter.StepMilliseconds, (_, _) => 3).Forget("b");
        feed.AddSeries("c", 0, 1, adapter.StepMilliseconds, (_, _) => double.NaN);
        fleet.Process(feed.Batch(), 0, predictions);

        Assert.Equal([ExampleStatus.TimeNotIncreasing, ExampleStatus.Forgotten, ExampleStatus.NotFinite], predictions.Statuses);
        Assert.All(predictions.Values, value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_keys_that_come_and_go_When_others_learn_on_Then_the_others_bits_are_as_if_they_were_alone(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var alone = adapter.Create(learner);
        var crowded = adapter.Create(learner);
        for (var step = 0; step < 60; step++)
        {
            var examples = Waves(adapter, step, step + 1).Batch();
            var guests = new Feed(adapter.Width).AddWaves([$"guest {step}", "always"], step, step + 1, adapter.StepMilliseconds, seed: 9);
            if (step % 3 == 2)
            {
                guests.Forget($"guest {step - 2}").Forget($"guest {step - 1}").Forget($"guest {step}").Forget("never seen");
            }

            crowded.Process(guests.Batch());
            AssertSameBits(alone.Process(examples), crowded.Process(examples));
        }

        Assert.Equal(3, crowded.Keys);
        crowded.Process(new Feed(adapter.Width).Forget("always").Batch());
        Assert.Equal(alone.Save(), crowded.Save());
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_key_that_was_forgotten_When_it_returns_Then_it_starts_afresh(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var returned = adapter.Create(learner);
        returned.Process(Waves(adapter, 0, 50).Forget("a").Forget("b").Batch());
        Assert.Equal(0, returned.Keys);
        var fresh = adapter.Create(learner);

        // Earlier times too: nothing of the forgotten series is left.
        AssertSameBits(fresh.Process(Waves(adapter, 20, 70).Batch()), returned.Process(Waves(adapter, 20, 70).Batch()));
        Assert.Equal(fresh.Save(), returned.Save());
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_full_fleet_When_another_key_comes_Then_the_one_that_was_idle_longest_makes_room(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var fleet = adapter.Create(learner, maxKeys: 2);
        var feed = Waves(adapter, 0, 30)
            .AddSeries("a", 30, 31, adapter.StepMilliseconds, (_, _) => 1)
            .AddSeries("c", 0, 1, adapter.StepMilliseconds, (_, _) => double.NaN)
            .AddSeries("c", 0, 1, adapter.StepMilliseconds, (_, _) => 1)
            .AddSeries("b", 40, 45, adapter.StepMilliseconds, (step, _) => step);

        var predictions = fleet.Process(feed.Batch());

        // b for c; then, afresh, for a.
        Assert.Equal([62, 63], predictions.Evictions);
        Assert.Equal(ExampleStatus.NotFinite, predictions.Statuses[61]);
        Assert.Equal(0, predictions.ModelVersions[61]);
        Assert.Equal([1, 1, 2, 3, 4, 5], predictions.ModelVersions[62..]);
        fleet.Save();
        var fresh = adapter.Create(learner);
        fresh.Process(feed.Batch(62, 68));
        Assert.Equal(fresh.Save(), fleet.Save());
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_hundred_thousand_examples_When_they_are_learned_Then_the_state_has_stopped_growing_after_the_first_tenth(
        string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var fleet = adapter.Create(learner);
        var predictions = PredictionBatch.Allocate(1000, fleet.PredictionWidth);
        var sizeAfterTenth = 0;
        for (var chunk = 0; chunk < 100; chunk++)
        {
            var feed = new Feed(adapter.Width).AddSeries(
                "a", chunk * 1000, (chunk + 1) * 1000, adapter.StepMilliseconds,
                (step, place) => Math.Sin((step * 0.1) + place) + (step % 7));
            fleet.Process(feed.Batch(), 0, predictions);
            if (chunk == 9)
            {
                sizeAfterTenth = fleet.Save().Length;
            }
        }

        // Whole numbers take more bytes when they grow; nothing else may.
        Assert.InRange(fleet.Save().Length, sizeAfterTenth, sizeAfterTenth + 64);
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_known_keys_When_they_learn_on_Then_nothing_is_allocated(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var fleet = adapter.Create(learner);
        string[] keys = ["a", "b", "a longer key, as the names of links are: ATLA-M5>WASH"];

        // A step in five is missing.
        var feed = new Feed(adapter.Width);
        for (var step = 0; step < 1500; step++)
        {
            if (step % 5 != 3)
            {
                feed.AddWaves(keys, step, step + 1, adapter.StepMilliseconds);
            }
        }

        var batches = feed.Batches(Enumerable.Range(1, (feed.Count - 1) / 60).Select(cut => cut * 60)).ToArray();
        var predictions = PredictionBatch.Allocate(60, fleet.PredictionWidth);
        foreach (var batch in batches[..20])
        {
            fleet.Process(batch, 0, predictions);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 20; i < batches.Length; i++)
        {
            fleet.Process(batches[i], 0, predictions);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(keys.Length, fleet.Keys);
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_the_reactions_that_it_names_When_drift_is_found_all_the_time_Then_it_learns_on_and_its_state_can_be_stored(
        string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        Assert.DoesNotContain(DriftReaction.None, learner.Reactions);
        Assert.True(
            learner.Reactions.Count == 0 || typeof(IReactsToDrift).IsAssignableFrom(adapter.TypeOf(learner)),
            $"{kind} names reactions; expected it to be an {nameof(IReactsToDrift)}.");
        foreach (var reaction in learner.Reactions)
        {
            var feed = Waves(adapter, 0, 350);
            var fleet = adapter.CreateAlarmed(learner, reaction);
            var predictions = fleet.Process(feed.Batch());
            Assert.True(predictions.DriftAlarms.Count > 10, $"{reaction}: {predictions.DriftAlarms.Count} alarms; expected more.");
            Assert.All(predictions.Values, AssertFinite);

            var again = adapter.CreateAlarmed(learner, reaction);
            again.Process(feed.Batch(0, 400));
            var loaded = adapter.LoadAlarmed(learner, again.Save(), reaction);
            loaded.Process(feed.Batch(400, feed.Count));
            Assert.Equal(fleet.Save(), loaded.Save());
        }
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_loaded_copy_When_both_learn_the_same_Then_they_stay_the_same_bits(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var original = adapter.Create(learner);
        foreach (var learned in new[] { 0, 1, 13, 29, 350 })
        {
            original = adapter.Create(learner);
            original.Process(Waves(adapter, 0, learned).Batch());
            var stored = original.Save();

            var copy = adapter.Load(learner, stored);

            Assert.Equal(stored, copy.Save());
            var next = Waves(adapter, learned, learned + 300).Batch();
            AssertSameBits(original.Process(next), copy.Process(next));
            Assert.Equal(original.Save(), copy.Save());
        }
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_loaded_copy_When_it_goes_its_own_way_Then_the_original_is_unchanged(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var original = adapter.Create(learner);
        original.Process(Waves(adapter, 0, 50).Batch());
        var before = original.Save();
        var stored = original.Save();
        var copy = adapter.Load(learner, stored);

        copy.Process(Waves(adapter, 50, 90, seed: 77).Forget("b").Batch());

        Assert.Equal(before, original.Save());
        Assert.Equal(before, stored);
        Assert.NotEqual(before, copy.Save());
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_any_cuts_into_chunks_When_it_learns_Then_predictions_and_state_are_the_same_bits(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var feed = new Feed(adapter.Width);
        var random = new Random(4711);
        for (var step = 0; step < 90; step++)
        {
            string[] present = [.. "abcd".Where(_ => random.NextDouble() < 0.8).Select(c => c.ToString())];
            feed.AddWaves(present, step, step + 1, adapter.StepMilliseconds);
            if (random.NextDouble() < 0.05)
            {
                feed.Forget("c");
            }
        }

        var whole = adapter.Create(learner);
        var expected = whole.Process(feed.Batch());
        for (var round = 0; round < 25; round++)
        {
            var share = random.NextDouble();
            var cuts = Enumerable.Range(1, feed.Count - 1).Where(_ => round == 0 || random.NextDouble() < share);
            var fleet = adapter.Create(learner);
            var row = 0;
            foreach (var batch in feed.Batches([.. cuts]))
            {
                var answer = fleet.Process(batch);
                for (var i = 0; i < batch.Count; i++, row++)
                {
                    Assert.Equal(expected.Statuses[row], answer.Statuses[i]);
                    Assert.Equal(expected.ModelVersions[row], answer.ModelVersions[i]);
                    Assert.Equal(Bits(expected.Row(row)), Bits(answer.Row(i)));
                }
            }

            Assert.Equal(whole.Save(), fleet.Save());
        }
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_chunk_whose_beginning_is_known_When_only_its_end_is_processed_Then_it_is_as_if_the_end_had_come_alone(
        string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var feed = Waves(adapter, 0, 40);
        var whole = adapter.Create(learner);
        var expected = whole.Process(feed.Batch());
        var resumed = adapter.Create(learner);
        resumed.Process(feed.Batch(0, 31));
        var predictions = PredictionBatch.Allocate(feed.Count - 31, resumed.PredictionWidth);

        resumed.Process(feed.Batch(), 31, predictions);

        Assert.Equal(Bits(expected.Values.AsSpan(31 * expected.Width)), Bits(predictions.Values));
        Assert.Equal(whole.Save(), resumed.Save());
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_state_that_is_cut_off_or_goes_on_When_it_is_loaded_Then_it_is_refused(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var state = Trained(adapter, learner).SaveKey("a");

        Assert.All(
            Enumerable.Range(0, 64).Concat(Enumerable.Range(0, 200).Select(part => part * state.Length / 200)).Append(state.Length - 1),
            length => Assert.Throws<StateFormatException>(() => adapter.LoadKey(learner, "a", state[..length])));
        Assert.Throws<StateFormatException>(() => adapter.LoadKey(learner, "a", [.. state, 0]));
        Assert.Throws<StateFormatException>(() => adapter.LoadKey(learner, "a", [.. state, .. state]));
    }

    /// <summary>A bug that there was: a header that counted one field too few. Readers that go through field by field do not
    /// notice.</summary>
    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_state_When_a_reader_skips_it_as_one_value_Then_it_ends_where_the_state_ends(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var state = Trained(adapter, learner).SaveKey("a");

        Assert.Equal(state.Length, StoredState.LengthOfFirstValue(state));
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_state_of_another_version_or_learner_When_it_is_loaded_Then_it_is_refused(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var state = Trained(adapter, learner).SaveKey("a");

        Assert.Throws<StateFormatException>(() => adapter.LoadKey(learner, "a", StoredState.OfNextVersion(state)));
        Assert.Throws<StateFormatException>(() => adapter.LoadKey(learner, "a", StoredState.OfNextVersion(state, learner.Kind)));
        Assert.Throws<StateFormatException>(() => adapter.LoadKey(learner, "a", "{\"state\": \"of something else\"}"u8.ToArray()));
        Assert.All(
            TaskAdapters.Learners.Where(other => other.Kind != kind),
            other =>
            {
                var foreign = Trained(TaskAdapters.For(other.Task), other).SaveKey("a");
                Assert.Throws<StateFormatException>(() => adapter.LoadKey(learner, "a", foreign));
            });
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_damaged_byte_When_the_state_is_loaded_Then_it_is_refused_or_harmless_but_never_another_exception(
        string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        var state = Trained(adapter, learner).SaveKey("a");
        var random = new Random(31337);
        var next = Waves(adapter, 40, 55).Batch();
        var refused = 0;
        var most = SlackToLoad + (2 * BytesToLoad(adapter, learner, state));
        for (var round = 0; round < 2000; round++)
        {
            var damaged = state.ToArray();
            damaged[random.Next(round % 2 == 0 ? state.Length : Math.Min(state.Length, 400))] = (byte)random.Next(256);
            FleetUnderTest? fleet = null;
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                fleet = adapter.LoadKey(learner, "a", damaged);
            }
            catch (StateFormatException)
            {
                refused++;
            }

            // Nothing is taken on the word of a length that is damaged.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
            if (fleet is null)
            {
                continue;
            }

            // Numbers may be others than they were; they are still numbers.
            Assert.All(fleet.Process(next).Values, AssertFinite);
            adapter.LoadKey(learner, "a", fleet.SaveKey("a"));
        }

        Assert.InRange(refused, 1, 1999);
    }

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_steps_without_examples_When_the_series_goes_on_Then_it_predicts_however_many_there_are(string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        foreach (var missing in new[] { 1L, 2, 11, 12, 13, 14, 287, 288, 289, 1000, 1_000_000, 100_000_000_000 })
        {
            var fleet = adapter.Create(learner);
            var feed = new Feed(adapter.Width);
            var step = 0L;
            for (var i = 0; i < 120; i++)
            {
                double[] numbers = [.. Enumerable.Range(0, adapter.Width).Select(place => Math.Sin(i + place))];
                feed.Add("a", step * adapter.StepMilliseconds, numbers);
                step += i % 10 == 9 || i > 110 ? missing + 1 : 1;
            }

            var predictions = fleet.Process(feed.Batch());

            Assert.All(predictions.Statuses, status => Assert.Equal(ExampleStatus.Predicted, status));
            Assert.All(predictions.Values, AssertFinite);
            Assert.Equal(fleet.Save(), adapter.Load(learner, fleet.Save()).Save());
        }
    }

    /// <summary>Would take years if it cost anything for each step.</summary>
    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_times_that_are_as_far_apart_as_times_can_be_When_they_come_Then_they_cost_no_more_than_the_memory(
        string task, string kind)
    {
        var (adapter, learner) = Row(task, kind);
        long[][] journeys =
        [
            [0, 1_000_000_000_000_000 * 60, long.MaxValue],
            [long.MinValue, -1_000_000_000, 0, long.MaxValue],
            [long.MinValue, long.MaxValue],
            [long.MaxValue - (40 * adapter.StepMilliseconds), long.MaxValue],
        ];
        foreach (var journey in journeys)
        {
            var fleet = adapter.Create(learner);
            var feed = new Feed(adapter.Width);
            for (var i = 0; i < 30; i++)
            {
                feed.Add("a", journey[0] + (i * adapter.StepMilliseconds), new double[adapter.Width]);
            }

            foreach (var time in journey[1..])
            {
                feed.Add("a", time, new double[adapter.Width]);
            }

            var predictions = fleet.Process(feed.Batch());

            Assert.All(predictions.Statuses, status => Assert.Equal(ExampleStatus.Predicted, status));
            Assert.All(predictions.Values, AssertFinite);
            Assert.Equal(fleet.Save(), adapter.Load(learner, fleet.Save()).Save());
        }
    }

    private static (TaskAdapter Adapter, LearnerRegistration Learner) Row(string task, string kind) =>
        (TaskAdapters.For(task), LearnerCatalog.Find(task, kind)!);

    private static Feed Waves(TaskAdapter adapter, int from, int to, int seed = 1) =>
        new Feed(adapter.Width).AddWaves(TwoKeys, from, to, adapter.StepMilliseconds, seed);

    private static FleetUnderTest Trained(TaskAdapter adapter, LearnerRegistration learner)
    {
        var fleet = adapter.Create(learner);
        fleet.Process(Waves(adapter, 0, 40).Batch());
        return fleet;
    }

    private static long BytesToLoad(TaskAdapter adapter, LearnerRegistration learner, byte[] state)
    {
        adapter.LoadKey(learner, "a", state);
        var before = GC.GetAllocatedBytesForCurrentThread();
        adapter.LoadKey(learner, "a", state);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void AssertFinite(double number) => Assert.True(double.IsFinite(number), $"{number} is not finite.");

    private static void AssertSameBits(PredictionBatch expected, PredictionBatch actual)
    {
        Assert.Equal(expected.Statuses, actual.Statuses);
        Assert.Equal(expected.ModelVersions, actual.ModelVersions);
        Assert.Equal(Bits(expected.Values), Bits(actual.Values));
    }

    private static long[] Bits(ReadOnlySpan<double> numbers)
    {
        var bits = new long[numbers.Length];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.DoubleToInt64Bits(numbers[i]);
        }

        return bits;
    }
}
