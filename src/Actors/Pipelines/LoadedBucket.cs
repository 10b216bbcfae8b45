using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Pipelines;

/// <summary>The keys of a stored bucket.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Keys">Its keys; none where they cannot be loaded.</param>
/// <param name="Problem">Why they cannot be: the state does not fit the pipeline's settings. Null: they are loaded.</param>
public sealed record LoadedBucket(BucketId Bucket, IReadOnlyList<StoredKey> Keys, string? Problem);
