using System.Text;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;

namespace StreamLearn.Actors.Tests.Checkpoints.Golden;

/// <summary>
/// What is in the files of this directory: each was written by the program that had its schema, and must be read by every later one. To
/// write the files of a new schema: <c>STREAMLEARN_GOLDEN=1 dotnet test -c Release tests/Actors.Tests --filter GoldenTests</c>.
/// </summary>
internal static class GoldenPipeline
{
    internal const string Name = "link-load";
    internal const string Settings = "{ buckets = 2, learner = liquid }";

    /// <summary>The writers that the file knows: one of each bucket and partition.</summary>
    internal const long Writers = 1;

    internal static async Task WriteAsync(ICheckpointStore store)
    {
        await store.SaveSettingsAsync(Name, Settings);
        var owner = (await store.TakePartitionAsync(Name, 0)).Owner;
        var first = (await store.TakeBucketAsync(Name, new BucketId(0, 0), StoreWorld.AnyOwner)).Writer;
        var second = (await store.TakeBucketAsync(Name, new BucketId(0, 1), StoreWorld.AnyOwner)).Writer;
        await store.SaveBucketAsync(
            Name, new BucketId(0, 0), first, new BucketCheckpoint(10, -1, State(10), [Key("a", 1), Key("b", 1), Key("ä", 1)]));
        await store.SaveBucketAsync(Name, new BucketId(0, 1), second, new BucketCheckpoint(12, -1, State(12), [Key("c", 1)]));
        await store.SaveCursorAsync(Name, 0, owner, Cursor(13, 10, 12));
        await store.SaveBucketAsync(
            Name, new BucketId(0, 0), first, new BucketCheckpoint(20, 10, State(20), [Key("a", 2), new KeyState("b"u8.ToArray(), null)]));
        await store.SaveCursorAsync(Name, 0, owner, Cursor(21, 20, 12));
    }

    internal static PartitionCursor Cursor(long next, params long[] sent) =>
        new(0, 3, next, sent, new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    internal static byte[] State(long lastApplied) => [(byte)lastApplied, 0, 255];

    /// <summary>The bytes mean nothing: a store does not know what is in a state.</summary>
    internal static KeyState Key(string key, byte version) =>
        new(Encoding.UTF8.GetBytes(key), [.. Enumerable.Range(0, 100).Select(i => (byte)((i * i * version) + key.Length))]);
}
