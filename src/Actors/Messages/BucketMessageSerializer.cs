using Akka.Actor;

namespace StreamLearn.Actors.Messages;

/// <summary>Writes <see cref="IBucketMessage"/>s, and counts them.</summary>
public sealed class BucketMessageSerializer(ExtendedActorSystem system) : MessagePackManifestSerializer(
    system, 7301, "buckets",
    ("c", typeof(Chunk)), ("a", typeof(Ack)), ("r", typeof(Rewind)), ("g", typeof(GetBucketReport)), ("b", typeof(BucketReport)),
    ("p", typeof(Persist)), ("d", typeof(Persisted)), ("f", typeof(PersistFailed)), ("l", typeof(Release)), ("x", typeof(BucketFailed)),
    ("o", typeof(OwnerRefused)), ("h", typeof(HandingOver)), ("w", typeof(BarrierWanted)),
    ("q", typeof(Predict)), ("e", typeof(Predicted)), ("n", typeof(PredictionRefused)), ("k", typeof(GetKey)), ("s", typeof(KeyDescribed)),
    ("m", typeof(GetBucketKeys)), ("y", typeof(BucketKeys)), ("i", typeof(FindKeys)), ("j", typeof(FoundKeys)), ("t", typeof(WatchKey)), ("v", typeof(WatchedPoints)))
{
    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var bytes = base.ToBinary(obj);
        MessageMeter.Count(obj.GetType().Name, bytes.Length);
        return bytes;
    }
}
