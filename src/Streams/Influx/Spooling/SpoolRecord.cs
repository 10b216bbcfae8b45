using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;
using StreamLearn.Streams.Influx.Lines;

namespace StreamLearn.Streams.Influx.Spooling;

/// <summary>
/// A record of a segment: marker, bytes of the lines, number of points, CRC-32 of the lines, CRC-32 of all that (little-endian, 4 bytes each), then the lines.
/// The marker is no UTF-8, so it is in no line: what follows a damaged record is found by it. A header is believed by its own checksum, so that a damaged length
/// takes no other record with it.
/// </summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">Bytes of its lines.</param>
/// <param name="Points">How many.</param>
internal readonly record struct SpoolRecord(long Start, int Length, int Points)
{
    internal const int HeaderBytes = 20;

    private const int SearchBytes = 64 * 1024;

    /// <summary>Where the next one begins.</summary>
    internal long End => Start + HeaderBytes + Length;

    private static ReadOnlySpan<byte> Marker => [0xff, (byte)'S', (byte)'2', 0xfe];

    /// <summary>Writes a record.</summary>
    /// <exception cref="IOException">It could not be written, or not all of it.</exception>
    internal static void Write(SafeFileHandle file, long offset, LineBatch batch)
    {
        var header = new byte[HeaderBytes];
        Marker.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), batch.Lines.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), batch.Points);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), Crc32.HashToUInt32(batch.Lines.Span));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Crc32.HashToUInt32(header.AsSpan(0, 16)));
        RandomAccess.Write(file, [header, batch.Lines], offset);
    }

    /// <summary>
    /// Finds the first record at or after an offset. Its lines are looked at only where no other record follows it: bytes may be missing, or too many.
    /// </summary>
    /// <returns>Null: there is none up to the end of the file.</returns>
    internal static SpoolRecord? Find(SafeFileHandle file, long offset, long end)
    {
        byte[]? block = null;
        try
        {
            while (offset + HeaderBytes <= end)
            {
                if (At(file, offset, end) is { } record && (record.End == end || At(file, record.End, end) is not null || record.IsWhole(file)))
                {
                    return record;
                }

                block ??= ArrayPool<byte>.Shared.Rent(SearchBytes);
                offset = NextMarker(file, offset + 1, end, block);
            }

            return null;
        }
        finally
        {
            if (block is not null)
            {
                ArrayPool<byte>.Shared.Return(block);
            }
        }
    }

    /// <summary>Reads the lines.</summary>
    /// <returns>Null: they are damaged.</returns>
    internal LineBatch? Read(SafeFileHandle file)
    {
        var lines = ArrayPool<byte>.Shared.Rent(Length);
        if (ReadWhole(file, lines.AsSpan(0, Length)))
        {
            return new LineBatch(lines, Length, Points);
        }

        ArrayPool<byte>.Shared.Return(lines);
        return null;
    }

    /// <summary>The record that begins there; null: none does.</summary>
    private static SpoolRecord? At(SafeFileHandle file, long offset, long end)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (offset + HeaderBytes > end || !ReadAll(file, header, offset) || !header.StartsWith(Marker)
            || BinaryPrimitives.ReadUInt32LittleEndian(header[16..]) != Crc32.HashToUInt32(header[..16]))
        {
            return null;
        }

        var record = new SpoolRecord(offset, BinaryPrimitives.ReadInt32LittleEndian(header[4..]), BinaryPrimitives.ReadInt32LittleEndian(header[8..]));
        return record.Length > 0 && record.Points > 0 && record.Points <= record.Length && record.End <= end ? record : null;
    }

    private bool IsWhole(SafeFileHandle file)
    {
        var lines = ArrayPool<byte>.Shared.Rent(Length);
        try
        {
            return ReadWhole(file, lines.AsSpan(0, Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(lines);
        }
    }

    private bool ReadWhole(SafeFileHandle file, Span<byte> lines)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        return ReadAll(file, header, Start) && ReadAll(file, lines, Start + HeaderBytes)
            && BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) == Crc32.HashToUInt32(lines);
    }

    private static long NextMarker(SafeFileHandle file, long offset, long end, Span<byte> block)
    {
        while (offset + HeaderBytes <= end)
        {
            var read = RandomAccess.Read(file, block, offset);
            if (read < Marker.Length)
            {
                break;
            }

            var at = block[..read].IndexOf(Marker);
            if (at >= 0)
            {
                return offset + at;
            }

            // The last bytes may be the beginning of one.
            offset += read - (Marker.Length - 1);
        }

        return end;
    }

    private static bool ReadAll(SafeFileHandle file, Span<byte> into, long offset)
    {
        while (!into.IsEmpty)
        {
            var read = RandomAccess.Read(file, into, offset);
            if (read == 0)
            {
                return false;
            }

            into = into[read..];
            offset += read;
        }

        return true;
    }
}
