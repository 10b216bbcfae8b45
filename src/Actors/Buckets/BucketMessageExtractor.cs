using Akka.Cluster.Sharding;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Buckets;

/// <summary>Finds the entity that a message is for: its bucket.</summary>
/// <param name="shards">Shards of a pipeline; a bucket's shard is a hash of its name.</param>
public sealed class BucketMessageExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    /// <inheritdoc/>
    public override string EntityId(object message) => ((IBucketMessage)message).Bucket.EntityId;
}
