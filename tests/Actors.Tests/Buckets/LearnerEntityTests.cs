using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Actors.Tests.Buckets;

public sealed class LearnerEntityTests() : TestKit(ConfigurationFactory.ParseString($"{LearnerEntity.Dispatcher} {{ type = ForkJoinDispatcher, dedicated-thread-pool {{ thread-count = 1 }} }}"))
{
    private static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(10);

    private static readonly BucketId Id = new(0, 0);

    private readonly MemoryCheckpointStore _store = new();

    [Fact]
    public async Task Given_an_entity_when_chunks_and_questions_come_then_it_answers_their_senders()
    {
        var entity = Start();

        entity.Tell(ChunkOf(1, 2, -1, 0, 1), TestActor);
        var ack = await ExpectMsgAsync<Ack>();
        Assert.Equal((2, 1L, 1L, 2), (ack.Epoch, ack.ChunkLast, ack.LastApplied, ack.Predictions.Count));

        entity.Tell(new GetBucketReport(Id, 0, 10), TestActor);
        var report = await ExpectMsgAsync<BucketReport>();
        Assert.Equal((1L, 1), (report.LastApplied, report.TotalKeys));
    }

    [Fact]
    public async Task Given_an_entity_that_crashes_before_anything_is_stored_when_it_is_spoken_to_then_it_says_that_it_has_nothing()
    {
        var entity = Start();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();

        Crash(entity);
        entity.Tell(ChunkOf(1, 0, 2, 3), TestActor);

        Assert.Equal(new Rewind(Id, 0, -1), await ExpectMsgAsync<Rewind>());
        entity.Tell(ChunkOf(1, 1, -1, 0, 1, 3), TestActor);
        Assert.Equal(3, (await ExpectMsgAsync<Ack>()).LastApplied);
    }

    [Fact]
    public async Task Given_a_stored_state_when_the_entity_crashes_then_it_goes_on_from_there_bit_for_bit()
    {
        var entity = Start();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1, 2), TestActor);
        await ExpectMsgAsync<Ack>();
        Persist(entity, 1, 2);
        Assert.Equal(new Persisted(Id, 0, 2, 2), await ExpectMsgAsync<Persisted>());
        entity.Tell(ChunkOf(1, 0, 2, 3, 4), TestActor);
        await ExpectMsgAsync<Ack>();

        Crash(entity);
        entity.Tell(ChunkOf(1, 0, 4, 5), TestActor);

        Assert.Equal(new Rewind(Id, 0, 2), await ExpectMsgAsync<Rewind>());
        entity.Tell(ChunkOf(1, 1, 2, 3, 4, 5), TestActor);
        await ExpectMsgAsync<Ack>();
        var undisturbed = new BucketState(Examples.Pipeline());
        undisturbed.Receive(ChunkOf(1, 0, -1, 0, 1, 2, 3, 4, 5));
        entity.Tell(new GetBucketReport(Id, 0, 10), TestActor);
        Assert.Equal(
            undisturbed.Report(new GetBucketReport(Id, 0, 10)).Keys.Select(key => Convert.ToHexString(key.StateDigest)),
            (await ExpectMsgAsync<BucketReport>()).Keys.Select(key => Convert.ToHexString(key.StateDigest)));
    }

    [Fact]
    public async Task Given_less_applied_than_asked_for_when_it_is_to_persist_then_it_says_so_and_stores_nothing()
    {
        var entity = Start();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();

        Persist(entity, 1, 5);

        Assert.Equal(new Persisted(Id, 0, 5, 1), await ExpectMsgAsync<Persisted>());
        Assert.Equal(0, _store.Saves);
    }

    [Fact]
    public async Task Given_nothing_new_when_it_is_to_persist_again_then_it_answers_and_writes_nothing()
    {
        var entity = Start();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        Persist(entity, 1, 1);
        await ExpectMsgAsync<Persisted>();
        Persist(entity, 1, 1);

        Assert.Equal(new Persisted(Id, 0, 1, 1), await ExpectMsgAsync<Persisted>());
        Assert.Equal(1, _store.Saves);
    }

    [Fact]
    public async Task Given_a_store_that_is_away_when_it_is_to_persist_then_it_says_why_not_and_the_next_time_everything_is_written()
    {
        var entity = Start();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        _store.Failures = 1;
        Persist(entity, 1, 1);
        Assert.Contains("the store is away", (await ExpectMsgAsync<PersistFailed>()).Reason, StringComparison.Ordinal);
        Persist(entity, 1, 1);
        await ExpectMsgAsync<Persisted>();

        Assert.Single((await _store.ReadBucketAsync("test", Id))!.Keys);
    }

    [Fact]
    public async Task Given_a_store_that_is_away_when_the_first_chunk_comes_then_it_waits_until_the_store_is_back()
    {
        _store.Failures = 1;
        var entity = Start();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);

        Assert.Equal(1, (await ExpectMsgAsync<Ack>(TimeSpan.FromSeconds(10))).LastApplied);
    }

    [Fact]
    public async Task Given_a_new_owner_when_it_speaks_then_the_bucket_goes_back_to_its_stored_state_and_answers_the_rest_again()
    {
        var entity = Start();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        Persist(entity, 1, 1);
        await ExpectMsgAsync<Persisted>();
        entity.Tell(ChunkOf(1, 0, 1, 2, 3), TestActor);
        var first = await ExpectMsgAsync<Ack>();

        entity.Tell(ChunkOf(2, 0, 1, 2, 3), TestActor);

        var again = await ExpectMsgAsync<Ack>();
        Assert.Equal((0, 3L), (again.FirstRow, again.LastApplied));
        Assert.Equal(first.Predictions.Values, again.Predictions.Values);
        entity.Tell(ChunkOf(1, 0, 3, 4), TestActor);
        Assert.Equal(new OwnerRefused(Id, 1), await ExpectMsgAsync<OwnerRefused>());
    }

    [Fact]
    public async Task Given_an_owner_that_is_none_any_more_when_it_speaks_then_nothing_is_taken_and_it_is_told_so()
    {
        var stale = await _store.TakePartitionAsync("test", 0);
        var owner = await _store.TakePartitionAsync("test", 0);
        var entity = Start();
        entity.Tell(ChunkOf(stale.Owner, 0, -1, 0, 1), TestActor);
        Assert.Equal(new OwnerRefused(Id, stale.Owner), await ExpectMsgAsync<OwnerRefused>());

        entity.Tell(ChunkOf(owner.Owner, 0, -1, 0, 1), TestActor);
        Assert.Equal(1, (await ExpectMsgAsync<Ack>()).LastApplied);
        entity.Tell(ChunkOf(stale.Owner, 0, -1, 0, 1), TestActor);
        Assert.Equal(new OwnerRefused(Id, stale.Owner), await ExpectMsgAsync<OwnerRefused>());
    }

    [Fact]
    public async Task Given_a_bucket_that_another_process_has_taken_when_it_is_to_persist_then_nothing_is_written_and_it_starts_from_what_is_stored()
    {
        var entity = Start();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        await _store.TakeBucketAsync("test", Id, 1);
        Persist(entity, 1, 1);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal(0, _store.Saves);

        // The owner of the partition asks again: it is told what is missing.
        Persist(entity, 1, 1);
        Assert.Equal(new Persisted(Id, 0, 1, -1), await ExpectMsgAsync<Persisted>());
    }

    [Fact]
    public async Task Given_a_question_when_nobody_owns_the_bucket_here_then_it_is_answered_from_the_store_and_nothing_is_taken()
    {
        var (here, there) = (Start(), Start());
        there.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        Persist(there, 1, 1);
        await ExpectMsgAsync<Persisted>();

        here.Tell(new GetBucketReport(Id, 0, 10), TestActor);
        Assert.Equal(1, (await ExpectMsgAsync<BucketReport>()).LastApplied);

        there.Tell(ChunkOf(1, 0, 1, 2), TestActor);
        await ExpectMsgAsync<Ack>();
        Persist(there, 1, 2);
        Assert.Equal(2, (await ExpectMsgAsync<Persisted>()).LastApplied);
    }

    [Fact]
    public async Task Given_people_who_look_when_nobody_owns_the_bucket_here_then_they_are_told_that_it_knows_nothing_and_it_reads_nothing_and_goes()
    {
        var home = Start();
        home.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        Persist(home, 1, 1);
        await ExpectMsgAsync<Persisted>();
        var shard = CreateTestProbe();
        var here = shard.ChildActorOf(LearnerEntity.Props(Examples.Pipeline(), _store, HandOverTimeout, BucketPlace.Unmeasured));
        _store.Failures = int.MaxValue;

        here.Tell(new FindKeys(Id, new KeySearch("", KeyOrder.Name, 10)), TestActor);
        Assert.Equal(-1, (await ExpectMsgAsync<FoundKeys>()).TotalKeys);
        await shard.ExpectMsgAsync<Akka.Cluster.Sharding.Passivate>();
        here.Tell(new WatchKey(Id, "a"u8.ToArray(), WatchKey.Everything), TestActor);
        Assert.False((await ExpectMsgAsync<WatchedPoints>()).IsKnown);
        await shard.ExpectMsgAsync<Akka.Cluster.Sharding.Passivate>();
    }

    [Fact]
    public async Task Given_a_bucket_that_waits_for_its_store_when_people_look_then_they_are_answered_at_once()
    {
        var entity = Start();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        entity.Tell(new WatchKey(Id, "a"u8.ToArray(), WatchKey.Everything), TestActor);
        Assert.True((await ExpectMsgAsync<WatchedPoints>()).IsKnown);
        entity.Tell(ChunkOf(1, 0, 1, 2, 3), TestActor);
        await ExpectMsgAsync<Ack>();
        _store.Failures = int.MaxValue;

        // A later owner speaks: the state is void, and is not to be had.
        entity.Tell(ChunkOf(2, 0, -1, 0, 1), TestActor);
        entity.Tell(new FindKeys(Id, new KeySearch("", KeyOrder.Name, 10)), TestActor);
        Assert.Equal(-1, (await ExpectMsgAsync<FoundKeys>()).TotalKeys);
        _store.Failures = 0;

        Assert.Equal(1, (await ExpectMsgAsync<Ack>(TimeSpan.FromSeconds(10))).LastApplied);
        entity.Tell(new WatchKey(Id, "a"u8.ToArray(), 1), TestActor);
        Assert.Empty((await ExpectMsgAsync<WatchedPoints>()).Offsets);
        entity.Tell(ChunkOf(2, 0, 1, 2, 3), TestActor);
        await ExpectMsgAsync<Ack>();
        entity.Tell(new WatchKey(Id, "a"u8.ToArray(), 1), TestActor);
        var points = await ExpectMsgAsync<WatchedPoints>();
        Assert.Equal([2L, 3], points.Offsets);
    }

    [Fact]
    public async Task Given_a_stored_state_of_other_settings_when_it_is_taken_then_whoever_asks_is_told_both_values()
    {
        var entity = Start();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        Persist(entity, 1, 1);
        await ExpectMsgAsync<Persisted>();
        var pipeline = Examples.Pipeline();
        var other = Sys.ActorOf(LearnerEntity.Props(
            pipeline with
            {
                Plan = new ForecastPlan(new ForecastTask { Horizons = [1, 2, 3] }, pipeline.Plan.Learners, 1, 100),
            },
            _store, HandOverTimeout, BucketPlace.Unmeasured));

        other.Tell(ChunkOf(2, 0, 1, 2), TestActor);

        var failed = await ExpectMsgAsync<BucketFailed>();
        Assert.Equal(2, failed.Owner);
        Assert.Contains("expected", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_bucket_whose_state_is_stored_when_it_moves_then_it_stops_at_once()
    {
        var entity = Watched();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        Persist(entity, 1, 1);
        await ExpectMsgAsync<Persisted>();

        entity.Tell(HandOver.Instance);

        await ExpectTerminatedAsync(entity);
    }

    [Fact]
    public async Task Given_a_bucket_that_has_learned_what_is_not_stored_when_it_moves_then_it_asks_for_a_barrier_goes_on_and_stops_once_it_is_stored()
    {
        var entity = Watched();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();

        entity.Tell(HandOver.Instance);
        Assert.Equal(new HandingOver(Id, 1), await ExpectMsgAsync<HandingOver>());
        entity.Tell(ChunkOf(1, 0, 1, 2), TestActor);
        Assert.Equal(2, (await ExpectMsgAsync<Ack>()).LastApplied);
        Persist(entity, 1, 2);

        Assert.Equal(new Persisted(Id, 0, 2, 2), await ExpectMsgAsync<Persisted>());
        await ExpectTerminatedAsync(entity);
        Assert.Equal(2, (await _store.ReadBucketAsync(Examples.Pipeline().Name, Id))!.LastApplied);
    }

    [Fact]
    public async Task Given_no_barrier_when_a_bucket_moves_then_it_stops_after_a_time_and_its_next_home_says_what_it_lacks()
    {
        var entity = Watched(TimeSpan.FromMilliseconds(100));
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();

        entity.Tell(HandOver.Instance);
        await ExpectMsgAsync<HandingOver>();
        await ExpectTerminatedAsync(entity);

        var next = Start();
        next.Tell(ChunkOf(1, 0, 1, 2), TestActor);
        Assert.Equal(new Rewind(Id, 0, -1), await ExpectMsgAsync<Rewind>());
    }

    [Fact]
    public async Task Given_a_bucket_that_moves_when_a_later_owner_speaks_then_it_stops_at_once_for_all_of_it_is_stored_or_void()
    {
        var entity = Watched();
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        entity.Tell(HandOver.Instance);
        Assert.Equal(new HandingOver(Id, 1), await ExpectMsgAsync<HandingOver>());

        entity.Tell(ChunkOf(2, 0, -1, 0, 1), TestActor);

        await ExpectTerminatedAsync(entity);
    }

    [Fact]
    public async Task Given_a_store_that_is_away_when_an_ingest_sends_everything_again_then_each_is_answered_once()
    {
        _store.Failures = 2;
        var entity = Start();
        for (var again = 0; again < 20; again++)
        {
            entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
            entity.Tell(ChunkOf(1, 0, 1, 2), TestActor);
            entity.Tell(new Chunk(Id, 0, 2 + again, 2 + again, Examples.At(), 1), TestActor);
            Persist(entity, 1, 2);
        }

        Assert.Equal(1, (await ExpectMsgAsync<Ack>(TimeSpan.FromSeconds(10))).ChunkLast);
        Assert.Equal(2, (await ExpectMsgAsync<Ack>()).ChunkLast);
        Assert.Equal((2, 0), (await ExpectMsgAsync<Ack>()) is var probe ? ((int)probe.ChunkLast, probe.Predictions.Count) : default);
        Assert.Equal(new Persisted(Id, 0, 2, 2), await ExpectMsgAsync<Persisted>());

        entity.Tell(new GetBucketReport(Id, 0, 10), TestActor);
        Assert.Equal(2, (await ExpectMsgAsync<BucketReport>()).LastApplied);
    }

    [Fact]
    public async Task Given_a_bucket_that_nobody_owns_here_when_its_report_is_read_to_its_end_then_it_asks_to_go_and_one_with_an_owner_stays()
    {
        var home = Start();
        home.Tell(new Chunk(Id, 0, -1, 1, Examples.Of((0, "a"), (1, "b")), 1), TestActor);
        await ExpectMsgAsync<Ack>();
        Persist(home, 1, 1);
        await ExpectMsgAsync<Persisted>();
        var shard = CreateTestProbe();
        var here = shard.ChildActorOf(LearnerEntity.Props(Examples.Pipeline(), _store, HandOverTimeout, BucketPlace.Unmeasured));

        here.Tell(new GetBucketReport(Id, 0, 1), TestActor);
        Assert.Equal((1, 2), (await ExpectMsgAsync<BucketReport>()) is var page ? (page.Keys.Count, page.TotalKeys) : default);
        here.Tell(new GetBucketReport(Id, 1, 1), TestActor);
        await ExpectMsgAsync<BucketReport>();
        await shard.ExpectMsgAsync<Akka.Cluster.Sharding.Passivate>();

        here.Tell(ChunkOf(1, 0, 1, 2), TestActor);
        await ExpectMsgAsync<Ack>();
        here.Tell(new GetBucketReport(Id, 0, 10), TestActor);
        await ExpectMsgAsync<BucketReport>();
        here.Tell(new Release(Id, 1), TestActor);
        await shard.ExpectMsgAsync<Akka.Cluster.Sharding.Passivate>();
        Assert.False(shard.HasMessages);
    }

    [Fact]
    public async Task Given_learners_with_native_memory_when_their_bucket_is_taken_anew_crashes_and_leaves_then_it_is_given_back()
    {
        var alive = new DisposableForecaster.Count();
        var pipeline = Examples.Pipeline() with
        {
            Plan = new ForecastPlan(new ForecastTask { Horizons = [1, 3] }, [DisposableForecaster.Choice(alive)], 1, 100),
        };
        alive.Value = 0;
        var entity = Watch(Sys.ActorOf(LearnerEntity.Props(pipeline, _store, HandOverTimeout, BucketPlace.Unmeasured)));
        entity.Tell(ChunkOf(1, 0, -1, 0, 1), TestActor);
        await ExpectMsgAsync<Ack>();
        Persist(entity, 1, 1);
        await ExpectMsgAsync<Persisted>();
        Assert.Equal(1, alive.Value);

        Crash(entity);
        entity.Tell(ChunkOf(1, 0, 1, 2), TestActor);
        await ExpectMsgAsync<Ack>();
        Assert.Equal(1, alive.Value);

        entity.Tell(ChunkOf(2, 0, 1, 2), TestActor);
        await ExpectMsgAsync<Ack>();
        Assert.Equal(1, alive.Value);

        entity.Tell(PoisonPill.Instance);
        await ExpectTerminatedAsync(entity);
        Assert.Equal(0, alive.Value);
    }

    private IActorRef Watched(TimeSpan? handOverTimeout = null) =>
        Watch(Sys.ActorOf(LearnerEntity.Props(Examples.Pipeline(), _store, handOverTimeout ?? HandOverTimeout, BucketPlace.Unmeasured)));

    private IActorRef Start() => Sys.ActorOf(LearnerEntity.Props(Examples.Pipeline(), _store, HandOverTimeout, BucketPlace.Unmeasured));

    private void Persist(IActorRef entity, long owner, long upTo) => entity.Tell(new Persist(Id, owner, 0, upTo, -1), TestActor);

    /// <summary>Examples of another width make the fleet throw: the supervisor starts the actor anew.</summary>
    private void Crash(IActorRef entity) =>
        entity.Tell(new Chunk(Id, 0, -1, 1000, new ExampleBatch([1000], [5], [0], [], [0], [1, 2], 2), 1), TestActor);

    private static Chunk ChunkOf(long owner, int epoch, long previous, params long[] offsets) =>
        new(Id, epoch, previous, offsets[^1], Examples.At(offsets), owner);
}
