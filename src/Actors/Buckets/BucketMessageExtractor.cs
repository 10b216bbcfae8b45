using System.Globalization;
using Akka.Cluster.Sharding;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Buckets;

/// <summary>Finds the entity that a message is for, its bucket, and the bucket's shard: buckets in order, partition after partition, are dealt out to the
/// shards in turn, so that shards have as many or one fewer.</summary>
/// <param name="buckets">Buckets of a partition.</param>
/// <param name="shards">Shards of the pipeline.</param>
public sealed class BucketMessageExtractor(int buckets, int shards) : IMessageExtractor
{
    // Made once: a name for every message would be garbage.
    private readonly string[] _names = [.. Enumerable.Range(0, shards).Select(NameOf)];

    /// <summary>The shard of a bucket: (partition * buckets + bucket) mod shards.</summary>
    public static int ShardOf(BucketId bucket, int buckets, int shards) => (int)((((long)bucket.Partition * buckets) + bucket.Bucket) % shards);

    /// <summary>The name of a shard.</summary>
    public static string NameOf(int shard) => shard.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public string EntityId(object message) => ((IBucketMessage)message).Bucket.EntityId;

    /// <inheritdoc/>
    public object EntityMessage(object message) => message;

    /// <inheritdoc/>
    public string ShardId(object message) => NameOf(((IBucketMessage)message).Bucket);

    /// <inheritdoc/>
    public string ShardId(string entityId, object? messageHint = null) =>
        messageHint is IBucketMessage message ? NameOf(message.Bucket) : NameOf(BucketId.Parse(entityId));

    private string NameOf(BucketId bucket) => _names[ShardOf(bucket, buckets, shards)];
}
