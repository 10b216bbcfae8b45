using Akka.Actor;
using Akka.TestKit;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Tests.Ingest;

/// <summary>What operators ask of an ingest: a checkpoint now, to pause, to go on.</summary>
public sealed class IngestControlTests : IngestWorld
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly ChunkLimits Never = new() { InFlight = 2, ResendAfter = TimeSpan.FromMinutes(10), ProbeEvery = TimeSpan.FromMinutes(10) };

    [Fact]
    public async Task Given_records_learned_when_a_checkpoint_is_asked_for_then_it_is_made_at_once_and_answered_once_it_is_committed()
    {
        Start(Never);
        await LearnAsync(0);

        var one = Requests.AskAsync();
        var persist = await Region.ExpectMsgAsync<Persist>(Limit, "waiting for a request to persist");
        var other = Requests.AskAsync();
        Assert.False(one.IsCompleted);
        Region.LastSender.Tell(new Persisted(persist.Bucket, persist.Epoch, persist.UpTo, persist.UpTo));

        Assert.Equal(1, await one.WaitAsync(Limit));
        Assert.Equal(1, await other.WaitAsync(Limit));
        Assert.Equal(1L, await Commits.ExpectMsgAsync<long>(Limit, "waiting for a commit"));
        Assert.Equal(1, Progress.Barriers);

        // Nothing has come since.
        Assert.Equal(1, await Requests.AskAsync().WaitAsync(Limit));
        Assert.Equal(1, Progress.Barriers);
    }

    [Fact]
    public async Task Given_chunks_in_flight_when_a_checkpoint_is_asked_for_then_it_covers_them_and_nothing_is_read_before()
    {
        Start(Never);
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        var asked = Requests.AskAsync();
        FeedOne(1);
        FeedOne(2);
        ingest.Tell(AckOf(chunk));

        // What had been read when the barrier began waits for its end.
        Assert.Equal(0, (await PersistAsync()).UpTo);
        Assert.Equal(1, await asked.WaitAsync(Limit));
        Assert.Equal(1, (await NextChunkAsync()).Chunk.Last);
    }

    [Fact]
    public async Task Given_a_checkpoint_that_cannot_be_made_when_it_is_asked_for_then_it_is_tried_again_after_a_time_and_then_answered()
    {
        Start(Never);
        await LearnAsync(0);
        var asked = Requests.AskAsync();
        var persist = await Region.ExpectMsgAsync<Persist>(Limit, "waiting for a request to persist");
        Region.LastSender.Tell(new PersistFailed(persist.Bucket, persist.Epoch, persist.UpTo, "the disk is full"));

        await AwaitConditionAsync(() => Task.FromResult(Progress.CheckpointProblems.Count == 1), Limit);
        await Region.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Assert.False(asked.IsCompleted);
        await TimeGoesByAsync(Region);

        await PersistAsync();
        Assert.Equal(1, await asked.WaitAsync(Limit));
    }

    [Fact]
    public async Task Given_a_commit_that_is_refused_when_a_checkpoint_is_asked_for_then_it_is_answered_once_it_is_committed_after_all()
    {
        Start(Never);
        await LearnAsync(0);
        RefusedCommits.Enqueue(new Streams.Kafka.KafkaCommitException("test", 3, 1, "rebalance in progress"));
        var asked = Requests.AskAsync();
        await PersistAsync();
        Assert.Equal(1L, await Commits.ExpectMsgAsync<long>(Limit, "waiting for a commit"));
        await AwaitConditionAsync(() => Task.FromResult(Progress.Barriers == 1), Limit);
        Assert.False(asked.IsCompleted);

        await TimeGoesByAsync(Commits);
        Assert.Equal(1L, await Commits.ExpectMsgAsync<long>(Limit, "waiting for the commit again"));
        Assert.Equal(1, await asked.WaitAsync(Limit));
    }

    [Fact]
    public async Task Given_who_waits_for_a_checkpoint_when_the_partition_is_given_back_then_the_last_barrier_answers_and_nobody_is_after_that()
    {
        Start(Never);
        await LearnAsync(0);
        EndOfLog();
        var asked = Requests.AskAsync();
        await PersistAsync();

        Assert.Equal(1, await asked.WaitAsync(Limit));
        await CompletedAsync();
        await Assert.ThrowsAsync<OwnershipLostException>(() => Requests.AskAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task Given_who_waits_for_a_checkpoint_when_another_takes_the_partition_then_it_fails()
    {
        Start(Never);
        await LearnAsync(0);
        await Store.TakePartitionAsync("test", 3);
        var asked = Requests.AskAsync();
        await PersistAsync();

        await Assert.ThrowsAsync<OwnershipLostException>(() => asked.WaitAsync(Limit));
        await Assert.ThrowsAsync<OwnershipLostException>(CompletedAsync);
    }

    [Fact]
    public async Task Given_a_pipeline_that_is_paused_when_records_come_then_none_is_read_what_was_read_is_stored_and_they_come_when_it_goes_on()
    {
        Start(Never);
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        Progress.Pause.Set(true);
        for (var offset = 1; offset < 6; offset++)
        {
            FeedOne(offset);
        }

        var asked = Requests.AskAsync();
        ingest.Tell(AckOf(chunk));

        // One more may have been asked for before: it waits.
        Assert.Equal(0, (await PersistAsync()).UpTo);
        Assert.Equal(1, await asked.WaitAsync(Limit));
        Clock.Advance(TimeSpan.FromDays(2));
        await Region.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(200));
        Assert.InRange(Pulled, 1, 2);

        Progress.Pause.Set(false);
        Assert.Equal(1, (await NextChunkAsync()).Chunk.Last);
    }

    [Fact]
    public async Task Given_a_pipeline_that_is_paused_when_it_starts_then_nothing_is_read()
    {
        Progress.Pause.Set(true);
        FeedOne(0);
        Start(Never, isStored: true);
        Assert.Equal(0, await Requests.AskAsync().WaitAsync(Limit));
        await Region.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        Progress.Pause.Set(false);
        Assert.Equal(0, (await NextChunkAsync()).Chunk.Last);
    }

    [Fact]
    public async Task Given_a_bucket_that_has_lost_state_when_the_pipeline_is_paused_then_what_was_read_is_read_again_and_stored()
    {
        Start(Never);
        await LearnAsync(0);
        FeedOne(1);
        var (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(AckOf(chunk));
        await NextAnswerAsync();
        Progress.Pause.Set(true);
        var persist = await Region.ExpectMsgAsync<Persist>(Limit, "waiting for a request to persist");
        var asked = Requests.AskAsync();
        Region.LastSender.Tell(new Persisted(persist.Bucket, persist.Epoch, persist.UpTo, -1));
        Assert.Equal((0L, 1), await Seeks.ExpectMsgAsync<(long, int)>(Limit, "waiting to be sent back"));

        FeedOne(0, epoch: 1);
        (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(AckOf(chunk));
        FeedOne(1, epoch: 1);
        (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(AckOf(chunk));
        Assert.Equal(1, (await PersistAsync()).UpTo);
        Assert.Equal(2, await asked.WaitAsync(Limit));
    }

    [Fact]
    public async Task Given_a_pipeline_that_is_paused_when_its_partition_is_given_back_then_it_ends_in_order_and_what_waits_is_not_learned()
    {
        Start(Never);
        FeedOne(0);
        var (chunk, ingest) = await NextChunkAsync();
        Progress.Pause.Set(true);
        for (var offset = 1; offset < 40; offset++)
        {
            FeedOne(offset);
        }

        Requests.GiveUp();
        EndOfLog();
        ingest.Tell(AckOf(chunk));

        Assert.Equal(0, (await PersistAsync()).UpTo);
        await CompletedAsync();
        await Region.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    /// <summary>Until something comes: when the stage has noted that a thing failed cannot be seen from here.</summary>
    private Task TimeGoesByAsync(TestProbe probe) => AwaitConditionAsync(
        () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(probe.HasMessages);
        },
        Limit, TimeSpan.FromMilliseconds(20));

    private async Task LearnAsync(long offset)
    {
        FeedOne(offset);
        var (chunk, ingest) = await NextChunkAsync();
        ingest.Tell(AckOf(chunk));
        await NextAnswerAsync();
    }
}
