using System.Text;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Streams.Tests.Fuzzing;

/// <summary>Records of the fields key, time, value and x: good ones, damaged ones, and any bytes at all.</summary>
internal static class RecordMutator
{
    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1.5e3", "1e308", "1e309", "-1e-400", "1e99999999999999999999", "0.1", "4.9e-324", "9007199254740993", "NaN",
        "Infinity",
        "-Infinity", "18446744073709551615", "18446744073709551616", "9223372036854775807", "-9223372036854775808", "4294967295",
        "4294967296",
        "12.0", "1.0E+2", "01", "+1", "1.", ".5", "0x10", "1_0", "1,5", "1e", "--1", "\u0661",
        "999999999999999999999999999999999999999999999999",
    ];

    private static readonly string[] Times =
    [
        "1700000000", "1700000000.123", "1700000000123", "1700000000123456", "1700000000123456789", "99999999999", "100000000000",
        "1e10", "1e300",
        "-1", "-62135596800000", "2023-11-14T22:13:20Z", "2023-11-14 22:13:20.123456789+01:00", "2023-11-14",
        "9999-12-31T23:59:59.9999999-14:00",
        "0001-01-01T00:00:00+14:00", "2023-02-30", "2016-12-31T23:59:60Z", "2023-11-14T24:00Z", "2023-11-14T22:13:20.1234567890123456789Z",
        "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20+99:99", "20231114T221320Z", "14/11/2023", "Tue, 14 Nov 2023 22:13:20 GMT", "now",
    ];

    private static readonly string[] Keys =
    [
        "link-1", "a", "", "7", "-0", " ", "caf\u00e9", "\U0001F600", "k\u0000k", new string('k', 1024), new string('k', 1025),
    ];

    private static readonly byte[][] JsonPieces =
    [
        .. Utf8(
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "\\ud800", "\\udc00\\ud800", "\\ud83d\\ude00", "\\u002B", "\\n",
            "\\x", "null", "true",
            "false", "{}", "[]", "//", "/*", "\uFEFF", "\r\n", " ", "\"key\":", "\"time\":", "\"value\":", "\"x\":", "\"k\\u0065y\":",
            "\"KEY\":",
            ",\"value\":2", ",\"value\":null", ",\"key\":{\"key\":1}", ",\"time\":[]", ",\"unused\":[[[{\"a\":{}}]]]",
            "[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":",
            ",\"u\":\"" + new string('\\', 40) + "\"", ",\"key\":\"" + new string('k', 400) + "\""),
        .. Utf8(Numbers), .. Utf8([.. Times.Select(time => $"\"{time}\"")]), .. Utf8(Times), .. Utf8([.. Keys.Select(key => $"\"{key}\"")]),
        [0xef, 0xbb, 0xbf], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf8], [0xff, 0xfe], [0xf0, 0x9f, 0x98], [0],
    ];

    private static readonly byte[][] TimePieces =
    [
        .. Utf8("0", "9", "99", "-", "+", ":", "T", "t", " ", "Z", "z", ".", ".123456789", "+14:00", "-00:00", "+24:00", "e9", "E-3",
            "0000", "\u0660"),
        .. Utf8("W46", "-318", "2024-02-29", "1900-02-29", "23:59:60", "24:00", "\u2212", "\uFF0D", "1970-01-01"), [0xff], [0],
    ];

    private static readonly byte[][] CsvPieces =
    [
        .. Utf8(",", ",,", "\"", "\"\"", "\"\"\"", "\",\"", "\r\n", "\n", "\r", " ", "\t", ";", "\uFEFF", "\\\"", "'"),
        .. Utf8(Numbers), .. Utf8(Times), .. Utf8(Keys), .. Utf8([.. Keys.Select(key => $"\"{key}\"")]),
        [0xef, 0xbb, 0xbf], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf8], [0xff, 0xfe], [0],
    ];

    // The producer's word, as all else.
    private static readonly long[] Timestamps = [-1, 0, 1_700_000_000_000, 1_700_000_000_001, long.MaxValue, long.MinValue];

    /// <summary>A record of a format.</summary>
    internal static FuzzRecord Record(ByteMutator mutator, string format) =>
        new(Key(mutator), Value(mutator, format), mutator.One(Timestamps));

    /// <summary>Something like a time, without a quote, a separator or a backslash.</summary>
    internal static byte[] Time(ByteMutator mutator)
    {
        var good = Encoding.UTF8.GetBytes(mutator.One(mutator.Below(4) == 0 ? Numbers : Times));
        var time = mutator.Below(3) == 0 ? good : mutator.Mutate(good, TimePieces);
        return [.. time.Where(c => !"\",\\"u8.Contains(c))];
    }

    private static byte[]? Value(ByteMutator mutator, string format)
    {
        var pieces = format == "json" ? JsonPieces : CsvPieces;
        return mutator.Below(20) switch
        {
            0 => null,
            1 or 2 => mutator.Bytes(300),
            3 => [.. Enumerable.Range(0, mutator.Below(30)).SelectMany(_ => mutator.One(pieces))],
            4 or 5 => Good(mutator, format),
            _ => mutator.Mutate(Good(mutator, format), pieces),
        };
    }

    private static byte[]? Key(ByteMutator mutator) => mutator.Below(4) switch
    {
        0 => null,
        1 => mutator.Bytes(20),
        _ => Encoding.UTF8.GetBytes(mutator.One(Keys)),
    };

    private static byte[] Good(ByteMutator mutator, string format)
    {
        var key = mutator.One(Keys);
        var time = mutator.One(Times);
        var (value, x) = (mutator.One(Numbers), mutator.One(Numbers));
        if (format == "csv")
        {
            return Encoding.UTF8.GetBytes($"{(mutator.Below(2) == 0 ? key : $"\"{key}\"")},{time},{value},{x}");
        }

        var quoted = char.IsAsciiDigit(time[0]) && mutator.Below(2) == 0 ? time : $"\"{time}\"";
        var escaped = key.Replace("\0", "\\u0000", StringComparison.Ordinal);
        List<string> fields =
        [
            $"\"key\":\"{escaped}\"", $"\"time\":{quoted}", $"\"value\":{value}", $"\"x\":{x}", "\"unused\":{\"a\":[1,\"b\",null]}",
        ];
        return Encoding.UTF8.GetBytes("{" + string.Join(',', fields.OrderBy(_ => mutator.Below(5))) + "}");
    }

    private static byte[][] Utf8(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
