using System.Buffers.Binary;
using System.Collections.Frozen;

namespace StreamLearn.Learners.Networks.Safetensors;

/// <summary>The format's types of numbers: how large they are, and the value of those that become float32.</summary>
internal static class SafetensorsDtype
{
    internal const string Float32 = "F32";

    private const string Float64 = "F64";
    private const string Float16 = "F16";
    private const string BrainFloat16 = "BF16";

    private static readonly FrozenDictionary<string, int> Bits = new Dictionary<string, int>
    {
        ["F4"] = 4,
        ["F6_E2M3"] = 6,
        ["F6_E3M2"] = 6,
        ["BOOL"] = 8,
        ["U8"] = 8,
        ["I8"] = 8,
        ["F8_E5M2"] = 8,
        ["F8_E4M3"] = 8,
        ["F8_E8M0"] = 8,
        ["F8_E4M3FNUZ"] = 8,
        ["F8_E5M2FNUZ"] = 8,
        ["I16"] = 16,
        ["U16"] = 16,
        [Float16] = 16,
        [BrainFloat16] = 16,
        ["I32"] = 32,
        ["U32"] = 32,
        [Float32] = 32,
        ["C64"] = 64,
        [Float64] = 64,
        ["I64"] = 64,
        ["U64"] = 64,
    }.ToFrozenDictionary();

    /// <summary>Bits of a number, or null for a type that came to the format after this was written.</summary>
    internal static int? BitsOf(string dtype) => Bits.TryGetValue(dtype, out var bits) ? bits : null;

    /// <summary>Whether its numbers can become float32.</summary>
    internal static bool IsConverted(string dtype) => dtype is Float32 or Float64 or Float16 or BrainFloat16;

    /// <summary>The number at an index, exactly: double holds all of these types.</summary>
    internal static double NumberAt(int index, string dtype, ReadOnlySpan<byte> data) => dtype switch
    {
        Float32 => BinaryPrimitives.ReadSingleLittleEndian(data[(index * sizeof(float))..]),
        Float64 => BinaryPrimitives.ReadDoubleLittleEndian(data[(index * sizeof(double))..]),
        Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(data[(index * sizeof(ushort))..]),
        BrainFloat16 => UpperHalf(BinaryPrimitives.ReadUInt16LittleEndian(data[(index * sizeof(ushort))..])),
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "It does not become float32."),
    };

    private static float UpperHalf(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
