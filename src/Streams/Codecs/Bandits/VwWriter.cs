using System.Buffers;
using System.Globalization;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>Puts text and numbers of Vowpal Wabbit's formats into a buffer.</summary>
internal static class VwWriter
{
    private const int LongestNumber = 32;

    internal static void Write(this IBufferWriter<byte> output, int number)
    {
        number.TryFormat(output.GetSpan(LongestNumber), out var length, provider: CultureInfo.InvariantCulture);
        output.Advance(length);
    }

    /// <param name="output">Where to.</param>
    /// <param name="number">A finite number.</param>
    /// <param name="format">Default: the shortest text that is read as the same number.</param>
    internal static void Write(this IBufferWriter<byte> output, double number, ReadOnlySpan<char> format = default)
    {
        number.TryFormat(output.GetSpan(LongestNumber), out var length, format, CultureInfo.InvariantCulture);
        output.Advance(length);
    }

    internal static void Write(this IBufferWriter<byte> output, float number)
    {
        number.TryFormat(output.GetSpan(LongestNumber), out var length, provider: CultureInfo.InvariantCulture);
        output.Advance(length);
    }

    /// <summary>A tag: what would end it becomes an underscore.</summary>
    internal static void WriteTag(this IBufferWriter<byte> output, ReadOnlySpan<byte> tag)
    {
        output.Write("'"u8);
        var span = output.GetSpan(Math.Max(1, tag.Length))[..tag.Length];
        for (var i = 0; i < tag.Length; i++)
        {
            span[i] = tag[i] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or VwText.Bar ? (byte)'_' : tag[i];
        }

        output.Advance(tag.Length);
    }
}
