namespace StreamLearn.Actors.Messages;

/// <summary>What goes between an ingest and its buckets. All of it is written with MessagePack between nodes.</summary>
public interface IBucketMessage
{
    /// <summary>The bucket that it is for, or from.</summary>
    BucketId Bucket { get; }
}
