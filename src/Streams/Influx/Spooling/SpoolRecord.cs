using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;
using StreamLearn.Streams.Influx.Lines;

namespace StreamLearn.Streams.Influx.Spooling;

/// <summary>
/// A record of a segment: marker, bytes of the lines, number of points, CRC-32 of these two and the lines (little-endian, 4 bytes each), then the lines.
/// The marker is no UTF-8, so it is in no line: what follows a damaged record is found by it.
/// </summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">Bytes of its lines.</param>
/// <param name="Points">How many.</param>
internal readonly record struct SpoolRecord(long Start, int Length, int Points)
{
    internal const int HeaderBytes = 16;

    // More than any batch: a length above it is damage.
    private const int MostLength = 256 * 1024 * 1024;

    private const int SearchBytes = 64 * 1024;

    /// <summary>Where the next one begins.</summary>
    internal long End => Start + HeaderBytes + Length;

    private static ReadOnlySpan<byte> Marker => [0xff, (byte)'S', (byte)'L', 0xfe];

    /// <summary>Writes a record.</summary>
    /// <exception cref="IOException">It could not be written, or not all of it.</exception>
    internal static void Write(SafeFileHandle file, long offset, LineBatch batch)
    {
        var header = new byte[HeaderBytes];
        Marker.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), batch.Lines.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), batch.Points);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), Checksum(header, batch.Lines.Span));
        RandomAccess.Write(file, [header, batch.Lines], offset);
    }

    /// <summary>Finds the first record at or after an offset. Only its header is looked at.</summary>
    /// <returns>Null: there is none up to the end of the file.</returns>
    internal static SpoolRecord? Find(SafeFileHandle file, long offset, long end)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        byte[]? block = null;
        try
        {
            while (offset + HeaderBytes <= end)
            {
                if (ReadAll(file, header, offset) && header[..4].SequenceEqual(Marker))
                {
                    var length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
                    var points = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
                    var record = new SpoolRecord(offset, length, points);
                    if (length is > 0 and <= MostLength && points > 0 && points <= length && record.End <= end)
                    {
                        return record;
                    }
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
        Span<byte> header = stackalloc byte[HeaderBytes];
        var lines = ArrayPool<byte>.Shared.Rent(Length);
        if (ReadAll(file, header, Start) && ReadAll(file, lines.AsSpan(0, Length), Start + HeaderBytes)
            && BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) == Checksum(header, lines.AsSpan(0, Length)))
        {
            return new LineBatch(lines, Length, Points);
        }

        ArrayPool<byte>.Shared.Return(lines);
        return null;
    }

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> lines)
    {
        var crc = new Crc32();
        crc.Append(header[4..12]);
        crc.Append(lines);
        return crc.GetCurrentHashAsUInt32();
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
