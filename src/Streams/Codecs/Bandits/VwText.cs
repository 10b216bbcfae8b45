using System.Globalization;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>Takes words and numbers off Vowpal Wabbit's text.</summary>
internal static class VwText
{
    internal static ReadOnlySpan<byte> Blanks => " \t"u8;

    internal const byte Bar = (byte)'|';
    internal const byte Colon = (byte)':';

    /// <summary>Takes the next word off the front; empty: there is none.</summary>
    internal static ReadOnlySpan<byte> TakeWord(ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(Blanks);
        var end = text.IndexOfAny(Blanks);
        var word = end < 0 ? text : text[..end];
        text = text[word.Length..];
        return word;
    }

    /// <summary>Takes off what is before a colon, and the colon; without one, all.</summary>
    internal static ReadOnlySpan<byte> TakePart(ref ReadOnlySpan<byte> text, out bool more)
    {
        var colon = text.IndexOf(Colon);
        more = colon >= 0;
        var part = more ? text[..colon] : text;
        text = more ? text[(colon + 1)..] : default;
        return part;
    }

    /// <summary>Reads a number, also one that is not finite.</summary>
    internal static bool TryReadNumber(ReadOnlySpan<byte> text, out double number)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        // As C has it.
        number = double.NaN;
        return System.Text.Ascii.EqualsIgnoreCase(text.TrimStart("+-"u8), "inf"u8);
    }
}
