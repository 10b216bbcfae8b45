using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs;

/// <summary>How both decoders read times.</summary>
public class EventTimeTests
{
    private const long Instant = 1_700_000_000_123;

    [Theory]
    [InlineData("1700000000", TimeUnit.Auto, 1_700_000_000_000, TimeUnit.Seconds)]
    [InlineData("1700000000.123", TimeUnit.Auto, Instant, TimeUnit.Seconds)]
    [InlineData("1.7e9", TimeUnit.Auto, 1_700_000_000_000, TimeUnit.Seconds)]
    [InlineData("-1", TimeUnit.Auto, -1000, TimeUnit.Seconds)]
    [InlineData("0", TimeUnit.Auto, 0, TimeUnit.Seconds)]
    [InlineData("99999999999", TimeUnit.Auto, 99_999_999_999_000, TimeUnit.Seconds)]
    [InlineData("100000000000", TimeUnit.Auto, 100_000_000_000, TimeUnit.Milliseconds)]
    [InlineData("1700000000123", TimeUnit.Auto, Instant, TimeUnit.Milliseconds)]
    [InlineData("1700000000123456", TimeUnit.Auto, Instant, TimeUnit.Microseconds)]
    [InlineData("1700000000123456789", TimeUnit.Auto, Instant, TimeUnit.Nanoseconds)]
    [InlineData("5", TimeUnit.Seconds, 5000, TimeUnit.Seconds)]
    [InlineData("5", TimeUnit.Milliseconds, 5, TimeUnit.Milliseconds)]
    [InlineData("5000", TimeUnit.Microseconds, 5, TimeUnit.Microseconds)]
    [InlineData("5000000", TimeUnit.Nanoseconds, 5, TimeUnit.Nanoseconds)]
    [InlineData("1.5", TimeUnit.Seconds, 1500, TimeUnit.Seconds)]
    [InlineData("1700000000123", TimeUnit.Seconds, 1_700_000_000_123_000, TimeUnit.Seconds)]
    public void Given_a_number_When_it_is_a_time_Then_it_is_read_in_its_unit(string number, TimeUnit unit, long milliseconds, TimeUnit form)
    {
        var json = Decoded.Example(new RecordSchema { TimeUnit = unit }, $$"""{"key":"a","time":{{number}},"value":1}""");
        var csv = Decoded.Example(Csv(unit), $"a,{number},1");

        Assert.Equal((milliseconds, form), (json.Examples.Times[0], json.TimeForms[0]));
        Assert.Equal((milliseconds, form), (csv.Examples.Times[0], csv.TimeForms[0]));
    }

    [Theory]
    [InlineData("2023-11-14T22:13:20.123Z", Instant)]
    [InlineData("2023-11-14T22:13:20.123", Instant)]
    [InlineData("2023-11-14 22:13:20.123", Instant)]
    [InlineData("2023-11-14T23:13:20.123+01:00", Instant)]
    [InlineData("2023-11-14T16:43:20.123-05:30", Instant)]
    [InlineData("2023-11-14 22:13:20.123Z", Instant)]
    [InlineData("2023-11-14T22:13:20.1230000Z", Instant)]
    [InlineData("2023-11-14T22:13:20.1234567Z", Instant)]
    [InlineData("2023-11-14T22:13:20.123456789Z", Instant)]
    [InlineData("2023-11-14T22:13:20.123456789", Instant)]
    [InlineData("2023-11-14T23:13:20.123456789012+01:00", Instant)]
    [InlineData("2023-11-14T22:13:20Z", 1_700_000_000_000)]
    [InlineData("2023-11-14T22:13Z", 1_699_999_980_000)]
    [InlineData("2023-11-14T22:13", 1_699_999_980_000)]
    [InlineData("2023-11-14", 1_699_920_000_000)]
    [InlineData("1969-12-31T23:59:59.999Z", -1)]
    [InlineData("0001-01-01", -62_135_596_800_000)]
    public void Given_text_When_it_is_a_time_Then_it_is_iso_8601_and_utc_where_it_names_no_offset(string text, long milliseconds)
    {
        var json = Decoded.Example(new RecordSchema { TimeUnit = TimeUnit.Seconds }, $$"""{"key":"a","time":"{{text}}","value":1}""");
        var csv = Decoded.Example(Csv(TimeUnit.Seconds), $"a,{text},1");

        Assert.Equal((milliseconds, TimeUnit.Iso), (json.Examples.Times[0], json.TimeForms[0]));
        Assert.Equal((milliseconds, TimeUnit.Iso), (csv.Examples.Times[0], csv.TimeForms[0]));
    }

    [Fact]
    public void Given_an_offset_with_its_plus_escaped_as_dotnet_does_When_the_record_is_decoded_Then_the_time_is_read()
    {
        var decoded = Decoded.Example(new RecordSchema(), """{"key":"a","time":"2023-11-14T23:13:20.123\u002B01:00","value":1}""");

        Assert.Equal(Instant, decoded.Examples.Times[0]);
    }

    [Fact]
    public void Given_an_escaped_text_much_longer_than_any_time_When_the_record_is_decoded_Then_it_is_a_bad_time()
    {
        var text = string.Concat(Enumerable.Repeat("\\u0030", 10_000));

        Assert.Equal(
            (DeadLetterReason.BadTime, "time"),
            Decoded.Refusal(new RecordSchema(), BatchOf.Values($$"""{"key":"a","time":"{{text}}","value":1}""")));
    }

    [Theory]
    [InlineData("9223372036854775807", TimeUnit.Seconds)]
    [InlineData("-9223372036854775808", TimeUnit.Seconds)]
    [InlineData("9223372036854775807", TimeUnit.Milliseconds)]
    [InlineData("-9223372036854775808", TimeUnit.Milliseconds)]
    [InlineData("4611686018427387905", TimeUnit.Milliseconds)]
    [InlineData("4611686018427387.905", TimeUnit.Seconds)]
    [InlineData("1e19", TimeUnit.Milliseconds)]
    [InlineData("1e300", TimeUnit.Auto)]
    public void Given_a_number_that_is_too_large_for_an_instant_When_it_is_a_time_Then_it_is_bad(string number, TimeUnit unit)
    {
        Assert.Equal(
            (DeadLetterReason.BadTime, "time"),
            Decoded.Refusal(new RecordSchema { TimeUnit = unit }, BatchOf.Values($$"""{"key":"a","time":{{number}},"value":1}""")));
        Assert.Equal((DeadLetterReason.BadTime, "time"), Decoded.Refusal(Csv(unit), BatchOf.Values($"a,{number},1")));
    }

    [Fact]
    public void Given_a_whole_number_at_the_end_of_a_line_When_it_is_a_time_Then_it_is_read_as_exactly_as_within_the_line() =>
        Assert.Equal(
            [99_999],
            Decoded.Example(Csv(TimeUnit.Nanoseconds) with { Columns = ["key", "value", "time"] }, "a,1,99999999990\r\n").Examples.Times);

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Given_a_timestamp_of_kafka_that_is_too_large_When_it_is_the_time_Then_it_is_bad_but_a_tombstone_is_obeyed(long timestamp)
    {
        var builder = new RecordBatchBuilder("t", 0, 2, 1000);
        builder.Add(0, timestamp, "a"u8, hasKey: true, """{"key":"a","value":1}"""u8, hasValue: true);
        builder.Add(1, timestamp, "a"u8, hasKey: true, [], hasValue: false);

        var decoded = new RecordSchema { Time = "" }.CreateDecoder().Decode(builder.Build(epoch: 0));

        Assert.Equal([new DeadLetter(0, DeadLetterReason.BadTime, "")], decoded.DeadLetters);
        Assert.Equal([ExampleKind.Tombstone], decoded.Examples.Kinds);
    }

    private static RecordSchema Csv(TimeUnit unit) => new() { Format = "csv", Columns = ["key", "time", "value"], TimeUnit = unit };
}
