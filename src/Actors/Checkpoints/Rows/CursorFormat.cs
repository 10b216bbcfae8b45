using System.Buffers.Binary;
using System.Globalization;

namespace StreamLearn.Actors.Checkpoints.Rows;

/// <summary>
/// A cursor as bytes, little-endian 64-bit numbers: first, next, when it was saved (ticks, UTC), then the last offset sent to each bucket.
/// </summary>
internal static class CursorFormat
{
    private const int Head = 3;

    internal static byte[] Write(PartitionCursor cursor)
    {
        var bytes = new byte[(Head + cursor.SentUpTo.Count) * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, cursor.First);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), cursor.Next);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), cursor.Saved.UtcTicks);
        for (var bucket = 0; bucket < cursor.SentUpTo.Count; bucket++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan((Head + bucket) * sizeof(long)), cursor.SentUpTo[bucket]);
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="Write"/> wrote, or says what is wrong with it.</summary>
    internal static PartitionCursor? Read(int partition, ReadOnlySpan<byte> bytes, out string damage)
    {
        damage = "";
        if (bytes.Length < Head * sizeof(long) || bytes.Length % sizeof(long) != 0)
        {
            damage = string.Create(
                CultureInfo.InvariantCulture, $"a cursor of {bytes.Length} bytes; expected a multiple of 8, at least 24");
            return null;
        }

        var ticks = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        if (ticks < 0 || ticks > DateTimeOffset.MaxValue.UtcTicks)
        {
            damage = string.Create(CultureInfo.InvariantCulture, $"a cursor saved at {ticks} ticks; expected a time");
            return null;
        }

        var sent = new long[(bytes.Length / sizeof(long)) - Head];
        for (var bucket = 0; bucket < sent.Length; bucket++)
        {
            sent[bucket] = BinaryPrimitives.ReadInt64LittleEndian(bytes[((Head + bucket) * sizeof(long))..]);
        }

        return new PartitionCursor(
            partition, BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), sent,
            new DateTimeOffset(ticks, TimeSpan.Zero));
    }
}
