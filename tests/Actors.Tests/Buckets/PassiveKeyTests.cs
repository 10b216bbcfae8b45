using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using MessagePack;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Tests.Buckets;

/// <summary>Learners that leave memory and come back.</summary>
[Collection(SharedPostgres.Name)]
public sealed class PassiveKeyTests(PostgresServer server) : TestKit(ConfigurationFactory.ParseString($"{LearnerEntity.Dispatcher} {{ type = ForkJoinDispatcher, dedicated-thread-pool {{ thread-count = 1 }} }}"))
{
    private static readonly BucketId Id = new(3, 0);

    private readonly MemoryCheckpointStore _store = new();

    /// <summary>Records, tombstones, repeats of chunks, saves that fail or do not, and new lives, with a limit and without.</summary>
    [Theory]
    [InlineData(1, 100, 1)]
    [InlineData(2, 100, 3000)]
    [InlineData(3, 6, 1)]
    [InlineData(4, 6, 3000)]
    [InlineData(5, 6, 9000)]
    [InlineData(6, 3, 3000)]
    public void Given_a_limit_on_memory_when_anything_happens_then_answers_and_states_are_those_without_one(int seed, int maxKeys, long limit)
    {
        var random = new Random(seed);
        var pipeline = Examples.Pipeline(maxKeys: maxKeys);
        var memory = new LearnerMemory(limit);
        var stored = new Dictionary<string, byte[]>();
        StoredBucket? generation = null;
        var (free, tight) = (new BucketState(pipeline), new BucketState(pipeline, memory: memory));
        var offset = 0L;
        var woken = 0;
        for (var step = 0; step < 400; step++)
        {
            switch (random.Next(6))
            {
                case 0:
                    var checkpoint = free.TakeCheckpoint(-1);
                    var same = tight.TakeCheckpoint(-1);
                    Assert.Equal(Text(checkpoint), Text(same));
                    if (random.Next(4) == 0)
                    {
                        free.OnNotSaved(checkpoint);
                        tight.OnNotSaved(same);
                        break;
                    }

                    foreach (var (key, state) in checkpoint.Changed)
                    {
                        _ = state is null ? stored.Remove(Convert.ToHexString(key)) : (stored[Convert.ToHexString(key)] = state) is null;
                    }

                    generation = new StoredBucket(
                        step, checkpoint.LastApplied, checkpoint.State,
                        [.. stored.OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => new KeyState(Convert.FromHexString(key.Key), key.Value))]);
                    free.OnSaved(checkpoint);
                    tight.OnSaved(same);
                    tight.MakeRoom();
                    Assert.True(tight.Fleet.ResidentBytes <= limit || tight.Fleet.PassiveKeys == tight.Fleet.Keys);
                    break;
                case 1 when generation is not null && random.Next(5) == 0:
                    tight.Leave();
                    Assert.Equal((0, 0, 0), (memory.Used, memory.ResidentKeys, memory.PassiveKeys));
                    (free, tight) = (new BucketState(pipeline, generation), new BucketState(pipeline, generation, memory: memory));
                    Assert.True(memory.Used <= limit);
                    offset = generation.LastApplied + 1;
                    break;
                case 2:
                    var report = new GetBucketReport(Id, random.Next(3), random.Next(1, 8));
                    var needed = tight.Lacking(report);
                    Assert.Equal(
                        Text(free.Report(report)), Text(tight.Answer(report, needed, StatesOf(needed))));
                    break;
                default:
                    var chunk = Chunk(random, ref offset);
                    var lacking = tight.Lacking(chunk);
                    woken += lacking.Count;
                    tight.Wake(lacking, StatesOf(lacking));
                    Assert.Equal(Text(free.Receive(chunk)), Text(tight.Receive(chunk)));
                    tight.MakeRoom();
                    Assert.Equal(
                        (tight.Fleet.ResidentBytes, (long)tight.Fleet.PassiveKeys, (long)tight.Fleet.Keys),
                        (memory.Used, memory.PassiveKeys, memory.ResidentKeys + memory.PassiveKeys));
                    break;
            }
        }

        Assert.Equal(woken, memory.Woken);
        Assert.True(woken > 20, $"{woken} woken.");

        List<byte[]> StatesOf(IReadOnlyList<byte[]> keys) => [.. keys.Select(key => stored[Convert.ToHexString(key)])];
    }

    [Fact]
    public async Task Given_an_entity_with_too_little_memory_when_records_and_questions_come_then_it_reads_learners_back_and_answers_as_one_with_enough()
    {
        IgnoreMessages(message => message is BarrierWanted);
        var memory = new LearnerMemory(1);
        var (tight, free) = (Start("tight", memory), Start("free", LearnerMemory.Unlimited));
        var offset = 0L;
        for (var round = 0; round < 6; round++)
        {
            string[] keys = [$"k{round % 3}", "k9", $"k{(round + 1) % 3}"];
            var chunk = new Chunk(Id, 0, offset - 1, offset + 2, Examples.Of([.. keys.Select((key, i) => (offset + i, key))]), 1);
            offset += 3;
            Assert.Equal(Text(await AskAsync<Ack>(free, chunk)), Text(await AskAsync<Ack>(tight, chunk)));
            foreach (var entity in (IActorRef[])[tight, free])
            {
                Assert.Equal(offset - 1, (await AskAsync<Persisted>(entity, new Persist(Id, 1, 0, offset - 1, -1))).LastApplied);
            }

            Assert.Equal((0L, Math.Min(round + 2, 3) + 1), (memory.Used, (int)memory.PassiveKeys));
        }

        Assert.True(memory.Woken > 6);
        var report = new GetBucketReport(Id, 0, 10);
        Assert.Equal(Text(await AskAsync<BucketReport>(free, report)), Text(await AskAsync<BucketReport>(tight, report)));
        Assert.Equal(0, memory.Used);
    }

    [Fact]
    public async Task Given_a_store_that_is_away_when_learners_are_to_be_read_back_then_it_is_asked_again()
    {
        var tight = Start("test", new LearnerMemory(1));
        await AskAsync<Ack>(tight, ChunkOf(-1, 0, 1));
        await AskAsync<Persisted>(tight, new Persist(Id, 1, 0, 1, -1));

        _store.Failures = 2;

        Assert.Equal(3, (await AskAsync<Ack>(tight, ChunkOf(1, 2, 3))).LastApplied);
    }

    [Fact]
    public async Task Given_a_stored_key_that_is_gone_when_its_learners_are_to_be_read_back_then_the_bucket_is_taken_again_and_says_what_it_has()
    {
        var tight = Start("test", new LearnerMemory(1));
        await AskAsync<Ack>(tight, ChunkOf(-1, 0, 1));
        await AskAsync<Persisted>(tight, new Persist(Id, 1, 0, 1, -1));

        _store.LoseKeys("test", Id);

        // What is left is all that there is: nothing is made up.
        var ack = await AskAsync<Ack>(tight, ChunkOf(1, 2, 3));
        Assert.Equal((3L, 1L), (ack.LastApplied, ack.Predictions.ModelVersions[0]));
    }

    [Fact]
    public async Task Given_a_damaged_row_when_its_learners_are_to_be_read_back_then_the_bucket_goes_back_to_what_is_not_damaged_and_learns_the_rest_again()
    {
        await using var world = await StoreWorld.CreateAsync(CheckpointStoreKind.Sqlite, server);
        var tight = Start("test", new LearnerMemory(1), world.Store);
        await AskAsync<Ack>(tight, ChunkOf(-1, 0, 1));
        await AskAsync<Persisted>(tight, new Persist(Id, 1, 0, 1, -1));
        await AskAsync<Ack>(tight, ChunkOf(1, 2, 3));
        await ExpectMsgAsync<BarrierWanted>();
        await AskAsync<Persisted>(tight, new Persist(Id, 1, 0, 3, 1));
        Assert.Equal(1, await world.ExecuteAsync(
            "UPDATE streamlearn_keys SET state = @content WHERE generation = (SELECT MAX(generation) FROM streamlearn_keys)", [1, 2, 3]));

        Assert.Equal(new Rewind(Id, 0, 1), await AskAsync<Rewind>(tight, ChunkOf(3, 4)));

        Assert.Equal(4, (await AskAsync<Ack>(tight, ChunkOf(1, 2, 3, 4))).LastApplied);
        var undisturbed = new BucketState(Examples.Pipeline());
        undisturbed.Receive(ChunkOf(-1, 0, 1, 2, 3, 4));
        var report = new GetBucketReport(Id, 0, 10);
        await ExpectMsgAsync<BarrierWanted>();
        Assert.Equal(Text(undisturbed.Report(report)), Text(await AskAsync<BucketReport>(tight, report)));
    }

    [Fact]
    public async Task Given_a_damaged_row_when_a_report_needs_it_then_it_is_of_what_is_not_damaged()
    {
        await using var world = await StoreWorld.CreateAsync(CheckpointStoreKind.Sqlite, server);
        var tight = Start("test", new LearnerMemory(1), world.Store);
        await AskAsync<Ack>(tight, ChunkOf(-1, 0, 1));
        await AskAsync<Persisted>(tight, new Persist(Id, 1, 0, 1, -1));
        Assert.Equal(1, await world.ExecuteAsync("UPDATE streamlearn_keys SET state = @content", [1, 2, 3]));

        Assert.Equal((-1L, 0), await AskAsync<BucketReport>(tight, new GetBucketReport(Id, 0, 10)) is var report ? (report.LastApplied, report.TotalKeys) : default);
        Assert.Equal(new Rewind(Id, 0, -1), await AskAsync<Rewind>(tight, ChunkOf(1, 2)));
    }

    [Fact]
    public async Task Given_stored_learners_that_are_not_the_pipelines_when_they_are_read_back_then_the_bucket_says_what_one_without_a_limit_says()
    {
        var first = Start("test", LearnerMemory.Unlimited);
        await AskAsync<Ack>(first, ChunkOf(-1, 0, 1));
        await AskAsync<Persisted>(first, new Persist(Id, 1, 0, 1, -1));
        var plan = (ForecastPlan)Examples.Pipeline().Plan;
        var other = Examples.Pipeline() with { Plan = new ForecastPlan(plan.Task, [plan.Learners[1]], plan.Seed, plan.MaxKeys) };
        var report = new GetBucketReport(Id, 0, 10);

        var expected = await AskAsync<BucketFailed>(Start(other, LearnerMemory.Unlimited, _store), ChunkOf(1, 2) with { Owner = 2 });

        var memory = new LearnerMemory(1);
        var tight = Start(other, memory, _store);
        Assert.Equal(expected, await AskAsync<BucketFailed>(tight, ChunkOf(1, 2) with { Owner = 2 }));
        Assert.Equal(expected, await AskAsync<BucketFailed>(tight, ChunkOf(1, 2) with { Owner = 2 }));
        Assert.Equal(0, memory.PassiveKeys);

        // Where a report is the first to need them too.
        tight = Start(other, memory, _store);
        await AskAsync<Ack>(tight, new Chunk(Id, 0, 1, 1, ExampleBatch.Empty, 3));
        Assert.Equal(0, (await AskAsync<BucketReport>(tight, report)).TotalKeys);
        Assert.Equal(expected with { Owner = 3 }, await AskAsync<BucketFailed>(tight, ChunkOf(1, 2) with { Owner = 3 }));
    }

    [Fact]
    public async Task Given_a_new_writer_when_the_old_one_reads_learners_back_then_it_is_refused_and_its_report_is_of_what_is_stored()
    {
        var old = Start("test", new LearnerMemory(1));
        await AskAsync<Ack>(old, ChunkOf(-1, 0, 1));
        await AskAsync<Persisted>(old, new Persist(Id, 1, 0, 1, -1));
        await _store.TakePartitionAsync("test", Id.Partition);
        await _store.TakePartitionAsync("test", Id.Partition);
        await AskAsync<Ack>(Start("test", LearnerMemory.Unlimited), ChunkOf(1, 2) with { Owner = 2 });

        Assert.Equal((1L, 1), await AskAsync<BucketReport>(old, new GetBucketReport(Id, 0, 10)) is var report ? (report.LastApplied, report.TotalKeys) : default);
        Assert.Equal(new OwnerRefused(Id, 1), await AskAsync<OwnerRefused>(old, ChunkOf(1, 2)));
    }

    [Fact]
    public async Task Given_an_entity_that_crashes_while_learners_are_read_back_when_it_lives_again_then_it_answers_what_it_was_sent_and_nothing_is_counted_twice()
    {
        var memory = new LearnerMemory(1);
        var parent = Sys.ActorOf(Props.Create(() => new Reviving(PropsOf(Examples.Pipeline(), memory, _store))));
        await AskAsync<Ack>(parent, ChunkOf(-1, 0, 1));
        await AskAsync<Persisted>(parent, new Persist(Id, 1, 0, 1, -1));
        Assert.Equal((0, 0, 1), (memory.Used, memory.ResidentKeys, memory.PassiveKeys));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.KeyGate = gate.Task;

        parent.Tell(ChunkOf(1, 2, 3), TestActor);
        parent.Tell("crash");
        await ExpectMsgAsync<string>(hint: "the entity starts again");
        gate.SetResult();

        var ack = await ExpectMsgAsync<Ack>();
        Assert.Equal((3L, 4L), (ack.LastApplied, ack.Predictions.ModelVersions[^1]));
        await AwaitAssertAsync(() => Assert.Equal((1, 0), (memory.ResidentKeys, memory.PassiveKeys)), TimeSpan.FromSeconds(10));
        Assert.Equal(1, memory.Woken);
    }

    [Fact]
    public async Task Given_learners_that_cannot_leave_before_they_are_stored_when_there_is_too_little_memory_then_a_barrier_is_wanted_once_until_there_is_one()
    {
        var tight = Start("test", new LearnerMemory(1));
        await AskAsync<Ack>(tight, ChunkOf(-1, 0));
        for (var offset = 0; offset < 6; offset += 3)
        {
            await AskAsync<Persisted>(tight, new Persist(Id, 1, 0, offset, -1));
            await AskAsync<Ack>(tight, ChunkOf(offset, offset + 1));
            Assert.Equal(new BarrierWanted(Id, 1), await ExpectMsgAsync<BarrierWanted>());
            await AskAsync<Ack>(tight, ChunkOf(offset + 1, offset + 2));
            await AskAsync<Ack>(tight, ChunkOf(offset + 2, offset + 3));
        }
    }

    private async Task<T> AskAsync<T>(IActorRef entity, object message)
    {
        entity.Tell(message, TestActor);
        return await ExpectMsgAsync<T>(TimeSpan.FromSeconds(10));
    }

    private IActorRef Start(string pipeline, LearnerMemory memory, ICheckpointStore? store = null) =>
        Start(Examples.Pipeline() with { Name = pipeline }, memory, store ?? _store);

    private IActorRef Start(PipelineDefinition pipeline, LearnerMemory memory, ICheckpointStore store) => Sys.ActorOf(PropsOf(pipeline, memory, store));

    private static Props PropsOf(PipelineDefinition pipeline, LearnerMemory memory, ICheckpointStore store) => LearnerEntity.Props(
        pipeline, store, TimeSpan.FromSeconds(10),
        new BucketPlaces(new BucketCosts(TimeProvider.System), 8, memory: memory).For(pipeline, Id.EntityId));

    private static Chunk ChunkOf(long previous, params long[] offsets) => new(Id, 0, previous, offsets[^1], Examples.At(offsets), 1);

    /// <summary>The next records of some of ten keys, or some that have come before.</summary>
    private static Chunk Chunk(Random random, ref long offset)
    {
        var first = random.Next(6) == 0 ? Math.Max(0, offset - 3) : offset;
        var last = offset + random.Next(1, 6) - 1;
        var examples = Examples.Of([.. Enumerable.Range((int)first, (int)(last - first) + 1).Select(at => ((long)at, $"key-{(at * 7919) % 31 % 10}"))]);
        examples = examples.With([.. examples.Offsets.Select(at => at % 23 == 7 ? ExampleKind.Tombstone : ExampleKind.Example)]);
        var chunk = new Chunk(Id, 0, first - 1, last, examples, 1);
        offset = last + 1;
        return chunk;
    }

    private static string Text(IBucketMessage message) =>
        string.Create(CultureInfo.InvariantCulture, $"{message.GetType().Name} {Convert.ToHexString(MessagePackSerializer.Serialize(message.GetType(), message))}");

    /// <summary>Kills its child when it is told to, starts it again, and says so to whoever has spoken last.</summary>
    private sealed class Reviving : ReceiveActor
    {
        private IActorRef _asker = ActorRefs.Nobody;

        public Reviving(Props entity)
        {
            var child = Context.ActorOf(entity);
            Receive<string>(_ => child.Tell(Kill.Instance));
            ReceiveAny(message =>
            {
                _asker = Sender;
                child.Forward(message);
            });
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ =>
        {
            _asker.Tell("it starts again");
            return Directive.Restart;
        });
    }

    private static string Text(BucketCheckpoint checkpoint) => string.Join(
        '\n', checkpoint.Changed.Select(key => $"{Encoding.UTF8.GetString(key.Key)}={(key.State is null ? "-" : Convert.ToHexString(key.State))}"));
}
