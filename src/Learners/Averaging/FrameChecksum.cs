using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace StreamLearn.Learners.Averaging;

/// <summary>The CRC-32C at the end of what replicas write: a flipped bit is found before it is averaged into a model.</summary>
internal static class FrameChecksum
{
    private const int Bytes = sizeof(uint);

    /// <summary>Ends a frame.</summary>
    internal static byte[] Seal(ArrayBufferWriter<byte> writer)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(writer.GetSpan(Bytes), Of(writer.WrittenSpan));
        writer.Advance(Bytes);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>The frame without its checksum; false where that is not the one of the frame.</summary>
    internal static bool TryOpen(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (bytes.Length < Bytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^Bytes..]) != Of(bytes[..^Bytes]))
        {
            return false;
        }

        frame = bytes[..^Bytes];
        return true;
    }

    private static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var part in bytes)
        {
            sum = BitOperations.Crc32C(sum, part);
        }

        return ~sum;
    }
}
