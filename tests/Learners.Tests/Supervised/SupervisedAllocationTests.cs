using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Learners.Tests.Supervised;

public sealed class SupervisedAllocationTests
{
    [Theory]
    [InlineData("fixed", "mlp-classifier")]
    [InlineData("growing", "mlp-classifier")]
    [InlineData("numbers", "mlp-regressor")]
    public void Given_records_like_those_before_When_a_fleet_takes_them_in_Then_nothing_is_allocated(string task, string first)
    {
        using var fleet = new SupervisedFleet(SupervisedStream.PlanOfAll(SupervisedStream.Tasks[task], first), 10);
        var feed = SupervisedStream.Of(SupervisedStream.Tasks[task], ["a", "b"], 6400);
        var batches = feed.Batches(Enumerable.Range(1, 99).Select(cut => cut * 64)).ToArray();
        var answers = PredictionBatch.Allocate(64, fleet.PredictionWidth);
        foreach (var batch in batches[..60])
        {
            fleet.Process(batch, 0, answers);
        }

        // The runtime may allocate for itself while it compiles what has become hot; what a record needs, every batch needs.
        var least = long.MaxValue;
        foreach (var batch in batches[60..])
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            fleet.Process(batch, 0, answers);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
