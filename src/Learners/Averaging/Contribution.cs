using System.Buffers;

namespace StreamLearn.Learners.Averaging;

/// <summary>What one replica has changed in one slice of the model since its last contribution of that slice, as it is written: it can be read by whoever
/// knows nothing of the model.</summary>
/// <remarks>
/// Little-endian: version (1 byte), replica (4), slice (4), sequence (8), records (8), number of parts (4), of each its length (4) and its numbers
/// (<see cref="PartCodec"/>), CRC-32C of all before (4). The same state of a replica gives the same bytes: whoever learns a log again writes the same
/// contribution under the same sequence.
/// </remarks>
public sealed class Contribution
{
    /// <summary>Numbers that a slice may have at most.</summary>
    public const int MostNumbers = ReplicaOptions.MostSliceBytes / sizeof(float);

    private const byte Version = 1;

    // All but the parts; all but the numbers of a part: its length, and whatever its form needs.
    private const int RestBytes = 1 + 4 + 4 + 8 + 8 + 4 + 4;
    private const int PartRestBytes = 4 + 16;

    private Contribution(int replica, int slice, long sequence, long records, float[] values)
    {
        Replica = replica;
        Slice = slice;
        Sequence = sequence;
        Records = records;
        Values = values;
    }

    /// <summary>Whose it is: the partition that the replica learns from.</summary>
    public int Replica { get; }

    /// <summary>Which slice of the model.</summary>
    public int Slice { get; }

    /// <summary>The how manieth of the replica for the slice, from 1 on.</summary>
    public long Sequence { get; }

    /// <summary>Records that the replica has learned since the one before: what it weighs.</summary>
    public long Records { get; }

    /// <summary>The changes, as they come out of compression.</summary>
    public float[] Values { get; }

    /// <summary>Bytes of a contribution to a slice, at most, whatever the levels.</summary>
    internal static int MostBytes(ParameterSlice slice) => RestBytes + (slice.Parts.Length * PartRestBytes) + (slice.Range.Length * sizeof(float));

    /// <summary>Writes one.</summary>
    /// <param name="header">Whose and which.</param>
    /// <param name="values">The changes of the slice.</param>
    /// <param name="slice">Its parts.</param>
    /// <param name="levels">For each part the level at which it is written.</param>
    /// <param name="codec">Workspace.</param>
    internal static byte[] Encode(
        (int Replica, int Slice, long Sequence, long Records) header, ReadOnlySpan<float> values, ParameterSlice slice, ReadOnlySpan<byte> levels,
        PartCodec codec)
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.Write(Version);
        writer.Write(header.Replica);
        writer.Write(header.Slice);
        writer.Write(header.Sequence);
        writer.Write(header.Records);
        writer.Write(slice.Parts.Length);
        for (var part = 0; part < slice.Parts.Length; part++)
        {
            var (offset, length, _) = slice.Parts[part];
            writer.Write(length);
            codec.Write(writer, values.Slice(offset, length), levels[part]);
        }

        return FrameChecksum.Seal(writer);
    }

    /// <summary>Reads one; null: the bytes are none, or are damaged.</summary>
    public static Contribution? TryDecode(ReadOnlySpan<byte> bytes) => TryDecode(bytes, new PartCodec());

    /// <inheritdoc cref="TryDecode(ReadOnlySpan{byte})"/>
    internal static Contribution? TryDecode(ReadOnlySpan<byte> bytes, PartCodec codec)
    {
        if (!FrameChecksum.TryOpen(bytes, out var frame))
        {
            return null;
        }

        var reader = new ByteReader(frame);
        if (!reader.TryByte(out var version) || version != Version
            || !reader.TryInt32(out var replica) || replica < 0
            || !reader.TryInt32(out var slice) || slice < 0
            || !reader.TryInt64(out var sequence) || sequence < 1
            || !reader.TryInt64(out var records) || records < 1
            || !reader.TryInt32(out var parts) || parts < 1 || parts > reader.Left)
        {
            return null;
        }

        var values = new ArrayBufferWriter<float>();
        for (var part = 0; part < parts; part++)
        {
            if (!reader.TryInt32(out var length) || length < 1 || length > MostNumbers - values.WrittenCount
                || !codec.TryRead(ref reader, values.GetSpan(length)[..length]))
            {
                return null;
            }

            values.Advance(length);
        }

        return reader.Left == 0 ? new Contribution(replica, slice, sequence, records, values.WrittenSpan.ToArray()) : null;
    }
}
