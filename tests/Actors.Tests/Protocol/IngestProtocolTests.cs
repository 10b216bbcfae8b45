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
        var ingest = Of(2);
        ingest.Send(1, 101, 103);
        ingest.Send(0, 100, 100);

        Assert.True(ingest.Rewind(0, -1, out var seekTo));
        Assert.Equal(100, seekTo);
    }

    [Fact]
    public void Given_records_read_and_not_sent_when_a_bucket_sends_the_ingest_back_then_they_are_read_again_too()
    {
        var ingest = Of(2);
        ingest.Send(0, 3, 10);
        ingest.Send(0, 12, 20);

        Assert.True(ingest.Rewind(0, 10, out var seekTo, unsentFrom: 5));
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

    /// <summary>One at the beginning of a partition.</summary>
    private static IngestProtocol Of(int buckets, long first = 0) =>
        new(new PartitionCursor(0, first, first, [.. Enumerable.Repeat(IngestProtocol.Nothing, buckets)], default));
}
