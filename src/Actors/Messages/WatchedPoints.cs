using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>What a bucket has seen of a key.</summary>
/// <param name="Bucket">From this bucket.</param>
/// <param name="IsKnown">Whether it has such a key.</param>
/// <param name="UpTo">What to ask for points after next time.</param>
/// <param name="IsMore">Whether there is more already: an answer holds so much only.</param>
/// <param name="Offsets">Offsets of the records, ascending; -1: from what the learners still knew when the first question came.</param>
/// <param name="Times">Their event times, ms since 1970.</param>
/// <param name="Width">Numbers of a point.</param>
/// <param name="Numbers">The points, row-major: see <see cref="Learners.Watching.KeyWatcher.Width"/>.</param>
[MessagePackObject]
public sealed record WatchedPoints(
    [property: Key(0)] BucketId Bucket, [property: Key(1)] bool IsKnown, [property: Key(2)] long UpTo, [property: Key(3)] bool IsMore,
    [property: Key(4)] long[] Offsets, [property: Key(5)] long[] Times, [property: Key(6)] int Width, [property: Key(7)] double[] Numbers) : IBucketMessage
{
    /// <summary>There is no such key here.</summary>
    internal static WatchedPoints Unknown(BucketId bucket) => new(bucket, false, WatchKey.Everything, false, [], [], 0, []);
}
