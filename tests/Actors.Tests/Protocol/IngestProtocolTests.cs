using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Protocol;

namespace StreamLearn.Actors.Tests.Protocol;

public sealed class IngestProtocolTests
{
    [Fact]
    public void Given_chunks_of_two_buckets_when_they_are_sent_then_each_follows_the_last_of_its_own_bucket()
    {
        var ingest = Of(2);

        Assert.Equal(IngestProtocol.Nothing, ingest.Send(0, 0, 2));
        Assert.Equal(IngestProtocol.Nothing, ingest.Send(1, 1, 3));
        Assert.Equal(2, ingest.Send(0, 4, 4));
        Assert.Equal(3, ingest.InFlight);
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(1, 1)]
    [InlineData(6, 5)]
    public void Given_a_chunk_that_does_not_follow_when_it_is_sent_then_it_is_refused(long first, long last)
    {
        var ingest = Of(1);
        ingest.Send(0, 0, 2);

        Assert.Throws<InvalidOperationException>(() => ingest.Send(0, first, last));
    }

    [Fact]
    public void Given_a_chunk_in_flight_when_it_is_answered_twice_then_the_second_answer_is_passed_over()
    {
        var ingest = Of(2);
        ingest.Send(0, 0, 2);

        Assert.False(ingest.Acknowledge(1, 0, 2));
        Assert.False(ingest.Acknowledge(0, 0, 1));
        Assert.True(ingest.Acknowledge(0, 0, 2));
        Assert.False(ingest.Acknowledge(0, 0, 2));
        Assert.Equal(0, ingest.InFlight);
    }

    [Fact]
    public void Given_a_rewind_when_reading_goes_on_then_every_bucket_is_sent_what_follows_the_lost_offset()
    {
        var ingest = Of(3);
        ingest.Send(0, 0, 1);
        ingest.Send(1, 2, 8);
        ingest.Send(0, 9, 9);

        Assert.True(ingest.Rewind(0, 4, out var seekTo));
        Assert.Equal((5, 1, 0), (seekTo, ingest.Epoch, ingest.InFlight));
        Assert.Equal(4, ingest.Send(1, 5, 8));
        Assert.Equal(4, ingest.Send(0, 9, 9));
        Assert.Equal(-1, ingest.Send(2, 10, 10));
    }

    [Fact]
    public void Given_a_rewind_when_answers_of_the_older_epoch_come_then_they_are_passed_over()
    {
        var ingest = Of(2);
        ingest.Send(0, 0, 1);
        ingest.Send(1, 2, 2);
        ingest.Rewind(0, -1, out _);
        ingest.Send(0, 0, 1);

        Assert.False(ingest.Acknowledge(0, 0, 1));
        Assert.False(ingest.Rewind(0, -1, out var seekTo));
        Assert.Equal((IngestProtocol.Nothing, 1), (seekTo, ingest.Epoch));
        Assert.True(ingest.Acknowledge(0, 1, 1));
    }

    [Fact]
    public void Given_a_start_in_the_middle_of_the_log_when_a_bucket_has_lost_everything_then_no_record_before_the_start_is_asked_for()
    {
        var ingest = Of(2, first: 100);
        ingest.Send(1, 101, 103);
        ingest.Send(0, 100, 100);

        Assert.True(ingest.Rewind(0, -1, out var seekTo));
        Assert.Equal(100, seekTo);
    }

    [Fact]
    public void Given_records_read_and_not_put_out_when_a_bucket_sends_the_ingest_back_then_they_are_read_again_too()
    {
        var ingest = Of(2);
        ingest.Send(0, 3, 10);
        ingest.Send(0, 12, 20);

        Assert.True(ingest.Rewind(0, 10, out var seekTo, unfinishedFrom: 5));
        Assert.Equal(5, seekTo);
        Assert.Equal(4, ingest.Send(0, 6, 10));
        Assert.Equal(-1, ingest.Send(1, 5, 5));
    }

    [Fact]
    public void Given_an_answer_that_is_missing_when_later_ones_come_then_the_window_still_begins_at_its_chunk()
    {
        var ingest = Of(1);
        for (var offset = 0; offset < 5; offset++)
        {
            ingest.Send(0, offset, offset);
        }

        for (var offset = 1; offset < 4; offset++)
        {
            ingest.Acknowledge(0, 0, offset);
        }

        Assert.Equal((2, 5), (ingest.InFlight, ingest.Window));
        ingest.Acknowledge(0, 0, 0);
        Assert.Equal((1, 1), (ingest.InFlight, ingest.Window));
        ingest.Acknowledge(0, 0, 4);
        Assert.Equal((0, 0), (ingest.InFlight, ingest.Window));
    }

    [Fact]
    public void Given_two_buckets_that_were_sent_records_when_a_barrier_goes_its_way_then_the_cursor_says_what_they_were_sent()
    {
        var ingest = Of(3);
        SendAndAnswer(ingest, 0, 0, 1);
        SendAndAnswer(ingest, 2, 2, 4);
        ingest.Read(6);

        Assert.Equal((BarrierPhase.None, 2), (ingest.Phase, ingest.Touched));
        ingest.BeginBarrier();
        Assert.Equal(BarrierPhase.Draining, ingest.Phase);
        Assert.Equal([new PersistRequest(0, 1, -1), new PersistRequest(2, 4, -1)], ingest.Drained());
        Assert.Equal(BarrierPhase.Persisting, ingest.Phase);
        Assert.True(ingest.Persisted(2, 0, 4, 4, out var rewind));
        Assert.Equal((false, BarrierPhase.Persisting), (rewind, ingest.Phase));
        Assert.True(ingest.Persisted(0, 0, 1, 1, out rewind));
        Assert.Equal((false, BarrierPhase.Storing), (rewind, ingest.Phase));
        var cursor = ingest.Cursor(default);
        Assert.Equal((0, 0, 6), (cursor.Partition, cursor.First, cursor.Next));
        Assert.Equal([1, -1, 4], cursor.SentUpTo);
        ingest.CursorStored(cursor);
        Assert.Equal((BarrierPhase.None, 0), (ingest.Phase, ingest.Touched));
    }

    [Fact]
    public void Given_no_bucket_that_was_sent_anything_when_a_barrier_is_drained_then_the_cursor_is_to_be_stored_at_once()
    {
        var ingest = Of(1);
        ingest.Read(7);
        ingest.BeginBarrier();

        Assert.Empty(ingest.Drained());
        Assert.Equal(BarrierPhase.Storing, ingest.Phase);
        Assert.Equal(7, ingest.Cursor(default).Next);
    }

    [Fact]
    public void Given_a_step_of_a_barrier_out_of_turn_when_it_comes_then_it_is_refused()
    {
        var ingest = Of(1);
        ingest.Send(0, 0, 0);

        Assert.Throws<InvalidOperationException>(() => ingest.Drained());
        Assert.Throws<InvalidOperationException>(() => ingest.Cursor(default));
        ingest.BeginBarrier();
        Assert.Throws<InvalidOperationException>(ingest.BeginBarrier);
        Assert.Throws<InvalidOperationException>(() => ingest.Drained());
    }

    [Fact]
    public void Given_buckets_that_are_to_persist_when_one_says_less_than_it_was_sent_then_it_is_a_rewind()
    {
        var ingest = Persisting();

        Assert.True(ingest.Persisted(0, 0, 1, 0, out var rewind));
        Assert.True(rewind);
        Assert.True(ingest.Rewind(0, 0, out var seekTo));
        Assert.Equal((1, BarrierPhase.None, 2), (seekTo, ingest.Phase, ingest.Touched));
    }

    [Fact]
    public void Given_buckets_that_are_to_persist_when_answers_come_that_nobody_asked_for_then_they_are_passed_over()
    {
        var ingest = Persisting();

        Assert.False(ingest.Persisted(0, 1, 1, 1, out _));
        Assert.False(ingest.Persisted(0, 0, 0, 1, out _));
        Assert.False(ingest.Persisted(2, 0, 1, 1, out _));
        Assert.True(ingest.Persisted(0, 0, 1, 1, out _));
        Assert.False(ingest.Persisted(0, 0, 1, 1, out _));
        ingest.AbandonBarrier();
        Assert.False(ingest.Persisted(1, 0, 2, 2, out _));
    }

    [Fact]
    public void Given_a_barrier_that_is_abandoned_when_the_next_begins_then_the_same_buckets_are_asked()
    {
        var ingest = Persisting();
        ingest.Persisted(0, 0, 1, 1, out _);
        ingest.AbandonBarrier();
        SendAndAnswer(ingest, 1, 3, 3);
        ingest.BeginBarrier();

        Assert.Equal([new PersistRequest(0, 1, -1), new PersistRequest(1, 3, -1)], ingest.Drained());
    }

    [Fact]
    public void Given_a_cursor_that_is_being_stored_when_a_rewind_comes_first_then_the_buckets_are_still_asked_by_the_next_barrier()
    {
        var ingest = Persisting();
        ingest.Persisted(0, 0, 1, 1, out _);
        ingest.Persisted(1, 0, 2, 2, out _);
        var cursor = ingest.Cursor(default);
        ingest.Rewind(0, 1, out _);
        ingest.CursorStored(cursor);

        Assert.Equal((BarrierPhase.None, 2), (ingest.Phase, ingest.Touched));
        SendAndAnswer(ingest, 1, 2, 2);
        ingest.Read(3);
        ingest.BeginBarrier();
        Assert.Equal([new PersistRequest(0, 1, -1), new PersistRequest(1, 2, -1)], ingest.Drained());
    }

    [Fact]
    public void Given_cursors_that_were_stored_when_a_bucket_is_asked_then_the_older_of_the_last_two_says_what_is_covered_before()
    {
        var ingest = Of(1);
        var covered = new List<long>();
        for (var offset = 0; offset < 4; offset++)
        {
            SendAndAnswer(ingest, 0, offset, offset);
            ingest.Read(offset + 1);
            ingest.BeginBarrier();
            covered.Add(ingest.Drained()[0].CoveredBefore);
            ingest.Persisted(0, 0, offset, offset, out _);
            ingest.CursorStored(ingest.Cursor(default));
        }

        Assert.Equal([-1, -1, 0, 1], covered);
    }

    [Fact]
    public void Given_a_start_at_stored_cursors_when_a_bucket_is_asked_then_they_count_as_stored()
    {
        var ingest = new IngestProtocol(new PartitionCursor(0, 0, 9, [8, 5], default), new PartitionCursor(0, 0, 6, [4, 5], default));
        SendAndAnswer(ingest, 0, 9, 9);
        ingest.BeginBarrier();

        Assert.Equal([new PersistRequest(0, 9, 4)], ingest.Drained());
    }

    [Fact]
    public void Given_buckets_when_they_are_to_be_asked_then_those_that_were_never_sent_anything_or_owe_an_answer_are_not()
    {
        var ingest = new IngestProtocol(new PartitionCursor(0, 0, 9, [8, 5, -1], default));

        Assert.Equal([(0, 8L), (1, 5L)], ingest.Quiet());
        ingest.Send(1, 9, 9);
        Assert.Equal([(0, 8L)], ingest.Quiet());
        ingest.Acknowledge(1, 0, 9);
        Assert.Equal([(0, 8L), (1, 9L)], ingest.Quiet());
    }

    [Fact]
    public void Given_a_rewind_when_not_all_is_read_again_then_no_barrier_is_to_begin()
    {
        var ingest = Of(2);
        SendAndAnswer(ingest, 0, 0, 0);
        SendAndAnswer(ingest, 1, 1, 1);
        ingest.Read(3);

        Assert.False(ingest.IsReadingAgain);
        ingest.Rewind(0, -1, out _);
        Assert.True(ingest.IsReadingAgain);
        ingest.Read(2);
        Assert.True(ingest.IsReadingAgain);
        ingest.Rewind(1, 0, out _);
        ingest.Read(2);
        Assert.True(ingest.IsReadingAgain);
        ingest.Read(3);
        Assert.False(ingest.IsReadingAgain);
    }

    /// <summary>Buckets 0 and 1 of three are asked to persist 1 and 2.</summary>
    private static IngestProtocol Persisting()
    {
        var ingest = Of(3);
        SendAndAnswer(ingest, 0, 0, 1);
        SendAndAnswer(ingest, 1, 2, 2);
        ingest.Read(3);
        ingest.BeginBarrier();
        ingest.Drained();
        return ingest;
    }

    private static void SendAndAnswer(IngestProtocol ingest, int bucket, long first, long last)
    {
        ingest.Send(bucket, first, last);
        Assert.True(ingest.Acknowledge(bucket, ingest.Epoch, last));
    }

    /// <summary>One at the beginning of a partition.</summary>
    private static IngestProtocol Of(int buckets, long first = 0) =>
        new(new PartitionCursor(0, first, first, [.. Enumerable.Repeat(IngestProtocol.Nothing, buckets)], default));
}
