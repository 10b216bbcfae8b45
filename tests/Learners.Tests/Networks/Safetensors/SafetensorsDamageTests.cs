using System.Globalization;
using System.Text;
using StreamLearn.Learners.Networks.Safetensors;

namespace StreamLearn.Learners.Tests.Networks.Safetensors;

/// <summary>Everything that a file must not be, and that the message says so.</summary>
public sealed class SafetensorsDamageTests
{
    private const string A = """{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""";
    private const string B = """{"dtype":"F32","shape":[],"data_offsets":[8,12]}""";
    private const string Good = $$"""{"__metadata__":{"k":"v"},"a":{{A}},"b":{{B}}}""";

    /// <summary>A part of <see cref="Good"/>, what stands in its place, and a part of what must be said.</summary>
    public static TheoryData<string, string, string, string> Damages => new()
    {
        { "is empty", Good, "", "no JSON object: it is empty" },
        { "begins with a space", """{"__m""", """ {"__m""", "no JSON object: it begins with the byte 0x20" },
        { "begins with a byte order mark", """{"__m""", "\ufeff{\"__m", "begins with the byte 0xef" },
        { "is an array", Good, "[]", "begins with the byte 0x5b" },
        { "is not closed", "[8,12]}}", "[8,12]}", "not valid JSON" },
        { "is closed twice", "[8,12]}}", "[8,12]}}}", "not valid JSON" },
        { "has something behind it", "[8,12]}}", "[8,12]}} x", "not valid JSON" },
        { "has zeros behind it", "[8,12]}}", "[8,12]}}\0\0", "not valid JSON" },
        { "has a comment", "[8,12]}}", "[8,12]}/**/}", "not valid JSON" },
        { "has a trailing comma", "[8,12]}}", "[8,12]},}", "not valid JSON" },
        { "has NaN", "[2]", "[NaN]", "not valid JSON" },
        { "is nested deeper than any", "[2]", new string('[', 1000), "expected a number" },
        { "is nested deeper than any in some field", "\"shape\":[2]", "\"x\":" + new string('[', 1000), "unknown field 'x'" },
        { "has half a surrogate pair in a name", "\"a\"", "\"\\ud800\"", "a name is no valid Unicode" },
        { "has half a surrogate pair in a type", "\"F32\",\"shape\":[2]", "\"\\udc00\",\"shape\":[2]", "its dtype is no valid Unicode" },
        { "has half a surrogate pair in the metadata", "\"v\"", "\"\\ud800\"", "'k' is no valid Unicode" },
        { "has metadata that are no object", """{"k":"v"}""", "\"v\"", "The metadata has a string; expected an object" },
        { "has metadata that are null", """{"k":"v"}""", "null", "The metadata has null; expected an object" },
        { "has a number in the metadata", "\"v\"", "1", "The metadata: 'k' has a number; expected a string" },
        { "has an object in the metadata", "\"v\"", "{}", "The metadata: 'k' has an object; expected a string" },
        { "has a key of the metadata twice", "\"v\"", "\"v\",\"k\":\"v\"", "The metadata has 'k' twice" },
        { "has the metadata twice", "\"a\"", "\"__metadata__\":{},\"a\"", "The header has '__metadata__' twice" },
        { "has a tensor twice", "\"b\"", "\"a\"", "The header has 'a' twice" },
        { "has a tensor twice, escaped", "\"b\"", "\"\\u0061\"", "The header has 'a' twice" },
        { "has a tensor that is no object", A, "[]", "'a' has an array; expected an object" },
        { "has a tensor that is null", A, "null", "'a' has null; expected an object" },
        { "has no dtype", """{"dtype":"F32","shape":[2],""", """{"shape":[2],""", "'a' has no field 'dtype'" },
        { "has no shape", "\"shape\":[2],", "", "'a' has no field 'shape'" },
        { "has no data_offsets", ",\"data_offsets\":[0,8]", "", "'a' has no field 'data_offsets'" },
        { "has a field twice", "\"shape\":[2]", "\"shape\":[2],\"shape\":[2]", "'a' has 'shape' twice" },
        { "has a field that is not known", "\"shape\":[2]", "\"shape\":[2],\"strides\":[1]", "'a' has an unknown field 'strides'" },
        { "has a dtype that is a number", "\"dtype\":\"F32\",\"shape\":[2]", "\"dtype\":32,\"shape\":[2]", "its dtype has a number" },
        { "has a shape that is a number", "[2]", "2", "its shape has a number; expected an array" },
        { "has a shape of strings", "[2]", "[\"2\"]", "its shape has a string; expected a number" },
        { "has a shape with true", "[2]", "[true]", "its shape has true or false; expected a number" },
        { "has a negative size", "[2]", "[-2]", "its shape has a number that is no whole number from 0" },
        { "has two negative sizes", "[2]", "[-2,-1]", "its shape has a number that is no whole number from 0" },
        { "has a fraction as size", "[2]", "[2.0]", "its shape has a number that is no whole number from 0" },
        { "has an exponent in a size", "[2]", "[2e0]", "its shape has a number that is no whole number from 0" },
        { "has a size above 2^63", "[2]", "[9223372036854775808]", "its shape has a number that is no whole number from 0" },
        { "has a size of a thousand digits", "[2]", $"[{new string('9', 1000)}]", "its shape has a number that is no whole number from 0" },
        { "has a product of sizes that wraps to 2", "[2]", "[4611686018427387905,4,2]", "its size overflows" },
        { "has a product of bytes that wraps to 8", "[2]", "[4611686018427387906]", "its size overflows" },
        { "has 65 dimensions", "[2]", $"[{string.Join(',', Enumerable.Repeat(1, 65))}]", "its shape has more than 64 entries" },
        { "has offsets that are an object", "[0,8]", "{}", "its data_offsets has an object; expected an array" },
        { "has one offset", "[0,8]", "[0]", "has 1 data_offsets; expected a begin and an end" },
        { "has three offsets", "[0,8]", "[0,8,8]", "has 3 data_offsets; expected a begin and an end" },
        { "has no offsets", "[0,8]", "[]", "has 0 data_offsets; expected a begin and an end" },
        { "has negative offsets", "[0,8]", "[-8,0]", "its data_offsets has a number that is no whole number from 0" },
        { "has reversed offsets", "[0,8]", "[8,0]", "'a' begins at byte 8 of the buffer, behind its end at 0" },
        { "has offsets too near for the shape", "[2]", "[3]", "'a' has 8 bytes of the buffer, 0 to 8; its shape [3] of F32 takes 12" },
        { "has offsets too far for the shape", "[2]", "[1]", "'a' has 8 bytes of the buffer, 0 to 8; its shape [1] of F32 takes 4" },
        { "has another size because of its type", "\"F32\",\"shape\":[2]", "\"F64\",\"shape\":[2]", "its shape [2] of F64 takes 16" },
        { "has a type of half bytes that do not add up", "\"F32\",\"shape\":[2]", "\"F4\",\"shape\":[3]", "12 bits are no whole bytes" },
        { "has the same bytes twice", "[8,12]", "[4,8]", "'b' begins at byte 4" },
        { "has an overlap", "[8,12]", "[7,11]", "'b' begins at byte 7 of the buffer and overlaps another, which ends at 8" },
        { "has a hole", "[8,12]", "[9,13]", "'b' begins at byte 9 of the buffer, after a hole: no tensor has the bytes from 8 on" },
        { "has a hole at the front", "[2],\"data_offsets\":[0,8]", "[1],\"data_offsets\":[4,8]", "from 0 on" },
        { "reaches beyond the buffer", "[],\"data_offsets\":[8,12]", "[2],\"data_offsets\":[8,16]", "byte 16 of the buffer, which has 12" },
        { "ends before the buffer", $",\"b\":{B}", "", "has 12 bytes; the last tensor ends at byte 8" },
        { "covers nothing", Good, "{}", "has 12 bytes; the last tensor ends at byte 0" },
        {
            "reaches up to 2^57", "[],\"data_offsets\":[8,12]", "[36028797018963966],\"data_offsets\":[8,144115188075855872]",
            "Tensors reach up to byte 144115188075855872 of the buffer, which has 12"
        },
    };

    [Fact]
    public void Given_the_file_that_is_damaged_below_When_nothing_is_changed_Then_it_is_read()
    {
        Assert.Equal(["a", "b"], EveryWay.Read(HandMade.File(Good, new byte[12])).Tensors.Select(tensor => tensor.Name));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Given_a_damaged_header_When_it_is_read_Then_it_is_refused_with_the_reason(
        string header, string part, string replacement, string reason)
    {
        Assert.True(Good.Split(part).Length == 2, $"A header that {header}: '{part}' must be in it once.");

        var refusal = EveryWay.Refusal(HandMade.File(Good.Replace(part, replacement, StringComparison.Ordinal), new byte[12]));

        Assert.Contains(reason, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "The file has 0 bytes; expected at least the 8")]
    [InlineData(7, "The file has 7 bytes; expected at least the 8")]
    [InlineData(8, "the header has 132 bytes; the file has only 0 more")]
    [InlineData(139, "the header has 132 bytes; the file has only 131 more")]
    [InlineData(140, "up to byte 12 of the buffer, which has 0 bytes")]
    [InlineData(151, "up to byte 12 of the buffer, which has 11 bytes")]
    public void Given_a_file_that_was_cut_off_When_it_is_read_Then_the_reason_says_where(int length, string reason)
    {
        Assert.Contains(reason, EveryWay.Refusal(HandMade.File(Good, new byte[12])[..length]), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_file_cut_off_anywhere_or_one_byte_longer_When_it_is_read_Then_it_is_refused()
    {
        var file = HandMade.File(Good, new byte[12]);

        for (var length = 0; length < file.Length; length++)
        {
            EveryWay.Refusal(file[..length]);
        }

        EveryWay.Refusal([.. file, 0]);
    }

    [Fact]
    public void Given_streams_of_unknown_length_When_bytes_are_missing_or_too_many_Then_the_reason_says_where()
    {
        var file = HandMade.File(Good, new byte[12]);

        Assert.Contains("ends after 100 bytes of its header; expected 132", Refusal(file[..108]), StringComparison.Ordinal);
        Assert.Contains("ends after 5 bytes of its buffer; expected 12", Refusal(file[..^7]), StringComparison.Ordinal);
        Assert.Contains("bytes behind byte 12 of the buffer", Refusal([.. file, 0]), StringComparison.Ordinal);

        static string Refusal(byte[] bytes)
        {
            using var stream = new TrickleStream(bytes, atOnce: 50);
            return Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(stream)).Message;
        }
    }

    [Theory]
    [InlineData("ffffffffffffffff", "18446744073709551615 bytes; expected at most 100000000")]
    [InlineData("0000000000000080", "9223372036854775808 bytes; expected at most 100000000")]
    [InlineData("01e1f50500000000", "100000001 bytes; expected at most 100000000")]
    [InlineData("00e1f50500000000", "100000000 bytes; the file has only 2 more")]
    [InlineData("0300000000000000", "3 bytes; the file has only 2 more")]
    [InlineData("0100000000000000", "not valid JSON")]
    [InlineData("0000000000000000", "it is empty")]
    public void Given_a_wrong_length_of_the_header_When_it_is_read_Then_it_is_refused(string length, string reason)
    {
        Assert.Contains(reason, EveryWay.Refusal([.. Convert.FromHexString(length), .. "{}"u8]), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_bytes_that_are_no_utf8_When_they_are_read_Then_they_are_refused()
    {
        var header = Encoding.UTF8.GetBytes(Good);
        header[Array.IndexOf(header, (byte)'k')] = 0xff;

        Assert.Contains("not valid UTF-8", EveryWay.Refusal(HandMade.File(header, new byte[12])), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_very_long_name_When_something_is_wrong_with_it_Then_the_message_stays_short()
    {
        var name = new string('n', 1_000_000);

        var refusal = EveryWay.Refusal(HandMade.File($$$"""{"{{{name}}}":{"{{{name}}}":1}}"""));

        Assert.InRange(refusal.Length, 200, 400);
    }

    public static TheoryData<string, byte[]> Promises => new()
    {
        { "a header of 100 MB", [0x00, 0xe1, 0xf5, 0x05, 0, 0, 0, 0, .. "{}"u8] },
        { "two gigabytes of numbers", Promise(Array.MaxLength) },
        { "half an exabyte of numbers", Promise(1L << 59) },
    };

    [Theory]
    [MemberData(nameof(Promises))]
    public void Given_a_small_file_that_promises_much_When_it_is_read_Then_no_memory_is_taken_for_it(string promise, byte[] file)
    {
        using var seekable = new MemoryStream(file);
        using var trickle = new TrickleStream(file, atOnce: 50);
        Stream[] streams = [seekable, trickle];
        EveryWay.Refusal(file);

        foreach (var stream in streams)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(stream));
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated < 200_000,
                string.Create(CultureInfo.InvariantCulture, $"{promise}: expected less than 200000 bytes, got {allocated} of {stream}"));
        }
    }

    [Fact]
    public void Given_more_than_two_gigabytes_of_numbers_When_they_are_read_Then_the_limit_is_named()
    {
        using var stream = new TrickleStream(Promise(Array.MaxLength + 1L), atOnce: 50);

        Assert.Contains(
            "expected at most 2147483591 bytes",
            Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(stream)).Message,
            StringComparison.Ordinal);
    }

    private static byte[] Promise(long bytes) =>
        HandMade.File($$$"""{"a":{"dtype":"U8","shape":[{{{bytes}}}],"data_offsets":[0,{{{bytes}}}]}}""", new byte[100]);
}
