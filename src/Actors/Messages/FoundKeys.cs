using MessagePack;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Actors.Messages;

/// <summary>Keys of a bucket.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="TotalKeys">Keys that it has; -1: its state is not in memory.</param>
/// <param name="Matching">Of them, those that match.</param>
/// <param name="Keys">The first of these, as many as go in a message.</param>
/// <param name="Events">What has happened to its keys lately, the oldest first: as long as its state is in memory, and no more than a few.</param>
[MessagePackObject]
public sealed record FoundKeys(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] int TotalKeys, [property: Key(2)] int Matching, [property: Key(3)] IReadOnlyList<KeyStanding> Keys,
    [property: Key(4)] IReadOnlyList<KeyEvent> Events) : IBucketMessage;
