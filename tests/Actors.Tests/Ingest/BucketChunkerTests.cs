using System.IO.Hashing;
using FsCheck.Xunit;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Actors.Tests.Ingest;

public sealed class BucketChunkerTests
{
    [Property(MaxTest = 100)]
    public void Given_any_batch_when_it_is_cut_then_every_example_is_in_one_chunk_of_its_bucket_in_order(
        ushort[] keys, byte bucketCount, byte mostRecords, ushort mostBytes)
    {
        var (buckets, records, bytes) = (1 + (bucketCount % 5), 1 + (mostRecords % 9), 36 + (mostBytes % 400));
        var batch = Examples.Decoded(1000, 0, [.. keys.Select(key => $"k{key % 20}")]);
        var seen = new List<long>();
        var lastOf = new Dictionary<int, long>();

        new BucketChunker(buckets, new ChunkLimits { Records = records, Bytes = bytes }).Split(batch, (bucket, examples, rows) =>
        {
            Assert.InRange(examples.Count, 1, records);
            Assert.True(examples.Count == 1 || BytesOf(examples) <= bytes);
            for (var i = 0; i < examples.Count; i++)
            {
                Assert.Equal((ulong)bucket, XxHash64.HashToUInt64(examples.Key(i)) % (ulong)buckets);
                Assert.True(examples.Offsets[i] > lastOf.GetValueOrDefault(bucket, -1));
                lastOf[bucket] = examples.Offsets[i];
                var row = rows[i];
                Assert.Equal(batch.Examples.Offsets[row], examples.Offsets[i]);
                Assert.Equal(batch.Examples.Times[row], examples.Times[i]);
                Assert.True(batch.Examples.Key(row).SequenceEqual(examples.Key(i)));
                Assert.True(batch.Examples.Row(row).SequenceEqual(examples.Row(i)));
                seen.Add(examples.Offsets[i]);
            }
        });

        Assert.Equal(batch.Examples.Offsets, seen.Order());
    }

    [Fact]
    public void Given_a_key_when_its_bucket_is_computed_then_it_is_the_xxhash_of_its_utf8_modulo_the_buckets()
    {
        // Fixed numbers: stored states depend on them.
        Assert.Equal((int)(0xef46db3751d8e999UL % 7), BucketChunker.BucketOf([], 7));
        Assert.Equal((int)(0xd24ec4f1a98c6e5bUL % 7), BucketChunker.BucketOf("a"u8, 7));
    }

    [Fact]
    public void Given_one_example_beyond_the_byte_limit_when_it_is_cut_then_it_has_a_chunk_of_its_own()
    {
        var counts = new List<int>();
        new BucketChunker(1, new ChunkLimits { Bytes = 64 }).Split(
            Examples.Decoded(0, 0, "a", new string('x', 500), "b"), (_, examples, _) => counts.Add(examples.Count));

        Assert.Equal([1, 1, 1], counts);
    }

    [Fact]
    public void Given_copies_when_they_are_cut_then_every_example_keeps_its_origin_and_chunks_have_room_for_it()
    {
        var copies = Examples.Of([.. Enumerable.Range(0, 100).Select(i => ((long)i, $"k{i % 7}"))]);
        var examples = new ExampleBatch(
            copies.Offsets, copies.Times, copies.Kinds, copies.KeyBytes, copies.KeyEnds, copies.Values, 1, [],
            [.. Enumerable.Range(0, 100).Select(i => (byte)(i % 3))], [.. Enumerable.Range(0, 100).Select(i => i % 5)],
            [.. Enumerable.Range(0, 100).Select(i => 1000L + i)]);
        var batch = Examples.Decoded(0, 0) with { Examples = examples };
        var seen = new List<long>();

        new BucketChunker(3, new ChunkLimits { Bytes = 300 }).Split(batch, (_, chunk, _) =>
        {
            Assert.InRange(BytesOf(chunk) + (chunk.Count * (1 + 5 + 9)), 1, 300);
            for (var i = 0; i < chunk.Count; i++)
            {
                var offset = chunk.Offsets[i];
                Assert.Equal(
                    (offset % 3, offset % 5, 1000 + offset), (chunk.OriginSources[i], chunk.OriginPartitions[i], chunk.OriginOffsets[i]));
                seen.Add(offset);
            }
        });

        Assert.Equal(examples.Offsets, seen.Order());
    }

    [Fact]
    public void Given_payloads_when_they_are_cut_then_every_example_keeps_its_own_and_chunks_have_room_for_it()
    {
        var plain = Examples.Of([.. Enumerable.Range(0, 100).Select(i => ((long)i, $"k{i % 7}"))]);
        var end = 0;
        var examples = new ExampleBatch(
            plain.Offsets, plain.Times, plain.Kinds, plain.KeyBytes, plain.KeyEnds, [], 0,
            payloads: [.. Enumerable.Range(0, 100).SelectMany(i => Enumerable.Repeat((byte)i, i % 41))],
            payloadEnds: [.. Enumerable.Range(0, 100).Select(i => end += i % 41)]);
        var batch = Examples.Decoded(0, 0) with { Examples = examples };
        var seen = new List<long>();

        new BucketChunker(3, new ChunkLimits { Bytes = 300 }).Split(batch, (_, chunk, _) =>
        {
            Assert.InRange((chunk.Count * (9 + 9 + 1 + 5 + 5)) + chunk.KeyBytes.Length + chunk.Payloads.Length, 1, 300);
            for (var i = 0; i < chunk.Count; i++)
            {
                var number = (int)chunk.Offsets[i];
                Assert.Equal(Enumerable.Repeat((byte)number, number % 41), chunk.Payload(i).ToArray());
                seen.Add(number);
            }
        });

        Assert.Equal(examples.Offsets, seen.Order());
    }

    [Fact]
    public void Given_averages_when_they_are_cut_then_nothing_is_learned_in_a_chunk_after_one()
    {
        const ExampleKind Record = ExampleKind.Example, Average = ExampleKind.Average;
        var plain = Examples.At(0, 1, 2, 3, 4, 5, 6);
        var batch = Examples.Decoded(0, 0) with { Examples = plain.With([Record, Record, Average, Record, Average, Average, Record]) };
        var kinds = new List<ExampleKind[]>();

        new BucketChunker(2, new ChunkLimits()).Split(batch, (_, chunk, _) => kinds.Add(chunk.Kinds));

        Assert.Equal([[Record, Record, Average], [Record, Average, Average], [Record]], kinds);
    }

    [Fact]
    public void Given_a_tombstone_when_it_is_cut_then_it_goes_the_way_of_its_key()
    {
        var batch = Examples.Decode(Examples.Records(0, 0, ("a", Examples.Json("a", 0)), ("a", null)));
        var kinds = new List<ExampleKind>();
        new BucketChunker(4, new ChunkLimits()).Split(batch, (_, examples, _) => kinds.AddRange(examples.Kinds));

        Assert.Equal([ExampleKind.Example, ExampleKind.Tombstone], kinds);
    }

    private static int BytesOf(ExampleBatch examples) => examples.Count * (9 + 9 + 1 + 5 + 9) + examples.KeyBytes.Length;
}
