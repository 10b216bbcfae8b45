using MessagePack;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Actors.Messages;

/// <summary>Asks a bucket what it would answer to records, each as if it came next; or what it has answered last to records of their keys. Nothing is learned,
/// and nothing drawn.</summary>
/// <param name="Bucket">For this bucket.</param>
/// <param name="Examples">The records; of what was answered last, their keys count alone.</param>
/// <param name="Anew">Whether it is about these records, and not about what was answered last.</param>
[MessagePackObject]
public sealed record Predict([property: Key(0)] BucketId Bucket, [property: Key(1)] ExampleBatch Examples, [property: Key(2)] bool Anew) : IBucketQuestion;
