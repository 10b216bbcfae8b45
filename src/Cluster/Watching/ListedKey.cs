using StreamLearn.Actors.Messages;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Cluster.Watching;

/// <summary>A key of a pipeline.</summary>
/// <param name="Bucket">Where it is.</param>
/// <param name="Standing">How it stands.</param>
public sealed record ListedKey(BucketId Bucket, KeyStanding Standing);
