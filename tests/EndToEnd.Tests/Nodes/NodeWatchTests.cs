using System.Text;
using StreamLearn.Actors.Messages;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Cluster.Watching;
using StreamLearn.EndToEnd.Tests.Programs;
using StreamLearn.Learners.Watching;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>What people look at of a running node.</summary>
public sealed class NodeWatchTests
{
    private const string Pipeline = "link-load";
    private const int Records = 200;

    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public async Task Given_a_node_when_its_keys_are_looked_at_while_it_learns_then_they_are_found_wherever_they_are_and_the_learners_are_as_if_nobody_had_looked(
        string coPartitioned)
    {
        await using var world = await NodeWorld.StartAsync("metrics.every=100ms", $"pipelines.link-load.source.co-partitioned={coPartitioned}");
        var watch = new NodeWatch(TimeProvider.System);

        // Another list than below: one is as old as a second.
        Assert.Empty((await watch.FindAsync(Pipeline, All with { Most = 1 })).Keys);
        watch.Begin(world.Node);
        await world.ProduceAsync(Records);
        await world.AnsweredAsync(Records);
        var key = Encoding.UTF8.GetBytes("link-3");

        // Nobody says in which partition the key is.
        var first = await PointsAsync(WatchKey.Everything);
        await world.ProduceAsync(Records);
        await world.AnsweredAsync(2 * Records);
        var next = await PointsAsync(first.UpTo);
        var list = KeyList.Empty;
        await NodeWorld.UntilAsync(
            async () => (list = await watch.FindAsync(Pipeline, All)).Total == SampleRecords.Keys && list.Silent == 0, () => $"all keys and buckets; there are {list}");
        var row = list.Keys.Single(listed => Encoding.UTF8.GetString(listed.Standing.Key) == "link-3");

        Assert.All(first.Offsets, offset => Assert.Equal(-1, offset));
        Assert.Equal(Records / SampleRecords.Keys, next.Offsets.Length);
        Assert.Equal(next.Offsets.Order(), next.Offsets);
        Assert.Equal(row.Bucket, next.Bucket);
        Assert.Equal((row.Standing.Time, row.Standing.Numbers[ForecastStanding.Value]), (next.Times[^1], next.Numbers[^next.Width]));
        Assert.Equal(row.Standing.Numbers[ForecastStanding.Forecasts..], next.Numbers[^(next.Width - 1)..]);
        Assert.Equal((SampleRecords.Keys, SampleRecords.Keys, 0), (list.Total, list.Matching, list.Silent));
        Assert.Equal(["link-0", "link-1", "link-2", "link-3", "link-4"], list.Keys.Select(listed => Encoding.UTF8.GetString(listed.Standing.Key)));
        Assert.Null(await watch.WatchAsync(Pipeline, "no-such"u8.ToArray(), partition: null, WatchKey.Everything));
        Assert.Null(await watch.WatchAsync(Pipeline, key, partition: 99, WatchKey.Everything));
        Assert.Null(await watch.WatchAsync("no-such", key, partition: null, WatchKey.Everything));

        await NodeWorld.UntilAsync(
            () => watch.MomentsAfter(Pipeline, DateTimeOffset.MinValue).Any(moment => moment.Flow?["records"] == 2 * Records && moment.Task?["keys"] == SampleRecords.Keys),
            () => $"a moment with {2 * Records} records; the last is {watch.Latest.Of(MetricCatalog.OfFlow).FirstOrDefault()?["records"]}");
        var moments = watch.MomentsAfter(Pipeline, DateTimeOffset.MinValue);
        Assert.Equal(world.Pipeline.Definition.Plan.Learners.Count, moments[^1].Learners.Count);
        Assert.Equal(moments.Count - 1, watch.MomentsAfter(Pipeline, moments[0].Time).Count(moment => moment.Time <= moments[^1].Time));
        await world.AssertUndisturbedAsync();

        // A machine that is busy answers late, and is asked again.
        async Task<WatchedPoints> PointsAsync(long after)
        {
            WatchedPoints? points = null;
            await NodeWorld.UntilAsync(
                async () => (points = await watch.WatchAsync(Pipeline, key, partition: null, after)) is not null, () => "points of link-3; nobody knows it");
            return points!;
        }
    }

    private static KeySearch All => new("", KeyOrder.Name, 50);
}
