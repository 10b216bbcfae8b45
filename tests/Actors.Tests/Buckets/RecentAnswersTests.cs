using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Tests.Buckets;

public sealed class RecentAnswersTests
{
    [Fact]
    public void Given_answers_to_two_chunks_when_rows_of_both_are_asked_for_then_they_come_in_order()
    {
        var recent = new RecentAnswers(100);
        recent.Add(Examples.At(0, 2).Offsets, 0, Versions(10, 12));
        recent.Add(Examples.At(2, 5, 6).Offsets, 1, Versions(15, 16));

        var asked = Examples.At(2, 5, 6, 9);
        Assert.Equal(0, recent.FirstKnown(asked, 3));
        var copy = PredictionBatch.Allocate(3, 1);
        recent.Copy(asked, 0, 3, copy);
        Assert.Equal([12, 15, 16], copy.ModelVersions);
    }

    [Fact]
    public void Given_answers_with_events_when_rows_are_asked_for_then_their_events_come_with_them_in_order()
    {
        var recent = new RecentAnswers(100);
        var change = new AlertChange(true, 1, 2, 3, 4);
        recent.Add(Examples.At(0, 2).Offsets, 0,
            new PredictionBatch(new ExampleStatus[2], [10, 12], new double[2], 1, [new DriftAlarm(0, 0), new DriftAlarm(1, 1)]));
        recent.Add(
            Examples.At(2, 5, 6).Offsets, 1,
            new PredictionBatch(
                new ExampleStatus[2], [15, 16], new double[2], 1,
                [new DriftAlarm(0, 2), new DriftAlarm(0, 3), new DriftAlarm(1, 4)], [new AlertEvent(1, change)],
                [0, 1, 1], [new Recovery(1, 2)]));

        var copy = PredictionBatch.Allocate(3, 1);
        recent.Copy(Examples.At(2, 5, 6), 0, 3, copy);

        Assert.Equal([new DriftAlarm(0, 1), new DriftAlarm(1, 2), new DriftAlarm(1, 3), new DriftAlarm(2, 4)], copy.DriftAlarms);
        Assert.Equal([new AlertEvent(2, change)], copy.Alerts);
        Assert.Equal([1, 2, 2], copy.Evictions);
        Assert.Equal([new Recovery(2, 2)], copy.Recoveries);
    }

    [Fact]
    public void Given_a_gap_in_the_memory_when_rows_are_asked_for_then_they_are_known_from_the_gap_on()
    {
        var recent = new RecentAnswers(100);
        recent.Add(Examples.At(0).Offsets, 0, Versions(10));
        recent.Add(Examples.At(4, 5).Offsets, 0, Versions(14, 15));

        Assert.Equal(2, recent.FirstKnown(Examples.At(0, 3, 4, 5), 4));
        Assert.Equal(4, recent.FirstKnown(Examples.At(3, 4, 5, 7), 4));
        Assert.Equal(0, new RecentAnswers(1).FirstKnown(Examples.At(1), 0));
    }

    [Fact]
    public void Given_more_rows_than_the_capacity_when_the_oldest_are_forgotten_then_at_least_the_capacity_stays()
    {
        var recent = new RecentAnswers(3);
        for (var offset = 0; offset < 10; offset += 2)
        {
            recent.Add(Examples.At(offset, offset + 1).Offsets, 0, Versions(offset, offset + 1));
        }

        Assert.Equal(1, recent.FirstKnown(Examples.At(5, 6, 7, 8, 9), 5));
    }

    private static PredictionBatch Versions(params long[] versions) =>
        new(new ExampleStatus[versions.Length], versions, new double[versions.Length], 1);
}
