using System.Buffers.Binary;

namespace StreamLearn.Learners.Networks.Safetensors;

/// <summary>
/// Takes a file apart: length, header, numbers. Nothing is allocated on the word of the bytes alone: where the length of the stream is
/// known, it is compared first; where not, memory grows with what has come.
/// </summary>
internal static class SafetensorsReader
{
    private const int LengthBytes = sizeof(ulong);
    private const int PieceBytes = 64 * 1024;

    internal static SafetensorsFile Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < LengthBytes)
        {
            throw TooShort(file.Length);
        }

        var headerBytes = HeaderLength(file.Span, file.Length - LengthBytes);
        var header = SafetensorsHeader.Parse(file.Span.Slice(LengthBytes, headerBytes));
        var buffer = file[(LengthBytes + headerBytes)..];
        BufferLength(header, buffer.Length);
        return header.Over(buffer);
    }

    internal static SafetensorsFile Read(Stream stream)
    {
        long? left = stream.CanSeek ? stream.Length - stream.Position : null;
        var length = new byte[LengthBytes];
        var came = stream.ReadAtLeast(length, LengthBytes, throwOnEndOfStream: false);
        if (came < LengthBytes)
        {
            throw TooShort(came);
        }

        left -= LengthBytes;
        var headerBytes = HeaderLength(length, left);
        var header = SafetensorsHeader.Parse(ReadBlock(stream, headerBytes, left is not null, "header"));
        left -= headerBytes;
        var buffer = ReadBlock(stream, BufferLength(header, left), left is not null, "buffer");
        return stream.ReadByte() < 0
            ? header.Over(buffer)
            : throw new SafetensorsException($"There are bytes behind byte {header.Covered} of the buffer, where the last tensor ends.");
    }

    private static int HeaderLength(ReadOnlySpan<byte> file, long? left)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length > SafetensorsFile.LongestHeader)
        {
            throw new SafetensorsException(
                $"The first 8 bytes say that the header has {length} bytes; expected at most {SafetensorsFile.LongestHeader}.");
        }

        if ((long)length > left)
        {
            throw new SafetensorsException($"The first 8 bytes say that the header has {length} bytes; the file has only {left} more.");
        }

        return (int)length;
    }

    private static int BufferLength(SafetensorsHeader header, long? left)
    {
        if (header.Covered > left)
        {
            throw new SafetensorsException($"Tensors reach up to byte {header.Covered} of the buffer, which has {left} bytes.");
        }

        if (header.Covered < left)
        {
            throw new SafetensorsException($"The buffer has {left} bytes; the last tensor ends at byte {header.Covered}.");
        }

        return header.Covered <= SafetensorsFile.LongestBuffer
            ? (int)header.Covered
            : throw new SafetensorsException(
                $"Tensors reach up to byte {header.Covered} of the buffer; expected at most {SafetensorsFile.LongestBuffer} bytes.");
    }

    private static byte[] ReadBlock(Stream stream, int length, bool isThere, string what)
    {
        var block = new byte[isThere ? length : Math.Min(length, PieceBytes)];
        var filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(block.AsSpan(filled), block.Length - filled, throwOnEndOfStream: false);
            if (filled < block.Length)
            {
                throw new SafetensorsException($"The file ends after {filled} bytes of its {what}; expected {length}.");
            }

            if (filled == length)
            {
                return block;
            }

            Array.Resize(ref block, (int)Math.Min(length, 2L * filled));
        }
    }

    private static SafetensorsException TooShort(int length) =>
        new($"The file has {length} bytes; expected at least the {LengthBytes} that hold the header's length.");
}
