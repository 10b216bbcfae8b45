using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs;

public class CounterDecodingTests
{
    [Theory]
    [InlineData("0", 0ul)]
    [InlineData("9007199254740993", 9007199254740993ul)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("12.0", 12ul)]
    [InlineData("1e3", 1000ul)]
    [InlineData("-0.0", 0ul)]
    public void Given_a_whole_number_When_it_is_decoded_Then_the_reading_is_exact(string number, ulong reading)
    {
        foreach (var format in (string[])["json", "csv"])
        {
            var decoded = Decoded.Example(Schema(format, ValueKind.Counter64), Record(format, number));

            Assert.Equal([reading], decoded.Examples.Readings);
            Assert.Equal([(double)reading], decoded.Numbers());
        }
    }

    [Theory]
    [InlineData("9007199254740993\r\n", 9007199254740993ul)]
    [InlineData("18446744073709551615\n", ulong.MaxValue)]
    [InlineData("+18446744073709551615", ulong.MaxValue)]
    public void Given_a_reading_at_the_end_of_a_line_When_it_is_decoded_Then_the_line_break_does_not_make_it_inexact(
        string number, ulong reading) =>
        Assert.Equal([reading], Decoded.Example(Schema("csv", ValueKind.Counter64), Record("csv", number)).Examples.Readings);

    [Theory]
    [InlineData("-1", ValueKind.Counter64)]
    [InlineData("1.5", ValueKind.Counter64)]
    [InlineData("18446744073709551616", ValueKind.Counter64)]
    [InlineData("1e30", ValueKind.Counter64)]
    [InlineData("4294967296", ValueKind.Counter32)]
    [InlineData("4294967296.0", ValueKind.Counter32)]
    public void Given_a_number_that_no_counter_says_When_it_is_decoded_Then_it_is_a_dead_letter(string number, ValueKind kind)
    {
        foreach (var format in (string[])["json", "csv"])
        {
            Assert.Equal(("bad-counter", "value"), Decoded.Refusal(Schema(format, kind), Record(format, number)));
        }
    }

    [Fact]
    public void Given_32_bits_When_the_largest_reading_comes_Then_it_is_taken() =>
        Assert.Equal(
            [(ulong)uint.MaxValue],
            Decoded.Example(Schema("json", ValueKind.Counter32), Record("json", "4294967295")).Examples.Readings);

    [Fact]
    public void Given_bad_readings_and_a_tombstone_between_good_ones_When_they_are_decoded_Then_each_example_has_its_own()
    {
        var schema = Schema("json", ValueKind.Counter64);
        var decoder = schema.CreateDecoder();
        string?[] values = [Json("7"), Json("-7"), null, Json("8"), Json("\"9\""), Json("10")];

        var builder = new StreamLearn.Streams.Records.RecordBatchBuilder("t", 0, values.Length, 1 << 16);
        for (var i = 0; i < values.Length; i++)
        {
            builder.Add(i, 0, "a"u8, hasKey: true, System.Text.Encoding.UTF8.GetBytes(values[i] ?? ""), hasValue: values[i] is not null);
        }

        var decoded = decoder.Decode(builder.Build(0));

        Assert.Equal([7ul, 0, 8, 10], decoded.Examples.Readings);
        Assert.Equal(["bad-counter", "wrong-type"], decoded.DeadLetters.Select(letter => letter.Reason));
    }

    [Fact]
    public void Given_gauges_When_they_are_decoded_Then_there_are_no_readings() =>
        Assert.Empty(Decoded.Example(Schema("json", ValueKind.Gauge), Record("json", "-1.5")).Examples.Readings);

    private static RecordSchema Schema(string format, ValueKind kind) =>
        new() { Format = format, Columns = ["key", "time", "value"], ValueKind = kind };

    private static StreamLearn.Streams.Records.RecordBatch Record(string format, string number) =>
        BatchOf.Values(format == "json" ? Json(number) : $"a,1,{number}");

    private static string Json(string number) => $$"""{"key":"a","time":1,"value":{{number}}}""";
}
