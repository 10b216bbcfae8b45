using System.Text;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Ingest;

namespace StreamLearn.Actors.Tests.Events;

public sealed class EventsPartitionerTests
{
    [Fact]
    public void Given_a_key_when_its_partition_is_computed_then_it_is_the_upper_half_of_the_xxhash_modulo_the_partitions()
    {
        // Fixed numbers: what lies in the topic depends on them.
        Assert.Equal((int)(0xef46db37u % 7), EventsPartitioner.PartitionOf([], 7));
        Assert.Equal((int)(0xd24ec4f1u % 7), EventsPartitioner.PartitionOf("a"u8, 7));
        Assert.Equal(0, EventsPartitioner.PartitionOf("a"u8, 1));
    }

    [Fact]
    public void Given_as_many_buckets_as_partitions_when_keys_are_spread_then_every_bucket_of_every_partition_has_its_share()
    {
        const int keys = 16_000;
        var counts = new int[4, 4];
        for (var i = 0; i < keys; i++)
        {
            var key = Encoding.UTF8.GetBytes($"link-{i}");
            counts[EventsPartitioner.PartitionOf(key, 4), BucketChunker.BucketOf(key, 4)]++;
        }

        // Six standard deviations of a binomial around a sixteenth.
        foreach (var count in counts)
        {
            Assert.InRange(count, (keys / 16) - 184, (keys / 16) + 184);
        }
    }
}
