using Akka.Actor;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Tests.Ingest;

public sealed class IngestStageTests : IngestWorld
{
    private static readonly ChunkLimits Never = new() { InFlight = 2, ResendAfter = TimeSpan.FromMinutes(10) };

    [Fact]
    public async Task Given_a_batch_when_it_comes_then_each_bucket_gets_its_examples_and_the_answers_go_on()
    {
        Start(Never, buckets: 2);
        var (a, b) = (Examples.KeyIn(0, 2), Examples.KeyIn(1, 2));
        Feed(Examples.Decoded(0, 0, a, b, a));

        var (first, ingest) = await NextChunkAsync();
        var (second, _) = await NextChunkAsync();

        Assert.Equal((new BucketId(3, 0), 0, -1L, 2L), (first.Bucket, first.Epoch, first.Previous, first.Last));
        Assert.Equal([0, 2], first.Examples.Offsets);
        Assert.Equal((new BucketId(3, 1), -1L, 1L), (second.Bucket, second.Previous, second.Last));
        ingest.Tell(AckOf(second));
        ingest.Tell(AckOf(first));
        var answer = await NextAnswerAsync();
        Assert.Equal((0L, 3L), (answer.From, answer.Next));
        Assert.Equal([[1], [0, 2]], answer.Chunks.Select(chunk => chunk.Rows));
        Assert.Equal([new BucketId(3, 0), new BucketId(3, 1)], Progress.Buckets);
    }

    [Fact]
    public async Task Given_as_many_chunks_in_flight_as_may_be_when_more_wait_then_none_is_read_until_the_oldest_is_answered()
    {
        Start(Never);
        for (var offset = 0; offset < 6; offset++)
        {
            FeedOne(offset);
        }

        var (first, ingest) = await NextChunkAsync();
        var (second, _) = await NextChunkAsync();
        Assert.Equal(2, Pulled);
        ingest.Tell(AckOf(second));
        Assert.Equal(2, Pulled);
        ingest.Tell(AckOf(first));
        Assert.Equal(1, (await NextAnswerAsync()).Next);
        Assert.Equal(2, (await NextAnswerAsync()).Next);

        Assert.Equal(2, (await NextChunkAsync()).Chunk.Last);
        Assert.Equal(3, (await NextChunkAsync()).Chunk.Last);
        Assert.Equal(4, Pulled);
    }

    /// <summary>Regression: a batch that is cut into many chunks went out at once.</summary>
    [Fact]
    public async Task Given_a_batch_of_more_chunks_than_may_be_in_flight_when_it_comes_then_the_rest_waits_for_answers()
    {
        Start(Never with { Records = 1 });
        Feed(Examples.Decoded(0, 0, "a", "a", "a", "a", "a"));
        FeedOne(5);
        for (var offset = 0; offset < 6; offset += 2)
        {
            var (chunk, ingest) = await NextChunkAsync();
            var (next, _) = await NextChunkAsync();
            Assert.Equal((offset, offset + 1L), (chunk.Last, next.Last));
            ingest.Tell(AckOf(next));
            await Region.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(20));
            ingest.Tell(AckOf(chunk));
        }

        EndOfLog();
        await PersistAsync();
        await CompletedAsync();
    }

    [Fact]
    public async Task Given_no_answer_when_the_time_is_over_then_the_same_chunk_is_sent_again_less_and_less_often()
    {
        Start(Never with { ResendAfter = TimeSpan.FromMilliseconds(20) });
        FeedOne(0);

        var (first, ingest) = await NextChunkAsync();
        var started = TimeProvider.System.GetTimestamp();
        for (var again = 0; again < 4; again++)
        {
            Assert.Same(first, (await NextChunkAsync()).Chunk);
        }

        // Ticks 2, 4, 8 and 16: a slow machine makes it later, never sooner.
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromMilliseconds(14 * 20));
        ingest.Tell(AckOf(first));
        await NextAnswerAsync();
        ingest.Tell(AckOf(first));
        EndOfLog();
        await PersistAsync();
        await CompletedAsync();
        await Outputs.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Given_a_rewind_when_it_comes_then_the_log_is_sought_and_batches_and_answers_of_before_are_passed_over()
    {
        Start(Never with { InFlight = 3 });
        FeedOne(0);
        FeedOne(1);
        FeedOne(2);
        var (first, ingest) = await NextChunkAsync();
        var (second, _) = await NextChunkAsync();
        await NextChunkAsync();
        ingest.Tell(AckOf(first));
        await NextAnswerAsync();

        // The first has both that are in flight sent again; there cannot be another if they have come.
        ingest.Tell(new Rewind(second.Bucket, 0, 0));
        Assert.Equal(1, (await NextChunkAsync()).Chunk.Last);
        Assert.Equal(2, (await NextChunkAsync()).Chunk.Last);
        await Seeks.ExpectNoMsgAsync(TimeSpan.Zero);
        ingest.Tell(new Rewind(second.Bucket, 0, 0));
        Assert.Equal((1L, 1), await Seeks.ExpectMsgAsync<(long, int)>());
        ingest.Tell(AckOf(second));
        ingest.Tell(new Rewind(second.Bucket, 0, -1));
        FeedOne(3);
        FeedOne(4);
        FeedOne(1, epoch: 1);

        var (again, _) = await NextChunkAsync();
        Assert.Equal((1, 0L, 1L), (again.Epoch, again.Previous, again.Last));
        Assert.Equal(1, Progress.Rewinds);
        ingest.Tell(AckOf(again));
        Assert.Equal(1, (await NextAnswerAsync()).Source.Records.Epoch);

        // Nothing is stored before everything is read again that had been.
        FeedOne(2, epoch: 1);
        var (last, _) = await NextChunkAsync();
        ingest.Tell(AckOf(last));
        await NextAnswerAsync();
        EndOfLog();
        await PersistAsync();
        await CompletedAsync();
        await Outputs.ExpectNoMsgAsync(TimeSpan.Zero);
        await Seeks.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    /// <summary>Regression: a region that looked for a bucket's next home had dropped one message, and the whole partition was read again.</summary>
    [Fact]
    public async Task Given_a_chunk_that_got_lost_when_those_after_it_say_so_then_all_in_flight_are_sent_again_once_and_nothing_is_read_again()
    {
        Start(Never with { InFlight = 3 });
        FeedOne(0);
        FeedOne(1);
        FeedOne(2);
        var (first, ingest) = await NextChunkAsync();
        var (second, _) = await NextChunkAsync();
        var (third, _) = await NextChunkAsync();

        ingest.Tell(new Rewind(second.Bucket, 0, -1));
        ingest.Tell(new Rewind(third.Bucket, 0, -1));

        foreach (var chunk in (Chunk[])[first, second, third])
        {
            Assert.Same(chunk, (await NextChunkAsync()).Chunk);
            ingest.Tell(AckOf(chunk));
            await NextAnswerAsync();
        }

        EndOfLog();
        await PersistAsync();
        await CompletedAsync();
        await Seeks.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.Equal(0, Progress.Rewinds);
    }

    /// <summary>Regression: what was read again went out, and was counted, once more.</summary>
    [Fact]
    public async Task Given_a_rewind_when_records_that_were_answered_are_read_again_then_they_and_their_dead_letters_go_out_once()
    {
        Start(Never with { InFlight = 4 });
        var records = Examples.Records(0, 0, ("a", Examples.Json("a", 0)), ("a", "no json"));
        Feed(Examples.Decode(records));
        FeedOne(2);
        var (first, ingest) = await NextChunkAsync();
        var (second, _) = await NextChunkAsync();
        ingest.Tell(AckOf(first));
        Assert.Equal((0L, 2L), (await NextAnswerAsync()) is var before ? (before.From, before.Next) : default);
        ingest.Tell(new Rewind(second.Bucket, 0, -1));
        await Seeks.ExpectMsgAsync<(long, int)>();

        Feed(Examples.Decode(Examples.Records(
            0, 1, ("a", Examples.Json("a", 0)), ("a", "no json"), ("a", Examples.Json("a", 2)), ("a", Examples.Json("a", 3)), ("a", "no json"))));

        var (again, _) = await NextChunkAsync();
        ingest.Tell(AckOf(again));
        var after = await NextAnswerAsync();
        Assert.Equal((2L, 5L), (after.From, after.Next));
    }

    /// <summary>Regression: a rewind past chunks of the same batch that had not been sent yet would leave their records out.</summary>
    [Fact]
    public async Task Given_chunks_of_another_bucket_that_wait_when_a_rewind_comes_then_their_records_are_sought_too()
    {
        Start(Never with { InFlight = 1, Records = 1 }, buckets: 2);
        var (a, b) = (Examples.KeyIn(0, 2), Examples.KeyIn(1, 2));
        Feed(Examples.Decoded(0, 0, a, b, a));

        var (first, ingest) = await NextChunkAsync();
        ingest.Tell(AckOf(first));
        var (second, _) = await NextChunkAsync();
        ingest.Tell(new Rewind(second.Bucket, 0, 1));
        Assert.Same(second, (await NextChunkAsync()).Chunk);
        ingest.Tell(new Rewind(second.Bucket, 0, 1));

        Assert.Equal((0L, 1), await Seeks.ExpectMsgAsync<(long, int)>());
    }

    [Fact]
    public async Task Given_the_end_of_the_log_when_a_chunk_has_no_answer_then_the_stage_waits_for_it()
    {
        Start(Never);
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        EndOfLog();
        await Outputs.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        Assert.False(Completion.IsCompleted);

        ingest.Tell(AckOf(chunk));

        await NextAnswerAsync();
        await PersistAsync();
        await CompletedAsync();
    }

    [Fact]
    public async Task Given_records_that_are_no_examples_when_they_come_then_they_pass_and_nothing_is_sent()
    {
        Start(Never);
        Feed(Examples.Decode(Examples.Records(0, 0, ("a", "no json"), ("a", "{}"))));
        EndOfLog();

        Assert.Equal(2, (await NextAnswerAsync()).Source.DeadLetters.Length);
        await CompletedAsync();
        await Region.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.Equal(2, Store.Cursor("test", 3)!.Next);
    }

    [Fact]
    public async Task Given_a_barrier_that_is_due_when_everything_is_delivered_then_buckets_persist_and_the_cursor_is_stored_and_committed()
    {
        DeliversAtOnce = false;
        Start(Never with { InFlight = 8 }, buckets: 2, barriers: new BarrierOptions { Every = TimeSpan.FromSeconds(10), EveryRecords = 0 });
        var (a, b) = (Examples.KeyIn(0, 2), Examples.KeyIn(1, 2));
        Feed(Examples.Decoded(0, 0, a, b, a));
        var (first, ingest) = await NextChunkAsync();
        var (second, _) = await NextChunkAsync();
        Clock.Advance(TimeSpan.FromSeconds(11));

        // Nothing is asked while an answer is missing, nor while an output is not delivered; nothing more is sent.
        ingest.Tell(AckOf(first));
        await Region.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        FeedOne(3, a);
        ingest.Tell(AckOf(second));
        await NextAnswerAsync();
        await Region.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Deliveries.Delivered();

        Assert.Equal(new Persist(first.Bucket, Owner, 0, 2, -1), await Region.ExpectMsgAsync<Persist>());
        Assert.Equal(new Persist(second.Bucket, Owner, 0, 1, -1), await Region.ExpectMsgAsync<Persist>());
        ingest.Tell(new Persisted(first.Bucket, 0, 2, 2));
        await Region.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Assert.Null(Store.Cursor("test", 3));
        ingest.Tell(new Persisted(second.Bucket, 0, 1, 1));

        Assert.Equal(3, await Commits.ExpectMsgAsync<long>());
        var cursor = Store.Cursor("test", 3)!;
        Assert.Equal((0L, 3L), (cursor.First, cursor.Next));
        Assert.Equal([2L, 1L], cursor.SentUpTo);
        Assert.Equal((3L, 2L), (await NextChunkAsync()).Chunk is var next ? (next.Last, next.Previous) : default);
        Assert.Equal(1, Progress.Barriers);
    }

    /// <summary>Regression: a group that shared out took no offset, and without new records nobody told it again: it seemed to lag for ever.</summary>
    [Fact]
    public async Task Given_a_group_that_refuses_an_offset_when_no_more_records_come_then_it_is_told_again()
    {
        Start(Never, barriers: new BarrierOptions { Every = TimeSpan.FromSeconds(1), EveryRecords = 0 });
        RefusedCommits.Enqueue(new KafkaCommitException("t", 3, 1, "rebalance in progress"));
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(AckOf(chunk));
        await NextAnswerAsync();
        Clock.Advance(TimeSpan.FromSeconds(2));
        await PersistAsync();
        Assert.Equal(1, await Commits.ExpectMsgAsync<long>());
        await Commits.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, await Commits.ExpectMsgAsync<long>());
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Commits.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, Progress.Barriers);
    }

    [Fact]
    public async Task Given_a_cursor_that_another_node_has_stored_when_the_ingest_starts_then_the_group_is_told_of_it()
    {
        Start(Never, buckets: 3, cursor: new PartitionCursor(3, 0, 10, [8, -1, 9], DateTimeOffset.UnixEpoch), isStored: true);

        Assert.Equal(10, await Commits.ExpectMsgAsync<long>());
    }

    [Fact]
    public async Task Given_a_bucket_that_has_lost_what_it_answered_when_it_persists_less_then_the_log_is_read_again_and_nothing_is_stored()
    {
        Start(Never, barriers: new BarrierOptions { Every = TimeSpan.FromSeconds(1), EveryRecords = 0 });
        FeedOne(0);
        FeedOne(1);
        var (first, ingest) = await NextChunkAsync();
        var (second, _) = await NextChunkAsync();
        ingest.Tell(AckOf(first));
        ingest.Tell(AckOf(second));
        Clock.Advance(TimeSpan.FromSeconds(2));
        await Region.ExpectMsgAsync<Persist>();

        ingest.Tell(new Persisted(first.Bucket, 0, 1, 0));

        Assert.Equal((1L, 1), await Seeks.ExpectMsgAsync<(long, int)>());
        Assert.Null(Store.Cursor("test", 3));
        await Commits.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Given_a_bucket_that_cannot_persist_when_the_next_barrier_is_due_then_it_is_asked_again_and_records_went_on_meanwhile()
    {
        Start(Never, barriers: new BarrierOptions { Every = TimeSpan.FromSeconds(1), EveryRecords = 0 });
        FeedOne(0);
        var (first, ingest) = await NextChunkAsync();
        ingest.Tell(AckOf(first));
        Clock.Advance(TimeSpan.FromSeconds(2));
        var persist = await Region.ExpectMsgAsync<Persist>();
        ingest.Tell(new PersistFailed(persist.Bucket, 0, persist.UpTo, "the disk is full"));
        FeedOne(1);
        var (second, _) = await NextChunkAsync();
        ingest.Tell(AckOf(second));
        Assert.Contains("the disk is full", Progress.CheckpointProblems[3], StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, (await PersistAsync()).UpTo);
        Assert.Equal(2, await Commits.ExpectMsgAsync<long>());
        Assert.Empty(Progress.CheckpointProblems);
    }

    [Fact]
    public async Task Given_a_store_that_fails_when_the_cursor_is_to_be_stored_then_nothing_is_committed_and_it_is_tried_again()
    {
        Start(Never, barriers: new BarrierOptions { Every = TimeSpan.FromSeconds(1), EveryRecords = 0 });
        FeedOne(0);
        var (first, ingest) = await NextChunkAsync();
        ingest.Tell(AckOf(first));
        Store.Failures = 1;
        Clock.Advance(TimeSpan.FromSeconds(2));
        await PersistAsync();
        await Commits.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Clock.Advance(TimeSpan.FromSeconds(2));
        await PersistAsync();

        Assert.Equal(1, await Commits.ExpectMsgAsync<long>());
    }

    [Fact]
    public async Task Given_a_new_owner_when_the_old_one_stores_its_cursor_then_it_stops_and_commits_nothing()
    {
        Start(Never, barriers: new BarrierOptions { Every = TimeSpan.FromSeconds(1), EveryRecords = 0 });
        FeedOne(0);
        var (first, ingest) = await NextChunkAsync();
        ingest.Tell(AckOf(first));
        await Store.TakePartitionAsync("test", 3);
        Clock.Advance(TimeSpan.FromSeconds(2));
        await PersistAsync();

        var failure = await Assert.ThrowsAnyAsync<Exception>(CompletedAsync);
        Assert.IsType<OwnershipLostException>(failure.GetBaseException());
        await Commits.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.Null(Store.Cursor("test", 3));
    }

    [Fact]
    public async Task Given_a_stored_cursor_when_the_ingest_starts_then_every_bucket_of_it_is_asked_and_one_that_is_older_is_sent_what_it_lacks()
    {
        Start(Never, buckets: 3, cursor: new PartitionCursor(3, 0, 10, [8, -1, 9], DateTimeOffset.UnixEpoch));

        var (first, ingest) = await NextChunkAsync();
        var (second, _) = await NextChunkAsync();
        Assert.Equal((new BucketId(3, 0), 8L, 8L, 0), (first.Bucket, first.Previous, first.Last, first.Examples.Count));
        Assert.Equal((new BucketId(3, 2), 9L, 9L, 0), (second.Bucket, second.Previous, second.Last, second.Examples.Count));
        ingest.Tell(new Ack(second.Bucket, 0, 9, 9, 0, PredictionBatch.Empty));
        ingest.Tell(new Rewind(first.Bucket, 0, 5));

        Assert.Equal((6L, 1), await Seeks.ExpectMsgAsync<(long, int)>());
        Feed(Examples.Decoded(6, 1, Examples.KeyIn(0, 3), "x", "y", "z"));
        var chunk = (await NextChunkAsync()).Chunk;
        Assert.Equal((5L, 10L), (chunk.Previous, Math.Max(chunk.Last, 10)));
    }

    [Fact]
    public async Task Given_two_buckets_that_never_get_on_when_they_come_back_in_turns_then_the_pipeline_stops()
    {
        Start(Never, buckets: 2);
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(new Rewind(chunk.Bucket with { Bucket = 0 }, 0, -1));
        for (var epoch = 0; epoch < 19; epoch++)
        {
            ingest.Tell(new Rewind(chunk.Bucket with { Bucket = epoch % 2 }, epoch, -1));
        }

        var failure = await Assert.ThrowsAnyAsync<Exception>(CompletedAsync);
        Assert.Contains("does not get past offset -1", failure.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_an_owner_that_a_bucket_refuses_when_it_says_so_then_the_partition_is_given_up()
    {
        Start(Never);
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(new OwnerRefused(chunk.Bucket, Owner - 1));
        ingest.Tell(new OwnerRefused(chunk.Bucket, Owner));

        var failure = await Assert.ThrowsAnyAsync<Exception>(CompletedAsync);
        Assert.IsType<OwnershipLostException>(failure.GetBaseException());
    }

    [Fact]
    public async Task Given_a_bucket_that_never_gets_on_when_it_comes_back_to_the_same_offset_again_and_again_then_the_pipeline_stops()
    {
        Start(Never);
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(new Rewind(chunk.Bucket, 0, -1));
        for (var epoch = 0; epoch < 10; epoch++)
        {
            ingest.Tell(new Rewind(chunk.Bucket, epoch, -1));
        }

        var failure = await Assert.ThrowsAnyAsync<Exception>(CompletedAsync);
        Assert.Contains("does not get past offset -1", failure.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_state_that_cannot_be_taken_over_when_the_bucket_says_so_then_the_pipeline_stops_with_its_reason()
    {
        Start(Never);
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(new BucketFailed(chunk.Bucket, Owner, "it has 3 horizons; expected 2"));

        var failure = await Assert.ThrowsAnyAsync<Exception>(CompletedAsync);
        Assert.Contains("it has 3 horizons; expected 2", failure.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_bucket_that_moves_when_it_says_so_then_it_gets_directly_what_it_has_not_answered_and_a_barrier_before_the_next_one_hears_anything()
    {
        Start(Never with { InFlight = 8 }, buckets: 2);
        var (a, b) = (Examples.KeyIn(0, 2), Examples.KeyIn(1, 2));
        Feed(Examples.Decoded(0, 0, a, b));
        var (first, ingest) = await NextChunkAsync();
        var (second, _) = await NextChunkAsync();
        var home = CreateTestProbe("home");

        // The region keeps the first bucket's chunk for its next home by now.
        ingest.Tell(new HandingOver(first.Bucket, Owner), home.Ref);
        Assert.Same(first, await home.ExpectMsgAsync<Chunk>());
        ingest.Tell(AckOf(first));
        ingest.Tell(AckOf(second));
        await NextAnswerAsync();

        Assert.Equal(new Persist(first.Bucket, Owner, 0, 0, -1), await home.ExpectMsgAsync<Persist>());
        Assert.Equal(new Persist(second.Bucket, Owner, 0, 1, -1), await Region.ExpectMsgAsync<Persist>());
        ingest.Tell(new Persisted(first.Bucket, 0, 0, 0));
        ingest.Tell(new Persisted(second.Bucket, 0, 1, 1));
        Assert.Equal(2, await Commits.ExpectMsgAsync<long>());
        FeedOne(2, a);
        Assert.Equal((0L, 2L), (await NextChunkAsync()).Chunk is var next ? (next.Previous, next.Last) : default);
        await home.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Given_a_bucket_that_has_been_asked_to_persist_when_it_moves_then_it_is_asked_once_more_directly()
    {
        Start(Never, barriers: new BarrierOptions { Every = TimeSpan.FromSeconds(1), EveryRecords = 0 });
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(AckOf(chunk));
        Clock.Advance(TimeSpan.FromSeconds(2));
        var persist = await Region.ExpectMsgAsync<Persist>();
        var home = CreateTestProbe("home");

        ingest.Tell(new HandingOver(chunk.Bucket, Owner), home.Ref);

        Assert.Equal(persist, await home.ExpectMsgAsync<Persist>());
        ingest.Tell(new Persisted(chunk.Bucket, 0, 0, 0));
        Assert.Equal(1, await Commits.ExpectMsgAsync<long>());
    }

    [Fact]
    public async Task Given_a_bucket_that_moves_and_is_gone_when_it_does_not_answer_then_its_next_home_is_asked()
    {
        Start(Never with { ResendAfter = TimeSpan.FromMilliseconds(50) });
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        var home = CreateTestProbe("home");
        ingest.Tell(new HandingOver(chunk.Bucket, Owner), home.Ref);
        await home.ExpectMsgAsync<Chunk>();

        var (again, _) = await NextChunkAsync();
        Assert.Same(chunk, again);
        ingest.Tell(new Rewind(chunk.Bucket, 0, -1));
        Assert.Same(chunk, (await NextChunkAsync()).Chunk);
        ingest.Tell(new Rewind(chunk.Bucket, 0, -1));

        Assert.Equal((0L, 1), await Seeks.ExpectMsgAsync<(long, int)>());
        Feed(Examples.Decoded(0, 1, "x"));
        Assert.Equal(-1, (await NextChunkAsync()).Chunk.Previous);
    }

    [Fact]
    public async Task Given_an_owner_of_before_when_a_bucket_tells_it_that_it_moves_then_nothing_comes_of_it()
    {
        Start(Never);
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        var home = CreateTestProbe("home");

        ingest.Tell(new HandingOver(chunk.Bucket, Owner - 1), home.Ref);

        await home.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Given_a_bucket_that_wants_a_barrier_when_its_owner_hears_it_then_there_is_one_and_an_owner_of_before_passes_over_it()
    {
        Start(Never);
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(new BarrierWanted(chunk.Bucket, Owner - 1));
        ingest.Tell(AckOf(chunk));
        await NextAnswerAsync();
        FeedOne(1);
        (chunk, _) = await NextChunkAsync();
        ingest.Tell(AckOf(chunk));
        await NextAnswerAsync();

        ingest.Tell(new BarrierWanted(chunk.Bucket, Owner));

        Assert.Equal(new Persist(chunk.Bucket, Owner, 0, 1, -1), await Region.ExpectMsgAsync<Persist>());
        ingest.Tell(new Persisted(chunk.Bucket, 0, 1, 1));
        Assert.Equal(2, await Commits.ExpectMsgAsync<long>());
    }

    [Fact]
    public async Task Given_a_record_that_no_message_holds_when_it_is_to_be_sent_then_the_pipeline_stops_and_names_it()
    {
        Start(Never with { FrameBytes = ChunkLimits.MessageRest + 40 });
        FeedOne(7, new string('k', 200));

        var failure = await Assert.ThrowsAnyAsync<Exception>(CompletedAsync);
        Assert.Matches("offset 7 of partition 3 takes [0-9]+ bytes .* which holds 40; expected a larger streamlearn.node.frame-size", failure.GetBaseException().Message);
    }
}
