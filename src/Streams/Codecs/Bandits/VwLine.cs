namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>A line of Vowpal Wabbit's text: labels, a tag, and features from the first bar on.</summary>
internal readonly ref struct VwLine
{
    private const byte Quote = (byte)'\'';

    /// <summary>What is before the tag; one word for each label.</summary>
    internal ReadOnlySpan<byte> Labels { get; private init; }

    /// <summary>The tag; empty: none.</summary>
    internal ReadOnlySpan<byte> Tag { get; private init; }

    /// <summary>From the first bar on.</summary>
    internal ReadOnlySpan<byte> Features { get; private init; }

    /// <summary>Whether the line has what actions share.</summary>
    internal bool IsShared => Labels.SequenceEqual("shared"u8);

    /// <summary>Takes a line apart; false where it has no bar, or a label that touches it, which VW would take as a tag.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> text, out VwLine line)
    {
        line = default;
        var bar = text.IndexOf(VwText.Bar);
        if (bar < 0)
        {
            return false;
        }

        var head = text[..bar];
        var labels = head.Trim(VwText.Blanks);
        var start = labels.LastIndexOfAny(VwText.Blanks) + 1;
        var last = labels[start..];
        var touches = head.Length > 0 && !VwText.Blanks.Contains(head[^1]);
        var quoted = last.Length > 0 && last[0] == Quote;
        if (touches && !quoted && (last.Contains(VwText.Colon) || last.SequenceEqual("shared"u8)))
        {
            return false;
        }

        var tagged = last.Length > 0 && (touches || quoted);
        line = new VwLine
        {
            Labels = tagged ? labels[..start].TrimEnd(VwText.Blanks) : labels,
            Tag = tagged ? last[(quoted ? 1 : 0)..] : default,
            Features = text[bar..],
        };
        return true;
    }
}
