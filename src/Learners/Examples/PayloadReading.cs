using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace StreamLearn.Learners.Examples;

/// <summary>Takes the parts of a payload from its front, as <see cref="PayloadWriter"/> has written them; false: it is too short.</summary>
internal static class PayloadReading
{
    private const int LengthBytes = 2;

    internal static bool TryTake(scoped ref ReadOnlySpan<byte> bytes, long count, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (count < 0 || count > bytes.Length)
        {
            return false;
        }

        taken = bytes[..(int)count];
        bytes = bytes[(int)count..];
        return true;
    }

    /// <summary>Length (2 bytes), then as many bytes.</summary>
    internal static bool TryTakeText(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> text)
    {
        text = default;
        return TryTake(ref bytes, LengthBytes, out var length) && TryTake(ref bytes, BinaryPrimitives.ReadUInt16LittleEndian(length), out text);
    }

    internal static bool TryTakeFloats(scoped ref ReadOnlySpan<byte> bytes, long count, out ReadOnlySpan<float> floats)
    {
        var taken = TryTake(ref bytes, count * sizeof(float), out var raw);
        floats = MemoryMarshal.Cast<byte, float>(raw);
        return taken;
    }
}
