using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Tests.Buckets;

public sealed class BucketStateTests
{
    private static readonly BucketId Id = new(3, 0);

    [Fact]
    public void Given_an_answer_that_was_lost_when_the_chunk_is_sent_again_then_it_gets_the_same_bits_and_is_learned_once()
    {
        var bucket = new BucketState(Examples.Pipeline());
        bucket.Receive(ChunkOf(-1, 0, 1, 2, 3));
        var first = Receive(bucket, ChunkOf(3, 4, 5, 6));
        var state = HashOf(bucket);

        var again = Receive(bucket, ChunkOf(3, 4, 5, 6));

        Assert.Equal((0, 6), (again.FirstRow, again.LastApplied));
        Assert.Equal(Bits(first), Bits(again));
        Assert.Equal(state, HashOf(bucket));
    }

    [Fact]
    public void Given_events_when_their_chunk_is_sent_again_or_in_part_then_they_are_answered_again_on_their_rows()
    {
        var pipeline = Examples.Watched();
        long[] offsets = [.. Enumerable.Range(0, 60)];
        var expected = Receive(new BucketState(pipeline), ChunkOf(-1, offsets)).Predictions;
        Assert.NotEmpty(expected.DriftAlarms);
        Assert.NotEmpty(expected.Alerts);
        var bucket = new BucketState(pipeline);
        bucket.Receive(ChunkOf(-1, offsets[..25]));

        foreach (var answer in (Ack[])[Receive(bucket, ChunkOf(-1, offsets)), Receive(bucket, ChunkOf(-1, offsets))])
        {
            Assert.Equal(0, answer.FirstRow);
            Assert.Equal(expected.DriftAlarms, answer.Predictions.DriftAlarms);
            Assert.Equal(expected.Alerts, answer.Predictions.Alerts);
        }
    }

    [Fact]
    public void Given_keys_too_long_for_one_message_when_they_are_reported_then_each_page_has_as_many_as_fit_and_all_come()
    {
        var bucket = new BucketState(Examples.Pipeline());
        string[] keys = [.. "abcde".Select((letter, i) => new string(letter, i == 4 ? 200_000 : 25_000))];
        bucket.Receive(new Chunk(Id, 0, -1, 4, Examples.Of([.. keys.Select((key, i) => ((long)i, key))]), 1));

        var pages = new List<int>();
        var found = new List<byte>();
        for (var skip = 0; skip < keys.Length; skip += pages[^1])
        {
            var page = bucket.Report(new GetBucketReport(Id, skip, 100));
            Assert.Equal(keys.Length, page.TotalKeys);
            pages.Add(page.Keys.Count);
            found.AddRange(page.Keys.Select(report => report.Key[0]));
        }

        Assert.Equal([2, 2, 1], pages);
        Assert.Equal("abcde"u8.ToArray(), found);
    }

    [Fact]
    public void Given_a_chunk_that_is_partly_old_when_it_comes_then_only_what_is_new_is_learned_and_all_is_answered()
    {
        var pipeline = Examples.Pipeline();
        var undisturbed = new BucketState(pipeline);
        var expected = Receive(undisturbed, ChunkOf(-1, 0, 1, 2, 3, 4));
        var bucket = new BucketState(pipeline);
        bucket.Receive(ChunkOf(-1, 0, 1, 2));

        var answer = Receive(bucket, ChunkOf(-1, 0, 1, 2, 3, 4));

        Assert.Equal((0, 4L), (answer.FirstRow, answer.LastApplied));
        Assert.Equal(Bits(expected), Bits(answer));
        Assert.Equal(HashOf(undisturbed), HashOf(bucket));
    }

    /// <summary>Regression: remembering the new answers pushed out the old ones that were still to be copied.</summary>
    [Fact]
    public void Given_a_full_memory_when_a_chunk_comes_that_is_partly_old_then_its_old_part_is_answered_too()
    {
        var bucket = new BucketState(Examples.Pipeline(chunks: new ChunkLimits { InFlight = 1, Records = 4, BatchRecords = 2 }));
        bucket.Receive(ChunkOf(-1, 0, 1));

        var answer = Receive(bucket, ChunkOf(-1, 0, 1, 2, 3));

        Assert.Equal((0, 4), (answer.FirstRow, answer.Predictions.Count));
    }

    /// <summary>Regression: the memory was counted in chunks, but what is sent again is cut anew.</summary>
    [Fact]
    public void Given_many_small_chunks_without_an_answer_when_they_come_again_in_one_then_all_are_answered()
    {
        var bucket = new BucketState(Examples.Pipeline(chunks: new ChunkLimits { InFlight = 1, Records = 8, BatchRecords = 8 }));
        for (var offset = 0; offset < 16; offset++)
        {
            bucket.Receive(ChunkOf(offset - 1, offset));
        }

        Assert.Equal(0, Receive(bucket, ChunkOf(-1, 0, 1, 2, 3, 4, 5, 6, 7)).FirstRow);
        Assert.Equal(0, Receive(bucket, ChunkOf(7, 8, 9, 10, 11, 12, 13, 14, 15)).FirstRow);
    }

    [Fact]
    public void Given_a_chunk_older_than_the_memory_when_it_comes_then_it_is_acknowledged_without_predictions()
    {
        var bucket = new BucketState(Examples.Pipeline(chunks: new ChunkLimits { InFlight = 1, Records = 2, BatchRecords = 2 }));
        bucket.Receive(ChunkOf(-1, 0, 1));
        bucket.Receive(ChunkOf(1, 2, 3));
        bucket.Receive(ChunkOf(3, 4, 5));

        var answer = Receive(bucket, ChunkOf(-1, 0, 1));

        Assert.Equal((1L, 5L, 2, 0), (answer.ChunkLast, answer.LastApplied, answer.FirstRow, answer.Predictions.Count));
    }

    [Fact]
    public void Given_lost_state_when_the_next_chunk_comes_then_the_bucket_asks_for_everything()
    {
        var bucket = new BucketState(Examples.Pipeline());

        Assert.Equal(new Rewind(Id, 7, -1), bucket.Receive(ChunkOf(3, 4, 5) with { Epoch = 7 }));
        Assert.Equal(-1, bucket.LastApplied);
    }

    [Fact]
    public void Given_several_keys_when_reports_are_paged_then_every_key_is_in_one_page()
    {
        var bucket = new BucketState(Examples.Pipeline());
        bucket.Receive(new Chunk(Id, 0, -1, 4, Examples.Of((0, "d"), (1, "b"), (2, "a"), (3, "c"), (4, "a")), 1));

        var pages = Enumerable.Range(0, 3).Select(page => bucket.Report(new GetBucketReport(Id, 2 * page, 2))).ToArray();

        Assert.All(pages, page => Assert.Equal((4, 4L), (page.TotalKeys, page.LastApplied)));
        Assert.Equal("abcd", string.Concat(pages.SelectMany(page => page.Keys).Select(key => (char)key.Key[0])));
        Assert.Equal([2, 1, 1, 1], pages.SelectMany(page => page.Keys).Select(key => key.Records));
    }

    private static Chunk ChunkOf(long previous, params long[] offsets) => new(Id, 0, previous, offsets[^1], Examples.At(offsets), 1);

    private static Ack Receive(BucketState bucket, Chunk chunk) => Assert.IsType<Ack>(bucket.Receive(chunk));

    private static string HashOf(BucketState bucket) =>
        Examples.Pipeline().Plan.Summarize(bucket.Report(new GetBucketReport(Id, 0, 100)).Keys).StateHash();

    private static long[] Bits(Ack answer) =>
        [.. answer.Predictions.Values.Select(BitConverter.DoubleToInt64Bits), .. answer.Predictions.ModelVersions, .. answer.Predictions.Statuses.Select(status => (long)status)];
}
