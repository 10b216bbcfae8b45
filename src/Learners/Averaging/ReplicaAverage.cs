using System.Buffers;

namespace StreamLearn.Learners.Averaging;

/// <summary>The average of the contributions of a group, as it is written into every replica's log: D = Σ wₚ sentₚ, weights by records learned.</summary>
/// <remarks>
/// Little-endian: version (1 byte), slice (4), sequence (8), that of the average of the slice before (8), number of members (4), of each its replica (4)
/// and sequence (8), length (4), the numbers (<see cref="PartCodec"/>, exactly), CRC-32C of all before (4).
/// </remarks>
public sealed class ReplicaAverage
{
    /// <summary>Of an average before which there is none.</summary>
    public const long None = -1;

    private const byte Version = 1;

    /// <param name="slice">Which slice of the model.</param>
    /// <param name="sequence">Offset of the contribution that closed the group.</param>
    /// <param name="previous">The sequence of the slice's average before.</param>
    /// <param name="members">What is in it, by replica.</param>
    /// <param name="values">D.</param>
    public ReplicaAverage(int slice, long sequence, long previous, AverageMember[] members, float[] values)
    {
        Slice = slice;
        Sequence = sequence;
        Previous = previous;
        Members = members;
        Values = values;
    }

    /// <summary>Which slice of the model.</summary>
    public int Slice { get; }

    /// <summary>Offset of the contribution that closed the group.</summary>
    public long Sequence { get; }

    /// <summary>The sequence of the slice's average before; <see cref="None"/>: there is none.</summary>
    public long Previous { get; }

    /// <summary>What is in it, by replica.</summary>
    public IReadOnlyList<AverageMember> Members { get; }

    /// <summary>D.</summary>
    public float[] Values { get; }

    /// <summary>Writes it.</summary>
    public byte[] Encode()
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.Write(Version);
        writer.Write(Slice);
        writer.Write(Sequence);
        writer.Write(Previous);
        writer.Write(Members.Count);
        foreach (var (replica, sequence) in Members)
        {
            writer.Write(replica);
            writer.Write(sequence);
        }

        writer.Write(Values.Length);
        new PartCodec().WriteExact(writer, Values);
        return FrameChecksum.Seal(writer);
    }

    /// <summary>Reads one; null: the bytes are none, or are damaged.</summary>
    public static ReplicaAverage? TryDecode(ReadOnlySpan<byte> bytes) => TryDecode(bytes, new PartCodec());

    /// <inheritdoc cref="TryDecode(ReadOnlySpan{byte})"/>
    internal static ReplicaAverage? TryDecode(ReadOnlySpan<byte> bytes, PartCodec codec)
    {
        if (!FrameChecksum.TryOpen(bytes, out var frame))
        {
            return null;
        }

        var reader = new ByteReader(frame);
        if (!reader.TryByte(out var version) || version != Version
            || !reader.TryInt32(out var slice) || slice < 0
            || !reader.TryInt64(out var sequence) || sequence < 0
            || !reader.TryInt64(out var previous) || previous < None || previous >= sequence
            || !reader.TryInt32(out var count) || count < 1 || count > reader.Left / (sizeof(int) + sizeof(long)))
        {
            return null;
        }

        var members = new AverageMember[count];
        for (var i = 0; i < count; i++)
        {
            _ = reader.TryInt32(out var replica);
            _ = reader.TryInt64(out var own);
            members[i] = new AverageMember(replica, own);
            if (own < 1 || replica < 0 || (i > 0 && replica <= members[i - 1].Replica))
            {
                return null;
            }
        }

        if (!reader.TryInt32(out var length) || length is < 1 or > Contribution.MostNumbers)
        {
            return null;
        }

        var values = new float[length];
        return codec.TryRead(ref reader, values) && reader.Left == 0 ? new ReplicaAverage(slice, sequence, previous, members, values) : null;
    }
}
