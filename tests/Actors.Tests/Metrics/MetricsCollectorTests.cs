using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Actors.Tests.Metrics;

public sealed class MetricsCollectorTests() : TestKit(ConfigurationFactory.ParseString(
    $"{LearnerEntity.Dispatcher} {{ type = ForkJoinDispatcher, dedicated-thread-pool {{ thread-count = 1 }} }}"))
{
    private static readonly KeySelection Top = new(1, KeyRank.Records, [Encoding.UTF8.GetBytes("b")]);

    private readonly LocalBuckets _buckets = new();
    private readonly PipelineDefinition _pipeline = Examples.Pipeline(buckets: 2);

    [Fact]
    public async Task Given_entities_when_they_have_learned_then_their_measures_come_together_bucket_by_bucket()
    {
        var places = new BucketPlaces(new BucketCosts(TimeProvider.System), 8, buckets: _buckets);
        foreach (var bucket in (BucketId[])[new(0, 1), new(0, 0)])
        {
            var entity = Sys.ActorOf(LearnerEntity.Props(_pipeline, new MemoryCheckpointStore(), TimeSpan.FromSeconds(10), places.For(_pipeline, bucket.EntityId)));
            entity.Tell(ChunkOf(bucket), TestActor);
            await ExpectMsgAsync<Ack>();
        }

        var measures = Assert.Single(await CollectAsync(Collector(TimeSpan.FromDays(1))));

        Assert.Equal(("test", 2, 0, 0), (measures.Pipeline, measures.Buckets, measures.Silent, measures.PassiveKeys));
        Assert.Equal((4L, 18L), (measures.Total!.Keys, measures.Total.Records));

        // Of both buckets, as replicas have it: one series, not two under the same tags.
        Assert.Equal(["b", "a"], measures.Keys.Select(key => Encoding.UTF8.GetString(key.Key)));
        Assert.Equal([2L, 2L], measures.Keys.Select(key => key.Measures.Keys));
        Assert.Equal(measures.Total.Records, measures.Keys.Sum(key => key.Measures.Records));
        Assert.Equal(2, _buckets.CountOf("test"));
    }

    [Fact]
    public async Task Given_an_entity_without_learners_when_it_is_asked_then_it_answers_that_it_has_none()
    {
        var places = new BucketPlaces(new BucketCosts(TimeProvider.System), 8, buckets: _buckets);
        Sys.ActorOf(LearnerEntity.Props(_pipeline, new MemoryCheckpointStore(), TimeSpan.FromSeconds(10), places.For(_pipeline, "0-0")));
        await AwaitConditionAsync(() => Task.FromResult(_buckets.CountOf("test") == 1));

        var measures = Assert.Single(await CollectAsync(Collector(TimeSpan.FromDays(1))));

        Assert.Equal((1, 0, null), (measures.Buckets, measures.Silent, measures.Total));
    }

    [Fact]
    public async Task Given_a_busy_bucket_when_it_is_asked_again_and_again_then_it_has_one_question_and_the_others_are_published_without_it()
    {
        var (busy, idle) = (Entity("0-0"), Entity("0-1"));
        var collector = Collector(TimeSpan.FromMilliseconds(100));

        for (var round = 0; round < 3; round++)
        {
            await idle.ExpectMsgAsync<GetMeasures>(TimeSpan.FromSeconds(10));
            idle.Reply(new BucketMeasures(Measured("a", 5)));
        }

        var late = await PublishedAsync();
        Assert.Equal((2, 1, 5L), (late.Buckets, late.Silent, late.Total!.Records));

        // One question, however often it was due.
        var question = await busy.ExpectMsgAsync<GetMeasures>();
        busy.Send(collector, new BucketMeasures(Measured("c", 7)));
        await AwaitConditionAsync(async () => (await PublishedAsync()).Total!.Records == 12, TimeSpan.FromSeconds(10));
        Assert.Equal(KeySelection.None, question.Keys);
    }

    [Fact]
    public async Task Given_a_bucket_that_moves_away_when_it_is_collected_then_it_is_no_longer_in_it()
    {
        var (gone, stays) = (Entity("0-0"), Entity("0-1"));
        var collector = Collector(TimeSpan.FromDays(1));
        var first = CollectAsync(collector);
        await gone.ExpectMsgAsync<GetMeasures>();
        gone.Reply(new BucketMeasures(Measured("a", 5)));
        await stays.ExpectMsgAsync<GetMeasures>();
        stays.Reply(new BucketMeasures(Measured("b", 7)));
        Assert.Equal(12, Assert.Single(await first).Total!.Records);

        _buckets.Leave("test", "0-0", gone.Ref);
        Watch(gone.Ref);
        Sys.Stop(gone.Ref);
        await ExpectTerminatedAsync(gone.Ref);
        var second = CollectAsync(collector);
        await stays.ExpectMsgAsync<GetMeasures>();
        stays.Reply(new BucketMeasures(Measured("b", 8)));

        var measures = Assert.Single(await second);
        Assert.Equal((1, 8L), (measures.Buckets, measures.Total!.Records));
    }

    [Fact]
    public async Task Given_no_buckets_when_it_is_collected_then_it_is_said_that_there_are_none()
    {
        var measures = Assert.Single(await CollectAsync(Collector(TimeSpan.FromDays(1))));

        Assert.Equal((0, 0, null, 0), (measures.Buckets, measures.Silent, measures.Total, measures.Keys.Count));
    }

    private IActorRef Collector(TimeSpan every)
    {
        var published = TestActor;
        var keys = every > TimeSpan.FromHours(1) ? Top : KeySelection.None;
        return Sys.ActorOf(MetricsCollector.Props([_pipeline], _buckets, new MetricsCollectorOptions(every, keys), measures => published.Tell(measures)));
    }

    private async Task<IReadOnlyList<PipelineMeasures>> CollectAsync(IActorRef collector)
    {
        await collector.Ask<MetricsCollector.Collected>(MetricsCollector.Collect.Instance, TimeSpan.FromSeconds(20));
        return await ExpectMsgAsync<IReadOnlyList<PipelineMeasures>>();
    }

    private async Task<PipelineMeasures> PublishedAsync() => Assert.Single(await ExpectMsgAsync<IReadOnlyList<PipelineMeasures>>(TimeSpan.FromSeconds(10)));

    private TestProbe Entity(string name)
    {
        var probe = CreateTestProbe();
        _buckets.Enter("test", name, probe.Ref);
        return probe;
    }

    private FleetMeasures Measured(string key, int records)
    {
        var fleet = _pipeline.Plan.CreateFleet(10);
        var examples = Examples.Of([.. Enumerable.Range(0, records).Select(offset => ((long)offset, key))]);
        fleet.Process(examples, 0, PredictionBatch.Allocate(examples.Count, fleet.PredictionWidth));
        return fleet.Measure(KeySelection.None);
    }

    private static Chunk ChunkOf(BucketId bucket) => new(
        bucket, 0, -1, 8, Examples.Of([(0, "a"), (1, "a"), (2, "b"), (3, "a"), (4, "a"), (5, "a"), (6, "b"), (7, "a"), (8, "b")]), 1);
}
