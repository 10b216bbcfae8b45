using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using MessagePack;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Actors.Tests.Buckets;

/// <summary>Learners that leave memory and come back.</summary>
public sealed class PassiveKeyTests() : TestKit(ConfigurationFactory.ParseString($"{LearnerEntity.Dispatcher} {{ type = ForkJoinDispatcher, dedicated-thread-pool {{ thread-count = 1 }} }}"))
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
                    Assert.Equal((0, 0), (memory.Used, memory.PassiveKeys));
                    (free, tight) = (new BucketState(pipeline, generation), new BucketState(pipeline, generation, memory: memory));
                    Assert.True(memory.Used <= limit);
                    offset = generation.LastApplied + 1;
                    break;
                case 2:
                    var report = new GetBucketReport(Id, random.Next(3), random.Next(1, 8));
                    var needed = tight.Lacking(report);
                    Assert.Equal(
                        Text(free.Report(report)), Text(tight.Report(report, needed, StatesOf(needed))));
                    break;
                default:
                    var chunk = Chunk(random, ref offset);
                    var lacking = tight.Lacking(chunk);
                    woken += lacking.Count;
                    tight.Wake(lacking, StatesOf(lacking));
                    Assert.Equal(Text(free.Receive(chunk)), Text(tight.Receive(chunk)));
                    tight.MakeRoom();
                    Assert.Equal((tight.Fleet.ResidentBytes, (long)tight.Fleet.PassiveKeys), (memory.Used, memory.PassiveKeys));
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

    private async Task<T> AskAsync<T>(IActorRef entity, object message)
    {
        entity.Tell(message, TestActor);
        return await ExpectMsgAsync<T>(TimeSpan.FromSeconds(10));
    }

    private IActorRef Start(string pipeline, LearnerMemory memory)
    {
        var definition = Examples.Pipeline() with { Name = pipeline };
        var places = new BucketPlaces(new BucketCosts(TimeProvider.System), 8, memory: memory);
        return Sys.ActorOf(LearnerEntity.Props(definition, _store, TimeSpan.FromSeconds(10), places.For(definition, Id.EntityId)));
    }

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

    private static string Text(BucketCheckpoint checkpoint) => string.Join(
        '\n', checkpoint.Changed.Select(key => $"{Encoding.UTF8.GetString(key.Key)}={(key.State is null ? "-" : Convert.ToHexString(key.State))}"));
}
