using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Actors.Watching;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Actors.Tests.Watching;

/// <summary>What people look at of a bucket.</summary>
public sealed class BucketWatchTests
{
    private const int Width = 7;

    private static readonly BucketId Id = new(0, 0);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Given_a_key_that_is_watched_when_records_come_then_its_points_are_their_values_and_what_was_forecast_and_others_are_in_none()
    {
        var (bucket, watch) = Bucket();
        Receive(bucket, -1, (0, "a"), (1, "b"));
        Watch(bucket, watch, "a");

        var answer = Receive(bucket, 1, (2, "b"), (3, "a"), (4, "b"), (5, "a"));

        var points = Watch(bucket, watch, "a", after: 1);
        Assert.Equal([3L, 5], points.Offsets);
        Assert.Equal([Examples.At(3).Times[0], Examples.At(5).Times[0]], points.Times);
        Assert.Equal((true, false, 5L, Width), (points.IsKnown, points.IsMore, points.UpTo, points.Width));
        Assert.Equal([Examples.At(3).Values[0], .. answer.Predictions.Row(1)], points.Numbers[..Width]);
        Assert.Equal([Examples.At(5).Values[0], .. answer.Predictions.Row(3)], points.Numbers[Width..]);
        Assert.Empty(Watch(bucket, watch, "a", after: 5).Offsets);
    }

    [Fact]
    public void Given_the_first_question_when_it_is_asked_then_the_answer_has_what_the_learners_still_know()
    {
        var pipeline = Examples.Pipeline();
        var steps = pipeline with { Plan = new ForecastPlan(new ForecastTask { Horizons = [1, 3], StepMilliseconds = 60_000 }, pipeline.Plan.Learners, 1, 100) };
        var (bucket, watch) = Bucket(steps);
        var answer = Receive(bucket, -1, [.. Enumerable.Range(0, 10).Select(offset => ((long)offset, "a"))]);

        var points = Watch(bucket, watch, "a");

        // The furthest horizon is 3 steps: the last four are known.
        Assert.Equal([-1L, -1, -1, -1], points.Offsets);
        Assert.Equal(Examples.At(6, 7, 8, 9).Times, points.Times);
        Assert.Equal([Examples.At(6).Values[0], .. answer.Predictions.Row(6)], points.Numbers[..Width]);
        Assert.Equal([Examples.At(9).Values[0], .. answer.Predictions.Row(9)], points.Numbers[^Width..]);
        Assert.Equal(9, points.UpTo);
    }

    [Fact]
    public void Given_a_key_that_nobody_knows_when_it_is_asked_for_then_it_is_not_known_and_nothing_is_kept()
    {
        var (bucket, watch) = Bucket();
        Receive(bucket, -1, (0, "a"));

        Assert.False(Watch(bucket, watch, "b").IsKnown);
        Assert.Equal(0, watch.Keys);
    }

    [Fact]
    public void Given_a_key_that_nobody_has_asked_for_for_a_minute_when_records_come_then_it_is_watched_no_more()
    {
        var (bucket, watch) = Bucket();
        Receive(bucket, -1, (0, "a"));
        Watch(bucket, watch, "a");

        _time.Advance(BucketWatch.Patience - TimeSpan.FromSeconds(1));
        Receive(bucket, 0, (1, "a"));
        Assert.Equal(1, watch.Keys);
        _time.Advance(TimeSpan.FromSeconds(1));
        Receive(bucket, 1, (2, "a"));

        Assert.Equal(0, watch.Keys);
    }

    [Fact]
    public void Given_as_many_keys_as_a_bucket_watches_when_one_more_is_asked_for_then_it_takes_the_place_of_the_one_asked_for_longest_ago()
    {
        var (bucket, watch) = Bucket();
        var keys = Enumerable.Range(0, BucketWatch.MostKeys + 1).Select(number => $"key-{number}").ToArray();
        Receive(bucket, -1, [.. keys.Select((key, offset) => ((long)offset, key))]);
        foreach (var key in keys[..^1].Append(keys[0]).Append(keys[^1]))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Watch(bucket, watch, key);
        }

        Assert.Equal(BucketWatch.MostKeys, watch.Keys);
        Receive(bucket, 8, (9, keys[0]), (10, keys[1]), (11, keys[^1]));

        // The first was asked for again: the second is gone, and begins anew.
        Assert.Equal([9L], Watch(bucket, watch, keys[0], after: 8).Offsets);
        Assert.Equal([11L], Watch(bucket, watch, keys[^1], after: 8).Offsets);
        Assert.Empty(Watch(bucket, watch, keys[1], after: 8).Offsets);
    }

    [Fact]
    public void Given_more_records_than_a_key_is_watched_with_when_they_are_asked_for_then_the_last_ones_come_page_by_page()
    {
        var pipeline = Examples.Pipeline();
        var wide = pipeline with { Plan = new ForecastPlan(new ForecastTask { Horizons = [.. Enumerable.Range(1, 9)] }, pipeline.Plan.Learners, 1, 100) };
        var (bucket, watch) = Bucket(wide);
        Receive(bucket, -1, (0, "a"));
        Watch(bucket, watch, "a");
        for (var first = 1L; first <= 1000; first += 100)
        {
            Receive(bucket, first - 1, [.. Enumerable.Range(0, 100).Select(number => (first + number, "a"))]);
        }

        var found = new List<long>();
        var (after, pages) = (0L, 0);
        for (WatchedPoints page; ; after = page.UpTo)
        {
            page = Watch(bucket, watch, "a", after);
            found.AddRange(page.Offsets);
            pages++;
            Assert.InRange(page.Numbers.Length * 9, 0, PipelineReports.PageBytes);
            if (!page.IsMore)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(1000 - BucketWatch.MostPoints + 1, BucketWatch.MostPoints).Select(offset => (long)offset), found);
        Assert.True(pages > 1, "The test is to see more than one page.");
    }

    [Fact]
    public void Given_records_that_are_sent_again_when_they_come_then_a_point_is_there_once()
    {
        var (bucket, watch) = Bucket();
        Receive(bucket, -1, (0, "a"));
        Watch(bucket, watch, "a");
        Receive(bucket, 0, (1, "a"), (2, "a"));
        Receive(bucket, 0, (1, "a"), (2, "a"));
        Receive(bucket, 0, (1, "a"), (2, "a"), (3, "a"));

        Assert.Equal([1L, 2, 3], Watch(bucket, watch, "a", after: 0).Offsets);
    }

    [Fact]
    public void Given_somebody_who_watches_when_records_are_learned_then_the_state_and_the_answers_are_those_of_a_bucket_that_nobody_watches()
    {
        var pipeline = Examples.Watched();
        var (watched, watch) = Bucket(pipeline);
        var alone = new BucketState(pipeline);
        for (var first = 0L; first < 200; first += 10)
        {
            (long, string)[] rows = [.. Enumerable.Range(0, 10).Select(number => (first + number, number % 3 == 0 ? "b" : "a"))];
            var (seen, unseen) = (Receive(watched, first - 1, rows), Receive(alone, first - 1, rows));
            Assert.Equal(unseen.Predictions.Values.Select(BitConverter.DoubleToInt64Bits), seen.Predictions.Values.Select(BitConverter.DoubleToInt64Bits));
            Watch(watched, watch, "a");
            watched.Find(new FindKeys(Id, new KeySearch("a", KeyOrder.Error, 10)));
        }

        Assert.Equal(StatesOf(alone), StatesOf(watched));
    }

    [Fact]
    public void Given_detectors_and_alerts_that_speak_when_records_are_learned_then_the_last_of_what_they_say_is_remembered_whether_anybody_watches_or_not()
    {
        var (bucket, watch) = Bucket(Examples.Watched());
        var answer = Receive(bucket, -1, [.. Enumerable.Range(0, 300).Select(offset => ((long)offset, "a"))]);
        var (drift, alerts) = (answer.Predictions.DriftAlarms, answer.Predictions.Alerts);
        Assert.True(drift.Count + alerts.Count > BucketWatch.MostEvents, "The test is to see more than are kept.");

        var events = bucket.Find(new FindKeys(Id, new KeySearch("", KeyOrder.Name, 10))).Events;

        Assert.Equal(watch.Events, events);
        Assert.Equal(BucketWatch.MostEvents, events.Count);
        var last = events[^1];
        Assert.Equal((answer.Predictions.Alerts[^1].Row, "a"), ((int)last.Offset, Encoding.UTF8.GetString(last.Key)));
        Assert.Equal(alerts[^1].Change.Raised ? KeyEventKind.AlertRaised : KeyEventKind.AlertCleared, last.Kind);
        Assert.Equal((alerts[^1].Change.Horizon, alerts[^1].Change.Bound, alerts[^1].Change.Threshold), (last.Place, last.Bound, last.Threshold));
    }

    [Fact]
    public void Given_keys_when_some_are_looked_for_then_the_first_in_the_order_come_with_how_they_stand()
    {
        var (bucket, _) = Bucket();
        Receive(bucket, -1, (0, "Alpha"), (1, "beta"), (2, "ALPINE"), (3, "beta"), (4, "beta"), (5, "Alpha"));

        var byName = bucket.Find(new FindKeys(Id, new KeySearch("alp", KeyOrder.Name, 10)));
        var byRecords = bucket.Find(new FindKeys(Id, new KeySearch("", KeyOrder.Records, 2)));

        Assert.Equal((3, 2), (byName.TotalKeys, byName.Matching));
        Assert.Equal(["ALPINE", "Alpha"], NamesOf(byName));
        Assert.Equal((3, 3), (byRecords.TotalKeys, byRecords.Matching));
        Assert.Equal(["beta", "Alpha"], NamesOf(byRecords));
        var beta = byRecords.Keys[0];
        Assert.Equal((3L, 3.0, Examples.At(4).Times[0]), (beta.Records, beta.Rank, beta.Time));
        Assert.Equal(Examples.At(4).Values[0], beta.Numbers[ForecastStanding.Value]);
        Assert.Equal(ForecastStanding.Forecasts + (2 * ForecastStanding.PerHorizon), beta.Numbers.Length);
    }

    private static IEnumerable<string> NamesOf(FoundKeys found) => found.Keys.Select(key => Encoding.UTF8.GetString(key.Key));

    private static IEnumerable<string> StatesOf(BucketState bucket) =>
        bucket.Report(new GetBucketReport(Id, 0, 10)).Keys.Select(key => Convert.ToHexString(key.StateDigest));

    private static Ack Receive(BucketState bucket, long previous, params (long Offset, string Key)[] rows) =>
        (Ack)bucket.Receive(new Chunk(Id, 0, previous, rows[^1].Offset, Examples.Of(rows), 1));

    private static WatchedPoints Watch(BucketState bucket, BucketWatch watch, string key, long after = WatchKey.Everything) =>
        watch.PointsOf(new WatchKey(Id, Encoding.UTF8.GetBytes(key), after), bucket.Fleet, bucket.LastApplied);

    private (BucketState Bucket, BucketWatch Watch) Bucket(PipelineDefinition? pipeline = null)
    {
        pipeline ??= Examples.Pipeline();
        var watch = new BucketWatch(pipeline.Plan, _time);
        return (new BucketState(pipeline, watch: watch), watch);
    }
}
