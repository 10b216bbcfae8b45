using Akka.Actor;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Pipelines;

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
        var answer = await NextAnswerAsync();
        Assert.Equal([1], answer.Rows);
        ingest.Tell(AckOf(first));
        answer = await NextAnswerAsync();
        Assert.Equal([0, 2], answer.Rows);
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
        await NextAnswerAsync();
        Assert.Equal(2, Pulled);
        ingest.Tell(AckOf(first));
        await NextAnswerAsync();

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
        EndOfLog();
        await CompletedAsync();
        await Outputs.ExpectNoMsgAsync(TimeSpan.Zero);
        await Seeks.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    /// <summary>Regression: what was read again went out, and was counted, once more.</summary>
    [Fact]
    public async Task Given_a_rewind_when_records_that_were_answered_are_read_again_then_they_and_their_dead_letters_go_out_once()
    {
        Start(Never with { InFlight = 4 });
        var records = Examples.Records(0, 0, ("a", Examples.Json("a", 0)), ("a", "no json"));
        Feed(Examples.Decode(records));
        FeedOne(2);
        Assert.Equal(0, (await Outputs.ExpectMsgAsync<UndecodedRecords>()).First);
        var (first, ingest) = await NextChunkAsync();
        var (second, _) = await NextChunkAsync();
        ingest.Tell(AckOf(first));
        Assert.Null((await NextAnswerAsync()).Repeats);
        ingest.Tell(new Rewind(second.Bucket, 0, -1));
        await Seeks.ExpectMsgAsync<(long, int)>();

        Feed(Examples.Decode(Examples.Records(
            0, 1, ("a", Examples.Json("a", 0)), ("a", "no json"), ("a", Examples.Json("a", 2)), ("a", Examples.Json("a", 3)), ("a", "no json"))));

        var (again, _) = await NextChunkAsync();
        ingest.Tell(AckOf(again));
        Assert.Equal(1, (await Outputs.ExpectMsgAsync<UndecodedRecords>()).First);
        var answer = await NextAnswerAsync();
        Assert.Equal([true, false, false], answer.Repeats!);
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

        Assert.Equal((1L, 1), await Seeks.ExpectMsgAsync<(long, int)>());
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
        await CompletedAsync();
    }

    [Fact]
    public async Task Given_records_that_are_no_examples_when_they_come_then_they_pass_and_nothing_is_sent()
    {
        Start(Never);
        Feed(Examples.Decode(Examples.Records(0, 0, ("a", "no json"), ("a", "{}"))));
        EndOfLog();

        Assert.Equal(2, (await Outputs.ExpectMsgAsync<UndecodedRecords>()).Source.DeadLetters.Length);
        await CompletedAsync();
        await Region.ExpectNoMsgAsync(TimeSpan.Zero);
    }
}
