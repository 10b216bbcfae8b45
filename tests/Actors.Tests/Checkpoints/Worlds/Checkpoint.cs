using System.Globalization;
using System.Text;
using StreamLearn.Actors.Checkpoints;

namespace StreamLearn.Actors.Tests.Checkpoints.Worlds;

/// <summary>Short ways to write down checkpoints and what was read.</summary>
public static class Checkpoint
{
    /// <param name="lastApplied">Last offset that it covers.</param>
    /// <param name="covered">Last offset that the stored cursor covers.</param>
    /// <param name="changed">Keys and their states, "a=1"; "a" alone: forgotten.</param>
    public static BucketCheckpoint At(long lastApplied, long covered, params string[] changed) =>
        new(
            lastApplied, covered, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"state at {lastApplied}")),
            [.. changed.Select(Key)]);

    public static KeyState Key(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? new KeyState(Encoding.UTF8.GetBytes(text), null)
            : new KeyState(Encoding.UTF8.GetBytes(text[..equals]), Encoding.UTF8.GetBytes(text[(equals + 1)..]));
    }

    public static PartitionCursor Cursor(int partition, long next, params long[] sent) =>
        new(partition, 0, next, sent, DateTimeOffset.UnixEpoch.AddSeconds(next));

    /// <summary>What was read as one line: "20: a=1 b=2"; nothing: "-". The state must be the one that <see cref="At"/> makes.</summary>
    public static string Text(StoredBucket? bucket)
    {
        if (bucket is null)
        {
            return "-";
        }

        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"state at {bucket.LastApplied}"), Encoding.UTF8.GetString(bucket.State));
        return string.Create(CultureInfo.InvariantCulture, $"{bucket.LastApplied}:")
            + string.Concat(bucket.Keys.Select(key => $" {Encoding.UTF8.GetString(key.Key)}={Encoding.UTF8.GetString(key.State!)}"));
    }

    public static string Text(PartitionCursor? cursor) => cursor is null
        ? "-"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{cursor.Partition}: {cursor.First}, {cursor.Next} [{string.Join(' ', cursor.SentUpTo)}] {cursor.Saved.ToUnixTimeSeconds()}");
}
