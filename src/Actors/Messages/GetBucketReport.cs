using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>Asks a bucket how its keys stand, a page at a time: all of them would be more than a message between nodes holds.</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Skip">Keys, in the order of their bytes, to pass over.</param>
/// <param name="Take">Keys to report at most.</param>
[MessagePackObject]
public sealed record GetBucketReport([property: Key(0)] BucketId Bucket, [property: Key(1)] int Skip, [property: Key(2)] int Take) : IBucketQuestion;
