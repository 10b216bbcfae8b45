using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>Asks a bucket for some of its keys: cheap, and nothing is read back for it.</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Skip">Keys, in the order of their bytes, to pass over.</param>
/// <param name="Take">Keys at most.</param>
[MessagePackObject]
public sealed record GetBucketKeys([property: Key(0)] BucketId Bucket, [property: Key(1)] int Skip, [property: Key(2)] int Take) : IBucketQuestion;
