using System.Buffers;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
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

        Assert.Equal(state, Save(ForecastFleet.Load(plan, state)));
        var refusal = Assert.Throws<StateFormatException>(() => ForecastFleet.Load(other, state));
        Assert.True(refusal.Message.Contains("expected", StringComparison.Ordinal), $"{difference}: {refusal.Message}");
    }

    [Fact]
    public void Given_state_of_other_horizons_When_it_is_loaded_Then_both_are_named()
    {
        var state = State(Plan(Minutes, Learners));

        var other = Plan(Minutes with { Horizons = [1, 4, 12] }, Learners);

        var refusal = Assert.Throws<StateFormatException>(() => ForecastFleet.Load(other, state));

        Assert.Equal("Stored state has steps of 60000 ms and horizons [1, 3, 12]; expected 60000 ms and [1, 4, 12].", refusal.Message);
    }

    [Fact]
    public void Given_other_settings_of_scores_and_intervals_When_state_is_loaded_Then_it_is_taken_over()
    {
        var state = State(Plan(Minutes, Learners));
        var other = Plan(Minutes with { Coverage = 0.5, Scoring = new ScoringOptions { Window = 8, From = 3 } }, Learners);

        Assert.Equal(state, Save(ForecastFleet.Load(other, state)));
    }

    [Fact]
    public void Given_examples_of_another_width_or_no_room_When_they_are_processed_Then_it_says_both()
    {
        var fleet = new ForecastFleet(Plan(Minutes with { Features = 2 }, Learners));

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
        var fleet = new ForecastFleet(plan);
        var feed = new Feed(1).Add("a", first, 1).Add("a", first + 1, 2).Add("a", first + 2, 3).Add("a", last, 4).Add("a", last, 5);
        var predictions = PredictionBatch.Allocate(feed.Count, fleet.PredictionWidth);

        fleet.Process(feed.Batch(), 0, predictions);

        Assert.Equal([.. Enumerable.Repeat(ExampleStatus.Predicted, 4), ExampleStatus.TimeNotIncreasing], predictions.Statuses);
        Assert.InRange(predictions.Row(3)[0], 0, 10);
        Assert.Equal(Save(fleet), Save(ForecastFleet.Load(plan, Save(fleet))));
    }

    private static ForecastPlan Plan(ForecastTask task, IReadOnlyList<LearnerChoice> learners) => new(task, learners, 1, 10);

    private static byte[] State(ForecastPlan plan)
    {
        var fleet = new ForecastFleet(plan);
        var feed = new Feed(1).AddWaves(["a", "b"], 0, 40, plan.Task.StepMilliseconds);
        fleet.Process(feed.Batch(), 0, PredictionBatch.Allocate(feed.Count, fleet.PredictionWidth));
        return Save(fleet);
    }

    private static byte[] Save(ForecastFleet fleet)
    {
        var buffer = new ArrayBufferWriter<byte>();
        fleet.Save(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
