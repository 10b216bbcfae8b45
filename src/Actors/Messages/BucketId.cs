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
}
