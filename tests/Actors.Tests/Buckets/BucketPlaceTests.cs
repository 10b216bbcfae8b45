using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.LastValue;
using StreamLearn.Learners.Options;

namespace StreamLearn.Actors.Tests.Buckets;

/// <summary>Entities at places of their own. There is no GPU here: what is seen is the thread and the place that a learner is given.</summary>
public sealed class BucketPlaceTests() : TestKit(ConfigurationFactory.ParseString(
    $"{OneThread(LearnerEntity.Dispatcher)}\n{OneThread(new DeviceSlot(3).Dispatcher)}\n{OneThread(new DeviceSlot(7).Dispatcher)}"))
{
    private readonly MemoryCheckpointStore _store = new();
    private readonly BucketCosts _costs = new(TimeProvider.System);
    private readonly DeviceSlots _slots = new([3, 7]);

    [Fact]
    public async Task Given_a_pipeline_that_needs_a_gpu_when_its_entities_run_then_each_has_a_thread_and_a_gpu_for_as_long_as_it_lives()
    {
        var made = new List<(int Gpu, string Thread)>();
        var pipeline = Pipeline("cuda", made);
        var places = new BucketPlaces(_costs, 8, _slots);

        var first = await RunAsync(pipeline, places, new BucketId(0, 0));
        var second = await RunAsync(pipeline, places, new BucketId(0, 1));
        lock (made)
        {
            Assert.Equal([3, 7], made.Select(learner => learner.Gpu));
            Assert.All(made, learner => Assert.Contains($"device-dispatcher-{learner.Gpu}", learner.Thread, StringComparison.Ordinal));
        }

        Assert.Equal([1, 1], _slots.Counts());
        first.Tell(new Spoilt(new BucketId(0, 0)));
        await AnswersAsync(first, new BucketId(0, 0));
        Assert.Equal([1, 1], _slots.Counts());

        await StopAsync(second);
        Assert.Equal([1, 0], _slots.Counts());

        // A question is nothing that a move would spare; the next chunk is.
        Assert.Empty(_costs.Read());
        await LearnAsync(first, new BucketId(0, 0));
        Assert.Equal([("test", 0)], _costs.Read().Select(cost => (cost.Pipeline, cost.Shard)));
    }

    [Fact]
    public async Task Given_a_pipeline_that_comes_to_a_gpu_here_when_its_entity_runs_then_it_has_a_slot_as_one_that_asks_for_it()
    {
        var made = new List<(int Gpu, string Thread)>();

        await RunAsync(Pipeline("auto", made), new BucketPlaces(_costs, 8, _slots, usesGpu: _ => true), new BucketId(0, 0));

        lock (made)
        {
            Assert.Equal(3, Assert.Single(made).Gpu);
            Assert.Contains("device-dispatcher-3", made[0].Thread, StringComparison.Ordinal);
        }

        Assert.Equal([1, 0], _slots.Counts());
        Assert.Equal(0, _costs.Steps);
    }

    [Fact]
    public async Task Given_a_pipeline_that_needs_none_when_its_entity_runs_then_it_shares_the_threads_of_all()
    {
        var made = new List<(int Gpu, string Thread)>();

        await RunAsync(Pipeline("auto", made), new BucketPlaces(_costs, 8, _slots), new BucketId(0, 0));

        lock (made)
        {
            Assert.Contains("learner-dispatcher", Assert.Single(made).Thread, StringComparison.Ordinal);
        }

        Assert.Equal([0, 0], _slots.Counts());
        Assert.Single(_costs.Read());
        AwaitCondition(() => _costs.Steps == 1, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Given_a_place_when_its_work_is_measured_then_the_shard_is_charged_and_nothing_is_allocated()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var costs = new BucketCosts(time);
        var place = new BucketPlaces(costs, 4).For(Examples.Pipeline(buckets: 3), "1-2");
        place.Enter(Akka.Actor.ActorRefs.Nobody);
        place.Own();
        time.Advance(TimeSpan.FromSeconds(15));
        var began = place.Begin();
        time.Advance(TimeSpan.FromSeconds(5));
        var before = GC.GetAllocatedBytesForCurrentThread();
        place.End(began);
        _ = place.Begin();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(new ShardCost("test", 1, 0.25), Assert.Single(costs.Read()));
    }

    private static string OneThread(string dispatcher) => $"{dispatcher} {{ type = ForkJoinDispatcher, dedicated-thread-pool {{ thread-count = 1 }} }}";

    private static PipelineDefinition Pipeline(string device, List<(int Gpu, string Thread)> made)
    {
        var registration = new ForecasterRegistration("fake", "tells where it is made", new Dictionary<string, string> { ["device"] = "auto" }, (_, _, _, workspaces) =>
        {
            if (Thread.CurrentThread.Name is { } thread && thread.Contains("dispatcher", StringComparison.Ordinal))
            {
                lock (made)
                {
                    made.Add((workspaces.Place.Gpu, thread));
                }
            }

            return new LastValueForecaster();
        });
        var options = new OptionSet("learner", new Dictionary<string, string> { ["device"] = device });
        return Examples.Pipeline(buckets: 2) with
        {
            Plan = new ForecastPlan(new ForecastTask { Horizons = [1] }, [new LearnerChoice(registration, options)], 1, 10),
        };
    }

    private async Task<IActorRef> RunAsync(PipelineDefinition pipeline, BucketPlaces places, BucketId bucket)
    {
        var entity = Sys.ActorOf(LearnerEntity.Props(pipeline, _store, TimeSpan.FromSeconds(10), places.For(pipeline, bucket.EntityId)), $"entity-{bucket.EntityId}");
        await LearnAsync(entity, bucket);
        return entity;
    }

    private async Task LearnAsync(IActorRef entity, BucketId bucket)
    {
        entity.Tell(new Chunk(bucket, 0, -1, 0, Examples.At(0), 1), TestActor);
        await ExpectMsgAsync<Ack>();
    }

    private async Task AnswersAsync(IActorRef entity, BucketId bucket)
    {
        entity.Tell(new GetBucketReport(bucket, 0, 1), TestActor);
        await ExpectMsgAsync<BucketReport>();
    }

    private async Task StopAsync(IActorRef entity)
    {
        Watch(entity);
        Sys.Stop(entity);
        await ExpectTerminatedAsync(entity);
    }

    /// <summary>A chunk without what it must have: whoever applies it crashes.</summary>
    private sealed record Spoilt(BucketId Bucket) : IOwnerMessage
    {
        public long Owner => throw new InvalidOperationException("This message is to crash its entity.");
    }
}
