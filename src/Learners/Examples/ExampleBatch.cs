using MessagePack;

namespace StreamLearn.Learners.Examples;

/// <summary>
/// Decoded records of one partition in offset order, column by column: what a chunk carries to a fleet of learners.
/// </summary>
/// <remarks>
/// Row <c>i</c> has its offset, its event time, its kind, its key (a slice of <see cref="KeyBytes"/>) and
/// <see cref="Width"/> numbers: the value first, then the features in the order of the pipeline's configuration.
/// The arrays are as long as the batch; nothing in it changes after construction.
/// </remarks>
[MessagePackObject]
public sealed class ExampleBatch
{
    /// <summary>A batch without rows.</summary>
    public static readonly ExampleBatch Empty = new([], [], [], [], [], [], 1);

    public ExampleBatch(
        long[] offsets, long[] times, ExampleKind[] kinds, byte[] keyBytes, int[] keyEnds, double[] values, int width,
        ulong[]? readings = null, byte[]? originSources = null, int[]? originPartitions = null, long[]? originOffsets = null,
        byte[]? payloads = null, int[]? payloadEnds = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        var count = offsets.Length;
        readings ??= [];
        originSources ??= [];
        originPartitions ??= [];
        originOffsets ??= [];
        payloads ??= [];
        payloadEnds ??= [];
        if (times.Length != count || kinds.Length != count || keyEnds.Length != count || values.Length != count * width
            || (readings.Length > 0 && readings.Length != count))
        {
            throw new ArgumentException(
                $"Columns of unequal length: {count} offsets, {times.Length} times, {kinds.Length} kinds, {keyEnds.Length} keys, " +
                $"{readings.Length} readings, {values.Length} numbers; " +
                $"expected {count} of each, {count} or no readings, and {count} x {width} numbers.");
        }

        if (originPartitions.Length != originSources.Length || originOffsets.Length != originSources.Length
            || (originSources.Length > 0 && originSources.Length != count))
        {
            throw new ArgumentException(
                $"Columns of unequal length: {originSources.Length} sources, {originPartitions.Length} partitions and "
                + $"{originOffsets.Length} offsets of origins; expected {count} or none of each.");
        }

        if ((payloadEnds.Length > 0 && payloadEnds.Length != count) || (payloadEnds is [] ? 0 : payloadEnds[^1]) != payloads.Length)
        {
            throw new ArgumentException(
                $"{payloadEnds.Length} payloads in {payloads.Length} bytes; expected {count} or none, the last one ending with the bytes.");
        }

        Offsets = offsets;
        Times = times;
        Kinds = kinds;
        KeyBytes = keyBytes;
        KeyEnds = keyEnds;
        Values = values;
        Width = width;
        Readings = readings;
        OriginSources = originSources;
        OriginPartitions = originPartitions;
        OriginOffsets = originOffsets;
        Payloads = payloads;
        PayloadEnds = payloadEnds;
    }

    /// <summary>Kafka offset of each row, ascending.</summary>
    [Key(0)]
    public long[] Offsets { get; }

    /// <summary>Event time of each row, milliseconds since 1970-01-01 UTC.</summary>
    [Key(1)]
    public long[] Times { get; }

    /// <summary>What each row is.</summary>
    [Key(2)]
    public ExampleKind[] Kinds { get; }

    /// <summary>The keys of all rows in UTF-8, one after the other.</summary>
    [Key(3)]
    public byte[] KeyBytes { get; }

    /// <summary>Where each row's key ends in <see cref="KeyBytes"/>; it starts where the one before ends.</summary>
    [Key(4)]
    public int[] KeyEnds { get; }

    /// <summary>The numbers, row-major, <see cref="Count"/> x <see cref="Width"/>; a tombstone's are zero.</summary>
    [Key(5)]
    public double[] Values { get; }

    /// <summary>Numbers per row: 1 + the number of features; 0 where a task has payloads instead.</summary>
    [Key(6)]
    public int Width { get; }

    /// <summary>Where the value is a counter: what it says in each row, exactly; else empty. The row's first number is the same,
    /// rounded.</summary>
    [Key(7)]
    public ulong[] Readings { get; }

    /// <summary>Where the records are copies: which of the pipeline's sources each row comes from, by its place in the configuration; else
    /// empty.</summary>
    [Key(8)]
    public byte[] OriginSources { get; }

    /// <summary>Where the records are copies: the partition that each row comes from; else empty.</summary>
    [Key(9)]
    public int[] OriginPartitions { get; }

    /// <summary>Where the records are copies: the offset of each row there; else empty.</summary>
    [Key(10)]
    public long[] OriginOffsets { get; }

    /// <summary>Where an example is more than numbers: what each row has, in the form of its task, one after the other; else empty.</summary>
    [Key(11)]
    public byte[] Payloads { get; }

    /// <summary>Where each row's part ends in <see cref="Payloads"/>; it starts where the one before ends.</summary>
    [Key(12)]
    public int[] PayloadEnds { get; }

    /// <summary>Number of rows.</summary>
    [IgnoreMember]
    public int Count => Offsets.Length;

    /// <summary>The same rows, of other kinds.</summary>
    public ExampleBatch With(ExampleKind[] kinds) => new(
        Offsets, Times, kinds, KeyBytes, KeyEnds, Values, Width, Readings, OriginSources, OriginPartitions, OriginOffsets, Payloads,
        PayloadEnds);

    /// <summary>The same rows under one key, in UTF-8.</summary>
    public ExampleBatch WithKey(ReadOnlySpan<byte> key)
    {
        var keys = new byte[Count * key.Length];
        var ends = new int[Count];
        for (var row = 0; row < Count; row++)
        {
            key.CopyTo(keys.AsSpan(row * key.Length));
            ends[row] = (row + 1) * key.Length;
        }

        return new ExampleBatch(
            Offsets, Times, Kinds, keys, ends, Values, Width, Readings, OriginSources, OriginPartitions, OriginOffsets, Payloads, PayloadEnds);
    }

    /// <summary>The key of a row, in UTF-8.</summary>
    public ReadOnlySpan<byte> Key(int row)
    {
        var start = row == 0 ? 0 : KeyEnds[row - 1];
        return KeyBytes.AsSpan(start, KeyEnds[row] - start);
    }

    /// <summary>What a row has besides numbers; empty where it has nothing.</summary>
    public ReadOnlySpan<byte> Payload(int row)
    {
        if (PayloadEnds.Length == 0)
        {
            return [];
        }

        var start = row == 0 ? 0 : PayloadEnds[row - 1];
        return Payloads.AsSpan(start, PayloadEnds[row] - start);
    }

    /// <summary>The numbers of a row: the value, then the features.</summary>
    public ReadOnlySpan<double> Row(int row) => Values.AsSpan(row * Width, Width);
}
