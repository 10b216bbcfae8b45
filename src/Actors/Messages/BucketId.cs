using System.Globalization;
using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>A bucket: the keys of one partition that hash together. One bucket is one sharded entity.</summary>
[MessagePackObject]
public readonly record struct BucketId([property: Key(0)] int Partition, [property: Key(1)] int Bucket)
{
    /// <summary>The name of its entity.</summary>
    [IgnoreMember]
    public string EntityId => string.Create(CultureInfo.InvariantCulture, $"{Partition}-{Bucket}");

    /// <summary>The bucket of an entity, by its name.</summary>
    /// <exception cref="FormatException">No entity of a bucket is named so.</exception>
    public static BucketId Parse(string entityId)
    {
        var dash = entityId.IndexOf('-');
        return dash > 0
            && int.TryParse(entityId.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && int.TryParse(entityId.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bucket)
                ? new BucketId(partition, bucket)
                : throw new FormatException($"An entity is named '{entityId}'; expected PARTITION-BUCKET.");
    }
}
