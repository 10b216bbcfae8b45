using MessagePack;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Actors.Messages;

/// <summary>"These are all records that the bucket has in (previous, last]." Without records: "do you have it all?"</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Epoch">How often the ingest has been sent back; answers carry it too.</param>
/// <param name="Previous">Last offset that the bucket has been sent before; -1: none.</param>
/// <param name="Last">Offset up to which this is all.</param>
/// <param name="Examples">The records.</param>
/// <param name="Owner">Which owner of the partition sends it; later owners have larger numbers.</param>
[MessagePackObject]
public sealed record Chunk(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] int Epoch, [property: Key(2)] long Previous, [property: Key(3)] long Last,
    [property: Key(4)] ExampleBatch Examples, [property: Key(5)] long Owner) : IOwnerMessage;
