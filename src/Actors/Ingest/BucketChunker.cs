using System.IO.Hashing;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>Sorts the examples of a batch into the buckets of their keys, in order, in pieces that a message can hold.</summary>
/// <param name="buckets">Buckets of the partition.</param>
/// <param name="limits">What a message can hold.</param>
/// <param name="plan">What answers take; null: nothing.</param>
/// <param name="replicaKey">With replicas: the one key that buckets know; null: each example's own.</param>
internal sealed class BucketChunker(int buckets, ChunkLimits limits, LearnerPlan? plan = null, byte[]? replicaKey = null)
{
    // In MessagePack, at most. Per example besides its key: offset, time, kind, end of the key.
    private const int FixedBytes = 9 + 9 + 1 + 5;
    private const int NumberBytes = 9;
    private const int MostReadingBytes = 9;
    private const int MostOriginBytes = 1 + 5 + 9;
    private const int MostPayloadEndBytes = 5;

    private readonly int _answerBytes = plan is null ? int.MaxValue : limits.AnswerBytes(plan);
    private readonly List<int>[] _rows = [.. Enumerable.Range(0, buckets).Select(_ => new List<int>())];

    /// <summary>The bucket of a key: XxHash64 of its UTF-8 modulo the number of buckets.</summary>
    internal static int BucketOf(ReadOnlySpan<byte> key, int buckets) => (int)(XxHash64.HashToUInt64(key) % (ulong)buckets);

    /// <summary>Calls <paramref name="chunk"/> with each bucket, the examples of a chunk for it, and their rows in the batch.</summary>
    internal void Split(DecodedBatch batch, Action<int, ExampleBatch, int[]> chunk) => Split(batch.Examples, chunk);

    /// <summary>The same of examples without their records.</summary>
    internal void Split(ExampleBatch batch, Action<int, ExampleBatch, int[]> chunk)
    {
        var examples = replicaKey is null ? batch : batch.WithKey(replicaKey);
        for (var row = 0; row < examples.Count; row++)
        {
            if (IsForAll(examples, row))
            {
                Array.ForEach(_rows, rows => rows.Add(row));
            }
            else
            {
                _rows[BucketOf(examples.Key(row), buckets)].Add(row);
            }
        }

        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var rows = _rows[bucket];
            for (var start = 0; start < rows.Count;)
            {
                var count = CountWithin(examples, rows, start);
                var chosen = rows.GetRange(start, count).ToArray();
                chunk(bucket, Gather(examples, chosen), chosen);
                start += count;
            }

            rows.Clear();
        }
    }

    private int CountWithin(ExampleBatch examples, List<int> rows, int start)
    {
        var count = 0;
        var (bytes, answer) = (0L, 0L);
        while (start + count < rows.Count && count < limits.Records)
        {
            var row = rows[start + count];
            bytes += BytesOf(examples, row);
            answer += plan?.AnswerBytes(examples, row) ?? 0;
            if (count > 0 && (bytes > limits.Bytes || answer > _answerBytes || IsAfterAverage(examples, rows[start + count - 1], row)))
            {
                break;
            }

            count++;
        }

        return count;
    }

    /// <summary>An average makes room for more contributions: what is learned after it may make them, in another answer.</summary>
    private static bool IsAfterAverage(ExampleBatch examples, int before, int row) =>
        examples.Kinds[before] == ExampleKind.Average && examples.Kinds[row] != ExampleKind.Average;

    /// <summary>What an operator says of all keys goes to all buckets, also those that have none yet.</summary>
    private static bool IsForAll(ExampleBatch examples, int row) =>
        examples.Kinds[row] == ExampleKind.Control && ControlRecord.TryDecode(examples.Payload(row)) is { Scope: ControlScope.Pipeline };

    /// <summary>Bytes of an example in a message, at most.</summary>
    internal static int BytesOf(ExampleBatch examples, int row) =>
        FixedBytes + (NumberBytes * examples.Width) + (examples.Readings.Length > 0 ? MostReadingBytes : 0)
        + (examples.OriginSources.Length > 0 ? MostOriginBytes : 0) + (examples.PayloadEnds.Length > 0 ? MostPayloadEndBytes : 0)
        + examples.Key(row).Length + examples.Payload(row).Length;

    /// <summary>Some of the examples.</summary>
    internal static ExampleBatch Gather(ExampleBatch examples, int[] rows)
    {
        var count = rows.Length;
        var width = examples.Width;
        var offsets = new long[count];
        var times = new long[count];
        var kinds = new ExampleKind[count];
        var keyEnds = new int[count];
        var values = new double[count * width];
        var keyLength = 0;
        for (var i = 0; i < count; i++)
        {
            keyLength += examples.Key(rows[i]).Length;
            keyEnds[i] = keyLength;
        }

        var keys = new byte[keyLength];
        for (var i = 0; i < count; i++)
        {
            var row = rows[i];
            offsets[i] = examples.Offsets[row];
            times[i] = examples.Times[row];
            kinds[i] = examples.Kinds[row];
            examples.Key(row).CopyTo(keys.AsSpan(i == 0 ? 0 : keyEnds[i - 1]));
            examples.Row(row).CopyTo(values.AsSpan(i * width));
        }

        return new ExampleBatch(
            offsets, times, kinds, keys, keyEnds, values, width,
            Pick(examples.Readings, rows), Pick(examples.OriginSources, rows), Pick(examples.OriginPartitions, rows),
            Pick(examples.OriginOffsets, rows), Payloads(examples, rows, out var payloadEnds), payloadEnds);
    }

    private static byte[] Payloads(ExampleBatch examples, int[] rows, out int[] ends)
    {
        if (examples.PayloadEnds.Length == 0)
        {
            ends = [];
            return [];
        }

        var end = 0;
        ends = Array.ConvertAll(rows, row => end += examples.Payload(row).Length);
        var payloads = new byte[end];
        for (var i = 0; i < rows.Length; i++)
        {
            examples.Payload(rows[i]).CopyTo(payloads.AsSpan(i == 0 ? 0 : ends[i - 1]));
        }

        return payloads;
    }

    /// <summary>The rows of a column that not every batch has.</summary>
    private static T[] Pick<T>(T[] column, int[] rows) => column.Length == 0 ? [] : Array.ConvertAll(rows, row => column[row]);
}
