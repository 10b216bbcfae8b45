using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints.Rows;

/// <summary>
/// What a row says about itself besides its content, as one number. The checksum of the content starts from it, so that a content that lies
/// in another row than the one it was written to is found.
/// </summary>
internal static class RowIdentity
{
    private const byte KeyRow = 1;
    private const byte ManifestRow = 2;
    private const byte CursorRow = 3;
    private const byte SettingsRow = 4;

    /// <summary>A key's state. The sum of these over its keys is what a manifest knows its rows by.</summary>
    internal static long OfKey(string pipeline, BucketId bucket, long generation, ReadOnlySpan<byte> key) =>
        Hash(KeyRow, pipeline, bucket, [generation], key);

    /// <summary>A manifest: its numbers stand in columns of their own, and are covered here.</summary>
    internal static long OfManifest(string pipeline, BucketId bucket, BucketManifest manifest) =>
        Hash(
            ManifestRow, pipeline, bucket, [manifest.Generation, manifest.LastApplied, manifest.Keys, manifest.Bytes, manifest.KeySum], []);

    /// <summary>A partition's cursor.</summary>
    internal static long OfCursor(string pipeline, int partition, long generation) =>
        Hash(CursorRow, pipeline, new BucketId(partition, 0), [generation], []);

    /// <summary>What a pipeline's state was made with.</summary>
    internal static long OfSettings(string pipeline) => Hash(SettingsRow, pipeline, new BucketId(0, 0), [], []);

    private static long Hash(byte kind, string pipeline, BucketId bucket, ReadOnlySpan<long> numbers, ReadOnlySpan<byte> key)
    {
        const int head = 1 + (2 * sizeof(int));
        var name = Encoding.UTF8.GetByteCount(pipeline);
        var size = head + (numbers.Length * sizeof(long)) + sizeof(int) + name + key.Length;
        var bytes = size <= 1024 ? stackalloc byte[size] : new byte[size];
        bytes[0] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], bucket.Partition);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[5..], bucket.Bucket);
        var rest = bytes[head..];
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, number);
            rest = rest[sizeof(long)..];
        }

        BinaryPrimitives.WriteInt32LittleEndian(rest, name);
        Encoding.UTF8.GetBytes(pipeline, rest[sizeof(int)..]);
        key.CopyTo(rest[(sizeof(int) + name)..]);
        return unchecked((long)XxHash3.HashToUInt64(bytes));
    }
}
