using System.Buffers.Binary;

namespace StreamLearn.Learners.Averaging;

/// <summary>Reads little-endian numbers from bytes that somebody else has written; past the end everything is refused.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Bytes that are left.</summary>
    internal readonly int Left => _rest.Length;

    internal bool TryByte(out byte value)
    {
        value = 0;
        if (!TryTake(1, out var taken))
        {
            return false;
        }

        value = taken[0];
        return true;
    }

    internal bool TryInt32(out int value)
    {
        value = 0;
        return TryTake(sizeof(int), out var taken) && BinaryPrimitives.TryReadInt32LittleEndian(taken, out value);
    }

    internal bool TryInt64(out long value)
    {
        value = 0;
        return TryTake(sizeof(long), out var taken) && BinaryPrimitives.TryReadInt64LittleEndian(taken, out value);
    }

    internal bool TrySingle(out float value)
    {
        value = 0;
        return TryTake(sizeof(float), out var taken) && BinaryPrimitives.TryReadSingleLittleEndian(taken, out value);
    }

    /// <summary>Reads a number that <see cref="ByteWriter.WriteCompact"/> wrote.</summary>
    internal bool TryCompact(out int value)
    {
        var bits = 0UL;
        value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (!TryByte(out var part))
            {
                return false;
            }

            bits |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                value = (int)Math.Min(bits, int.MaxValue);
                return bits <= int.MaxValue;
            }
        }

        return false;
    }

    internal bool TryTake(int count, out ReadOnlySpan<byte> taken)
    {
        if (count < 0 || count > _rest.Length)
        {
            taken = default;
            return false;
        }

        taken = _rest[..count];
        _rest = _rest[count..];
        return true;
    }
}
