using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamLearn.Streams.Codecs;

/// <summary>Event times: read in the form they come in, kept as milliseconds since 1970, written in the form they came in.</summary>
internal static class EventTime
{
    /// <summary>Longest text that may be a time.</summary>
    internal const int LongestText = 64;

    /// <summary>Largest magnitude of an instant, ms: a forecast's time, some steps after it, must still be one of 64 bits.</summary>
    internal const long Largest = long.MaxValue / 2;

    // What .NET reads of the fraction of a second.
    private const int FractionDigits = 7;

    private static readonly string[] IsoFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd",
    ];

    /// <summary>Reads a number; false where it is no instant.</summary>
    internal static bool TryFromNumber(double number, TimeUnit unit, out long milliseconds, out TimeUnit form)
    {
        form = FormOf(Math.Abs(number), unit);
        var scaled = form switch
        {
            TimeUnit.Seconds => number * 1e3,
            TimeUnit.Milliseconds => number,
            TimeUnit.Microseconds => number / 1e3,
            _ => number / 1e6,
        };
        var inRange = Math.Abs(scaled) < Largest;
        milliseconds = inRange ? (long)Math.Round(scaled) : 0;
        return inRange;
    }

    /// <summary>Reads a whole number exactly; false where it is no instant.</summary>
    internal static bool TryFromWhole(long number, TimeUnit unit, out long milliseconds, out TimeUnit form)
    {
        form = FormOf(Math.Abs((double)number), unit);
        var scaled = form switch
        {
            TimeUnit.Seconds => (Int128)number * 1000,
            TimeUnit.Milliseconds => number,
            TimeUnit.Microseconds => number / 1000,
            _ => number / 1_000_000,
        };
        var inRange = scaled <= Largest && scaled >= -Largest;
        milliseconds = inRange ? (long)scaled : 0;
        return inRange;
    }

    /// <summary>Reads ISO 8601 in UTF-8.</summary>
    internal static bool TryFromIso(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length is 0 or > LongestText)
        {
            return false;
        }

        Span<char> chars = stackalloc char[LongestText];
        if (!Encoding.UTF8.TryGetChars(text, chars, out var length))
        {
            return false;
        }

        var parsed = DateTimeOffset.TryParseExact(
            WithoutFinerDigits(chars[..length]), IsoFormats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time);
        milliseconds = parsed ? time.ToUnixTimeMilliseconds() : 0;
        return parsed;
    }

    /// <summary>Go, Java and numpy write nanoseconds: digits finer than 100 ns are left out, for .NET refuses them.</summary>
    private static Span<char> WithoutFinerDigits(Span<char> text)
    {
        var fraction = text.IndexOf('.') + 1;
        var end = fraction;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        if (fraction == 0 || end <= fraction + FractionDigits)
        {
            return text;
        }

        text[end..].CopyTo(text[(fraction + FractionDigits)..]);
        return text[..(text.Length - end + fraction + FractionDigits)];
    }

    /// <summary>Reads text that is a number or ISO 8601, as CSV has it.</summary>
    internal static bool TryFromText(ReadOnlySpan<byte> text, TimeUnit unit, out long milliseconds, out TimeUnit form)
    {
        // The last column may end with a line break.
        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole))
        {
            return TryFromWhole(whole, unit, out milliseconds, out form);
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return TryFromNumber(number, unit, out milliseconds, out form);
        }

        form = TimeUnit.Iso;
        return TryFromIso(text, out milliseconds);
    }

    /// <summary>Writes a time in the form in which its record had it.</summary>
    internal static void Write(Utf8JsonWriter writer, JsonEncodedText name, long milliseconds, TimeUnit form)
    {
        switch (form)
        {
            case TimeUnit.Seconds when milliseconds % 1000 == 0:
                writer.WriteNumber(name, milliseconds / 1000);
                break;
            case TimeUnit.Seconds:
                writer.WriteNumber(name, milliseconds / 1000m);
                break;
            case TimeUnit.Microseconds:
                writer.WriteNumber(name, milliseconds * 1000m);
                break;
            case TimeUnit.Nanoseconds:
                writer.WriteNumber(name, milliseconds * 1_000_000m);
                break;
            case TimeUnit.Iso when milliseconds is >= -62135596800000 and <= 253402300799999:
                Span<char> text = stackalloc char[32];
                DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                    .TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
                writer.WriteString(name, text[..length]);
                break;
            default:
                writer.WriteNumber(name, milliseconds);
                break;
        }
    }

    private static TimeUnit FormOf(double magnitude, TimeUnit unit) => unit != TimeUnit.Auto ? unit : magnitude switch
    {
        < 1e11 => TimeUnit.Seconds,
        < 1e14 => TimeUnit.Milliseconds,
        < 1e17 => TimeUnit.Microseconds,
        _ => TimeUnit.Nanoseconds,
    };
}
