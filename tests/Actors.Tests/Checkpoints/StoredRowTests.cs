using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Checkpoints.Rows;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Tests.Checkpoints;

public sealed class StoredRowTests
{
    private static readonly BucketId Bucket = new(1, 2);

    [Fact]
    public void Given_content_when_it_is_sealed_and_opened_then_it_is_the_same()
    {
        foreach (var content in new byte[][] { [], [0], [1, 2, 3], new byte[100_000] })
        {
            Assert.True(StoredRow.TryOpen(7, StoredRow.Seal(7, content), out var opened, out var damage));
            Assert.Equal(content, opened.ToArray());
            Assert.Empty(damage);
        }
    }

    [Fact]
    public void Given_rows_that_differ_in_one_thing_when_their_identities_are_taken_then_they_differ()
    {
        var manifest = new BucketManifest(1, 2, 3, 4, 5);
        long[] identities =
        [
            RowIdentity.OfKey("p", Bucket, 3, "k"u8),
            RowIdentity.OfKey("q", Bucket, 3, "k"u8),
            RowIdentity.OfKey("p", new(2, 2), 3, "k"u8),
            RowIdentity.OfKey("p", new(1, 1), 3, "k"u8),
            RowIdentity.OfKey("p", Bucket, 4, "k"u8),
            RowIdentity.OfKey("p", Bucket, 3, "l"u8),
            RowIdentity.OfKey( "pk", Bucket, 3, ""u8),
            RowIdentity.OfKey("", Bucket, 3, "pk"u8),
            RowIdentity.OfKey("p", Bucket, 3, new byte[5000]),
            RowIdentity.OfManifest("p", Bucket, manifest),
            RowIdentity.OfManifest("p", Bucket, manifest with { Generation = 9 }),
            RowIdentity.OfManifest( "p", Bucket, manifest with { LastApplied = 9 }),
            RowIdentity.OfManifest("p", Bucket, manifest with { Keys = 9 }),
            RowIdentity.OfManifest( "p", Bucket, manifest with { Bytes = 9 }),
            RowIdentity.OfManifest("p", Bucket, manifest with { KeySum = 9 }),
            RowIdentity.OfCursor( "p", 1, 3),
            RowIdentity.OfCursor("p", 2, 3),
            RowIdentity.OfCursor("p", 1, 4),
            RowIdentity.OfCursor("q", 1, 3),
            RowIdentity.OfSettings("p"),
            RowIdentity.OfSettings("q"),
        ];

        Assert.Equal(identities.Length, identities.Distinct().Count());
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0xc3, 0xa4 }, "'aä'")]
    [InlineData(new byte[] { 0x61, 0x0a }, "0x610A")]
    [InlineData(new byte[] { 0xff }, "0xFF")]
    [InlineData(new byte[0], "''")]
    public void Given_a_key_when_a_message_names_it_then_it_is_text_or_hexadecimal(byte[] key, string printed) =>
        Assert.Equal(printed, PrintableKey.Of(key));

    [Fact]
    public void Given_a_long_key_when_a_message_names_it_then_it_is_cut()
    {
        Assert.Equal($"'{new string('x', 100)}...'", PrintableKey.Of([.. Enumerable.Repeat((byte)'x', 1024)]));
        Assert.Equal(2 + 64 + 3, PrintableKey.Of(new byte[1024]).Length);
    }

    /// <summary>200,000 inputs: bytes that mean nothing, and rows that were changed in some place.</summary>
    [Fact]
    public void Given_any_bytes_at_all_when_they_are_opened_then_the_damage_is_found_and_little_memory_is_used()
    {
        var random = new Random(11);
        var cursor = StoredRow.Seal(5, CursorFormat.Write(new PartitionCursor(0, 1, 2, [3, 4, 5], DateTimeOffset.UnixEpoch)));
        for (var i = 0; i < 200_000; i++)
        {
            var row = i % 2 == 0 ? Anything(random) : Changed(random, cursor);
            var (read, damage, allocated) = Open(row);

            Assert.True(read is null && damage.Length > 0, $"Input {i}, {Convert.ToHexString(row)}, was taken.");

            // The runtime itself allocates on any thread now and then, not twice for the same bytes.
            allocated = allocated < 2000 + row.Length ? allocated : Math.Min(Open(row).Allocated, Open(row).Allocated);
            Assert.True(allocated < 2000 + row.Length, $"Input {i}, {Convert.ToHexString(row)}, took {allocated} bytes.");
        }

        static (PartitionCursor? Read, string Damage, long Allocated) Open(byte[] row)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var opened = StoredRow.TryOpen(5, row, out var content, out var damage);
            var read = opened ? CursorFormat.Read(0, content, out damage) : null;
            return (read, damage, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    /// <summary>100,000 contents whose checksum is right: what is no cursor is said to be none.</summary>
    [Fact]
    public void Given_any_content_under_a_right_checksum_when_a_cursor_is_read_then_it_is_one_or_the_damage_is_found()
    {
        var random = new Random(12);
        for (var i = 0; i < 100_000; i++)
        {
            var content = Anything(random);
            var cursor = CursorFormat.Read(3, content, out var damage);
            Assert.Equal(cursor is null, damage.Length > 0);
            Assert.True(cursor is null || CursorFormat.Write(cursor).AsSpan().SequenceEqual(content), Convert.ToHexString(content));
        }
    }

    private static byte[] Anything(Random random)
    {
        var bytes = new byte[random.Next(80)];
        random.NextBytes(bytes);
        if (bytes.Length > 0 && random.Next(2) == 0)
        {
            bytes[0] = 1;
        }

        if (bytes.Length >= 24 && random.Next(2) == 0)
        {
            // A time, as it stands in a cursor.
            bytes[23] = 0;
        }

        return bytes;
    }

    private static byte[] Changed(Random random, byte[] row)
    {
        var copy = row.ToList();
        var at = random.Next(copy.Count);
        switch (random.Next(4))
        {
            case 0:
                copy[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                copy.RemoveRange(at, random.Next(1, copy.Count - at + 1));
                break;
            case 2:
                copy.Insert(at, (byte)random.Next(256));
                break;
            default:
                copy[at] ^= (byte)random.Next(1, 256);
                break;
        }

        return [.. copy];
    }
}
