using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace StreamLearn.Learners.Averaging;

/// <summary>Writes little-endian numbers.</summary>
internal static class ByteWriter
{
    internal static void Write(this ArrayBufferWriter<byte> writer, byte value)
    {
        writer.GetSpan(1)[0] = value;
        writer.Advance(1);
    }

    internal static void Write(this ArrayBufferWriter<byte> writer, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(writer.GetSpan(sizeof(int)), value);
        writer.Advance(sizeof(int));
    }

    internal static void Write(this ArrayBufferWriter<byte> writer, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(writer.GetSpan(sizeof(long)), value);
        writer.Advance(sizeof(long));
    }

    internal static void Write(this ArrayBufferWriter<byte> writer, float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(writer.GetSpan(sizeof(float)), value);
        writer.Advance(sizeof(float));
    }

    /// <summary>Writes numbers as they lie in memory, which is little-endian on every machine that runs this.</summary>
    internal static void WriteAll(this ArrayBufferWriter<byte> writer, ReadOnlySpan<float> values) => writer.Write(MemoryMarshal.AsBytes(values));

    /// <summary>Writes a number of 0 or more in 7 bits a byte, the lowest first.</summary>
    internal static void WriteCompact(this ArrayBufferWriter<byte> writer, int value)
    {
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
        {
            writer.Write((byte)(rest | 0x80));
        }

        writer.Write((byte)rest);
    }

    /// <summary>Bytes that <see cref="WriteCompact"/> takes.</summary>
    internal static int CompactBytes(int value) => value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
}
