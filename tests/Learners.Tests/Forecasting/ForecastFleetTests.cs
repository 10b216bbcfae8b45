using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Forecasting;

public sealed class ForecastFleetTests
{
    private static readonly ForecastTask Minutes = new() { StepMilliseconds = 60_000 };
    private static readonly LearnerChoice[] Learners =
    [
        SeriesRun.Learner("recursive-least-squares", ("lags", "4")),
        SeriesRun.Learner("seasonal-last-value", ("period", "6")),
    ];

    public static TheoryData<string, ForecastPlan> OtherPlans() => new()
    {
        { "another step", Plan(Minutes with { StepMilliseconds = 59_999 }, Learners) },
        { "another horizon in the middle", Plan(Minutes with { Horizons = [1, 4, 12] }, Learners) },
        { "another furthest horizon", Plan(Minutes with { Horizons = [1, 3, 13] }, Learners) },
        { "one horizon more", Plan(Minutes with { Horizons = [1, 3, 11, 12] }, Learners) },
        { "one horizon less", Plan(Minutes with { Horizons = [1, 12] }, Learners) },
        { "a feature", Plan(Minutes with { Features = 1 }, Learners) },
        { "other lags", Plan(Minutes, [SeriesRun.Learner("recursive-least-squares", ("lags", "5")), Learners[1]]) },
        { "another period", Plan(Minutes, [Learners[0], SeriesRun.Learner("seasonal-last-value", ("period", "7"))]) },
        { "learners the other way round", Plan(Minutes, [Learners[1], Learners[0]]) },
        { "one learner less", Plan(Minutes, [Learners[0]]) },
        { "one learner more", Plan(Minutes, [.. Learners, SeriesRun.Learner("last-value")]) },
    };

    [Theory]
    [MemberData(nameof(OtherPlans), DisableDiscoveryEnumeration = true)]
    public void Given_state_of_other_settings_When_it_is_loaded_Then_it_is_refused(string difference, ForecastPlan other)
    {
        var plan = Plan(Minutes, Learners);
        var state = State(plan);

        Assert.Equal(state, StoredFleet.Save(StoredFleet.Load(plan, state)));
        var refusal = Assert.Throws<StateFormatException>(() => StoredFleet.Load(other, state));
        Assert.True(refusal.Message.Contains("expected", StringComparison.Ordinal), $"{difference}: {refusal.Message}");
    }

    [Fact]
    public void Given_state_of_other_horizons_When_it_is_loaded_Then_both_are_named()
    {
        var state = State(Plan(Minutes, Learners));

        var other = Plan(Minutes with { Horizons = [1, 4, 12] }, Learners);

        var refusal = Assert.Throws<StateFormatException>(() => StoredFleet.Load(other, state));

        Assert.Equal("Stored state has steps of 60000 ms and horizons [1, 3, 12]; expected 60000 ms and [1, 4, 12].", refusal.Message);
    }

    [Fact]
    public void Given_other_settings_of_scores_and_intervals_When_state_is_loaded_Then_it_is_taken_over()
    {
        var state = State(Plan(Minutes, Learners));
        var other = Plan(Minutes with { Coverage = 0.5, Scoring = new ScoringOptions { Window = 8, From = 3 } }, Learners);

        Assert.Equal(state, StoredFleet.Save(StoredFleet.Load(other, state)));
    }

    [Fact]
    public void Given_examples_of_another_width_or_no_room_When_they_are_processed_Then_it_says_both()
    {
        var fleet = new ForecastFleet(Plan(Minutes with { Features = 2 }, Learners), 10);

        var narrow = new Feed(2).Add("a", 0, 1, 2).Batch();

        var width = Assert.Throws<ArgumentException>(() => fleet.Process(narrow, 0, PredictionBatch.Allocate(1, 9)));
        Assert.Equal("Examples have 2 numbers; expected 3: the value and the features.", width.Message);
        var examples = new Feed(3).Add("a", 0, 1, 2, 3).Add("a", 60_000, 1, 2, 3).Batch();
        Assert.Throws<ArgumentException>(() => fleet.Process(examples, 0, PredictionBatch.Allocate(1, 9)));
        Assert.Throws<ArgumentException>(() => fleet.Process(examples, 0, PredictionBatch.Allocate(2, 6)));
        Assert.Equal(0, fleet.Keys);

        fleet.Process(examples, 1, PredictionBatch.Allocate(1, 9));
        fleet.Process(examples, 2, PredictionBatch.Empty);
        Assert.Equal(1, fleet.Keys);
    }

    /// <summary>Regression: the difference of two times may be more than 64 bits hold, and so was a season's place after it.</summary>
    [Theory]
    [InlineData(long.MinValue, long.MaxValue)]
    [InlineData(0, long.MaxValue)]
    [InlineData(-5_000_000_000_000_000_000, 5_000_000_000_000_000_000)]
    public void Given_steps_of_a_millisecond_When_times_are_as_far_apart_as_can_be_Then_the_later_one_is_predicted(long first, long last)
    {
        var plan = Plan(Minutes with { StepMilliseconds = 1 }, Learners);
        var fleet = new ForecastFleet(plan, plan.MaxKeys);
        var feed = new Feed(1).Add("a", first, 1).Add("a", first + 1, 2).Add("a", first + 2, 3).Add("a", last, 4).Add("a", last, 5);
        var predictions = PredictionBatch.Allocate(feed.Count, fleet.PredictionWidth);

        fleet.Process(feed.Batch(), 0, predictions);

        Assert.Equal([.. Enumerable.Repeat(ExampleStatus.Predicted, 4), ExampleStatus.TimeNotIncreasing], predictions.Statuses);
        Assert.InRange(predictions.Row(3)[0], 0, 10);
        Assert.Equal(StoredFleet.Save(fleet), StoredFleet.Save(StoredFleet.Load(plan, StoredFleet.Save(fleet))));
    }

    [Fact]
    public void Given_keys_that_learn_or_are_forgotten_or_refused_When_changes_are_taken_Then_each_that_changed_is_there_once()
    {
        var fleet = new ForecastFleet(Plan(Minutes, Learners), 3);
        Process(fleet, new Feed(1).AddWaves(["b", "a", "c"], 0, 3, 60_000));
        Assert.Equal(["a", "b", "c"], Names(fleet.TakeChanges()));
        Assert.Empty(fleet.TakeChanges());

        // b is forgotten and returns, and was used before a then; c is refused as late; NaN is no key.
        var refused = new Feed(1).AddSeries("c", 0, 1, 60_000, (_, _) => 1)
            .Add("a", 0, double.NaN).Add("new", 0, double.NaN).Forget("never seen");
        Process(fleet, refused);
        Assert.Empty(fleet.TakeChanges());
        Process(fleet, new Feed(1).Forget("b").Add("b", 0, 1).Add("b", 60_000, 1));
        Process(fleet, new Feed(1).Add("z", 0, 1));
        Assert.Equal(["a", "b", "z"], Names(fleet.TakeChanges()));
        Assert.Equal([false, true, true, true], Keys("a", "b", "c", "z").Select(key => fleet.Contains(key)));
        Process(fleet, new Feed(1).Forget("z"));
        Assert.Equal(["z"], Names(fleet.TakeChanges()));
        Assert.Throws<KeyNotFoundException>(() => StoredFleet.SaveKey(fleet, "z"));
    }

    [Fact]
    public void Given_changes_that_could_not_be_stored_When_they_are_returned_Then_they_come_again_with_those_since()
    {
        var fleet = new ForecastFleet(Plan(Minutes, Learners), 10);
        Process(fleet, new Feed(1).AddWaves(["a", "b", "c"], 0, 1, 60_000));
        var taken = fleet.TakeChanges();
        Process(fleet, new Feed(1).AddWaves(["b", "d"], 1, 2, 60_000));

        fleet.ReturnChanges(taken);

        Process(fleet, new Feed(1).AddWaves(["a", "b"], 2, 3, 60_000));
        Assert.Equal(["a", "b", "c", "d"], Names(fleet.TakeChanges()));
        Assert.Empty(fleet.TakeChanges());
    }

    [Fact]
    public void Given_late_records_that_are_dropped_When_changes_are_taken_Then_their_count_is_one()
    {
        var fleet = new ForecastFleet(Plan(Minutes with { OutOfOrder = OutOfOrder.Drop }, Learners), 10);
        Process(fleet, new Feed(1).AddWaves(["a"], 0, 3, 60_000));
        fleet.TakeChanges();

        Process(fleet, new Feed(1).AddWaves(["a"], 1, 2, 60_000));

        Assert.Equal(["a"], Names(fleet.TakeChanges()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Given_keys_loaded_in_any_order_When_new_ones_come_Then_the_same_make_room_as_if_nothing_had_been_stored(int seed)
    {
        const int Most = 12;
        var random = new Random(seed);
        var plan = new ForecastPlan(Minutes, [SeriesRun.Learner("last-value")], 1, Most);
        var feed = new Feed(1);
        for (var i = 0; i < 2000; i++)
        {
            var key = $"key {random.Next(random.Next(10, 30))}";
            feed = random.Next(20) == 0 ? feed.Forget(key) : feed.Add(key, i * 60_000, i);
        }

        var whole = new ForecastFleet(plan, Most);
        var expected = Process(whole, feed);
        Assert.InRange(expected.Evictions.Count, 100, 1900);
        var fleet = new ForecastFleet(plan, Most);
        var evictions = new List<int>();
        var row = 0;
        foreach (var batch in feed.Batches([.. Enumerable.Range(1, feed.Count - 1).Where(_ => random.Next(10) == 0)]))
        {
            var answer = PredictionBatch.Allocate(batch.Count, fleet.PredictionWidth);
            fleet.Process(batch, 0, answer);
            evictions.AddRange(answer.Evictions.Select(at => row + at));
            row += batch.Count;
            var stored = StoredFleet.Unpack(StoredFleet.Save(fleet)).ToArray();
            random.Shuffle(stored);
            fleet = StoredFleet.Load(plan, StoredFleet.Pack(stored));
            Assert.Empty(fleet.TakeChanges());
        }

        Assert.Equal(expected.Evictions, evictions);
        Assert.Equal(StoredFleet.Save(whole), StoredFleet.Save(fleet));
    }

    [Fact]
    public void Given_more_loaded_keys_than_may_be_held_When_the_next_record_comes_Then_those_idle_longest_go()
    {
        var plan = Plan(Minutes, Learners);
        var stored = StoredFleet.Unpack(State(plan, ["a", "b", "c", "d", "e"]));
        var fleet = new ForecastFleet(plan, 3);
        foreach (var (key, state) in stored)
        {
            fleet.LoadKey(Encoding.UTF8.GetBytes(key), state);
        }

        // Two for the limit, which "a" is among, and one for "a".
        Assert.Equal([0, 0, 0], Process(fleet, new Feed(1).AddWaves(["a"], 40, 41, 60_000)).Evictions);
        Assert.Equal([0], Process(fleet, new Feed(1).Add("new", 0, 1)).Evictions);
        Assert.Equal(["a", "e", "new"], fleet.Report().Select(report => Encoding.UTF8.GetString(report.Key)));
        Assert.Equal(["a", "b", "c", "d", "new"], Names(fleet.TakeChanges()));
    }

    [Fact]
    public void Given_a_key_that_is_there_When_a_state_of_it_is_loaded_Then_it_has_that_and_a_damaged_one_changes_nothing()
    {
        var plan = Plan(Minutes, Learners);
        var (key, state) = StoredFleet.Unpack(State(plan))[0];
        var fleet = new ForecastFleet(plan, 2);
        Process(fleet, new Feed(1).AddWaves([key, "other"], 50, 90, 60_000));
        var before = StoredFleet.Save(fleet);
        Assert.Throws<StateFormatException>(() => fleet.LoadKey(Encoding.UTF8.GetBytes(key), state.AsMemory(0, state.Length - 1)));
        Assert.Equal(before, StoredFleet.Save(fleet));

        fleet.LoadKey(Encoding.UTF8.GetBytes(key), state);

        Assert.Equal(state, StoredFleet.SaveKey(fleet, key));
        Assert.Equal(2, fleet.Keys);
        Assert.Equal([0], Process(fleet, new Feed(1).Add("new", 0, 1)).Evictions);
        Assert.Equal(2, fleet.Keys);
    }

    [Fact]
    public void Given_a_full_fleet_When_its_keys_learn_on_and_changes_are_taken_Then_only_the_lists_are_allocated()
    {
        var fleet = new ForecastFleet(Plan(Minutes, Learners), 3);
        var feed = new Feed(1).AddWaves(["a", "b", "c"], 0, 300, 60_000);
        var batches = feed.Batches([300, 600]).ToArray();
        var predictions = PredictionBatch.Allocate(300, fleet.PredictionWidth);
        fleet.Process(batches[0], 0, predictions);
        fleet.TakeChanges();
        fleet.Process(batches[1], 0, predictions);
        fleet.TakeChanges();

        var before = GC.GetAllocatedBytesForCurrentThread();
        fleet.Process(batches[2], 0, predictions);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IEnumerable<string> Names(IReadOnlyList<byte[]> keys) => keys.Select(Encoding.UTF8.GetString);

    private static IEnumerable<byte[]> Keys(params string[] keys) => keys.Select(Encoding.UTF8.GetBytes);

    private static PredictionBatch Process(ForecastFleet fleet, Feed feed)
    {
        var predictions = PredictionBatch.Allocate(feed.Count, fleet.PredictionWidth);
        fleet.Process(feed.Batch(), 0, predictions);
        return predictions;
    }

    private static ForecastPlan Plan(ForecastTask task, IReadOnlyList<LearnerChoice> learners) => new(task, learners, 1, 10);

    private static byte[] State(ForecastPlan plan, IReadOnlyList<string>? keys = null)
    {
        var fleet = new ForecastFleet(plan, plan.MaxKeys);
        var feed = new Feed(1).AddWaves(keys ?? ["a", "b"], 0, 40, plan.Task.StepMilliseconds);
        fleet.Process(feed.Batch(), 0, PredictionBatch.Allocate(feed.Count, fleet.PredictionWidth));
        return StoredFleet.Save(fleet);
    }
}
