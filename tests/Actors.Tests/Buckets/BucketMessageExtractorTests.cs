using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Tests.Buckets;

public sealed class BucketMessageExtractorTests
{
    [Theory]
    [InlineData(8, 4, 64)]
    [InlineData(8, 4, 5)]
    [InlineData(3, 7, 4)]
    [InlineData(100, 1, 64)]
    public void Given_all_buckets_of_a_pipeline_when_they_are_dealt_out_then_shards_have_as_many_or_one_fewer(int partitions, int buckets, int shards)
    {
        var extractor = new BucketMessageExtractor(buckets, shards);

        var counts = (from partition in Enumerable.Range(0, partitions)
                      from bucket in Enumerable.Range(0, buckets)
                      group bucket by extractor.ShardId(new Rewind(new BucketId(partition, bucket), 0, 0))).Select(shard => shard.Count()).ToList();

        Assert.Equal(Math.Min(shards, partitions * buckets), counts.Count);
        Assert.True(counts.Max() - counts.Min() <= 1, string.Join(", ", counts));
    }

    [Fact]
    public void Given_a_bucket_when_its_shard_is_asked_for_by_message_or_by_name_then_it_is_the_same()
    {
        var extractor = new BucketMessageExtractor(buckets: 4, shards: 10);
        var message = new Rewind(new BucketId(3, 2), 0, 0);

        Assert.Equal("3-2", extractor.EntityId(message));
        Assert.Same(message, extractor.EntityMessage(message));
        Assert.Equal("4", extractor.ShardId(message));
        Assert.Equal("4", extractor.ShardId("3-2"));
        Assert.Equal("4", extractor.ShardId("3-2", message));
    }

    [Fact]
    public void Given_the_last_partition_there_can_be_when_its_shard_is_asked_for_then_it_is_one() =>
        Assert.InRange(BucketMessageExtractor.ShardOf(new BucketId(int.MaxValue, 4095), 4096, 64), 0, 63);

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("-2")]
    [InlineData("3-")]
    [InlineData("3--2")]
    [InlineData("a-b")]
    public void Given_a_name_that_is_no_buckets_when_it_is_read_then_the_message_says_what_it_is(string name) =>
        Assert.Contains($"'{name}'", Assert.Throws<FormatException>(() => BucketId.Parse(name)).Message, StringComparison.Ordinal);
}
