using System.Text;
using FsCheck.Xunit;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs;

public class CsvRecordDecoderTests
{
    private static readonly RecordSchema Schema = new()
    {
        Format = "csv", Key = "link", Time = "ts", Value = "load", Features = ["delay"], Columns = ["note", "link", "ts", "load", "delay"],
    };

    [Fact]
    public void Given_a_line_When_it_is_decoded_Then_each_field_comes_from_its_column()
    {
        var decoded = Decoded.Example(Schema, "any, a>b ,1700000000,312.5,1e-3");

        Assert.Equal("a>b", decoded.Key());
        Assert.Equal(1_700_000_000_000, decoded.Examples.Times[0]);
        Assert.Equal([312.5, 0.001], decoded.Numbers());
    }

    [Theory]
    [InlineData("")]
    [InlineData("n,a,1,1")]
    [InlineData("n,a,1,1,1,1")]
    [InlineData("n,a,1,1,1,")]
    [InlineData("\"n,a,1,1,1")]
    [InlineData("\"n\"x,a,1,1,1")]
    [InlineData("\"n\" ,a,1,1,1")]
    [InlineData("\"n\"x\",a,1,1,1")]
    [InlineData("n,a,1,1,\"1\"\"")]
    [InlineData("n,a,1,1,\"")]
    [InlineData("n,a,1,1,\"\"\"")]
    public void Given_a_line_with_other_columns_or_an_open_quote_When_it_is_decoded_Then_it_is_malformed(string line) =>
        Assert.Equal((DeadLetterReason.Malformed, ""), Decoded.Refusal(Schema, BatchOf.Values(line)));

    [Theory]
    [InlineData("n,,1,1,1", "link")]
    [InlineData("n,\"\",1,1,1", "link")]
    [InlineData("n,  ,1,1,1", "link")]
    [InlineData("n,a,,1,1", "ts")]
    [InlineData("n,a,1,,1", "load")]
    [InlineData("n,a,1,1,", "delay")]
    public void Given_an_empty_field_When_the_line_is_decoded_Then_it_is_missing(string line, string field) =>
        Assert.Equal((DeadLetterReason.MissingField, field), Decoded.Refusal(Schema, BatchOf.Values(line)));

    [Theory]
    [InlineData("n,a,1,high,1", DeadLetterReason.WrongType, "load")]
    [InlineData("n,a,1,0x10,1", DeadLetterReason.WrongType, "load")]
    [InlineData("n,a,1,1,\"1,5\"", DeadLetterReason.WrongType, "delay")]
    [InlineData("n,a,1,NaN,1", DeadLetterReason.NotFinite, "load")]
    [InlineData("n,a,1,-Infinity,1", DeadLetterReason.NotFinite, "load")]
    [InlineData("n,a,1,1,1e999", DeadLetterReason.NotFinite, "delay")]
    [InlineData("n,a,yesterday,1,1", DeadLetterReason.BadTime, "ts")]
    [InlineData("n,a,NaN,1,1", DeadLetterReason.BadTime, "ts")]
    [InlineData("n,a,Infinity,1,1", DeadLetterReason.BadTime, "ts")]
    [InlineData("n,a,2023-02-29,1,1", DeadLetterReason.BadTime, "ts")]
    public void Given_a_field_that_cannot_be_used_When_the_line_is_decoded_Then_reason_and_field_say_so(string line, string reason, string field) =>
        Assert.Equal((reason, field), Decoded.Refusal(Schema, BatchOf.Values(line)));

    [Fact]
    public void Given_a_key_that_is_too_long_When_the_line_is_decoded_Then_it_is_a_bad_key() =>
        Assert.Equal(
            (DeadLetterReason.BadKey, "link"),
            Decoded.Refusal(Schema, BatchOf.Values($"n,{new string('k', DeadLetterReason.MaxKeyBytes + 1)},1,1,1")));

    [Fact]
    public void Given_a_key_that_is_no_utf8_When_the_line_is_decoded_Then_it_is_a_bad_key() =>
        Assert.Equal((DeadLetterReason.BadKey, "link"), Decoded.Refusal(Schema, BatchOf.Bytes((null, [.. "n,"u8, 0xe9, .. ",1,1,1"u8]))));

    [Theory]
    [InlineData("\"a,b\"", "a,b")]
    [InlineData("\"say \"\"hi\"\"\"", "say \"hi\"")]
    [InlineData("\"\"\"\"", "\"")]
    [InlineData("\" a \"", " a ")]
    [InlineData("\"a\nb\"", "a\nb")]
    [InlineData("a\"b", "a\"b")]
    [InlineData(" a b ", "a b")]
    public void Given_a_key_with_or_without_quotes_When_the_line_is_decoded_Then_it_is_its_plain_text(string field, string key) =>
        Assert.Equal(key, Decoded.Example(Schema, $"n,{field},1,1,1").Key());

    [Fact]
    public void Given_quoted_numbers_and_times_When_a_line_is_decoded_Then_they_are_read()
    {
        var decoded = Decoded.Example(Schema, "\"n\",\"a\",\"2023-11-14T22:13:20Z\",\"2.5\",\"3\"");

        Assert.Equal(1_700_000_000_000, decoded.Examples.Times[0]);
        Assert.Equal([2.5, 3], decoded.Numbers());
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public void Given_another_separator_When_a_line_is_decoded_Then_commas_are_text(char separator)
    {
        var decoded = Decoded.Example(Schema with { Separator = separator }, string.Join(separator, "n", "a,b", "1", "2", "3"));

        Assert.Equal("a,b", decoded.Key());
    }

    [Fact]
    public void Given_columns_that_serve_twice_When_a_line_is_decoded_Then_they_are_value_and_feature()
    {
        var schema = new RecordSchema { Format = "csv", Key = "", Time = "", Value = "v", Features = ["v", "w"], Columns = ["w", "v"] };

        var decoded = Decoded.Example(schema, BatchOf.Records(("a", "1,2")));

        Assert.Equal([2, 2, 1], decoded.Numbers());
        Assert.Equal("a", decoded.Key());
        Assert.Equal(BatchOf.FirstTimestamp, decoded.Examples.Times[0]);
    }

    [Fact]
    public void Given_a_tombstone_among_lines_When_a_batch_is_decoded_Then_order_and_offsets_stay()
    {
        var decoded = Schema.CreateDecoder().Decode(BatchOf.Records(
            ("a", "n,a,1,1,1"), (null, "n,a"), ("a", null), (null, null), ("x", "n,b,2,2,2")));

        Assert.Equal([100, 102, 104], decoded.Examples.Offsets);
        Assert.Equal([ExampleKind.Example, ExampleKind.Tombstone, ExampleKind.Example], decoded.Examples.Kinds);
        Assert.Equal([new DeadLetter(1, "malformed", ""), new DeadLetter(3, "missing-field", "link")], decoded.DeadLetters);
        Assert.Equal(1, decoded.KeyMismatches);
    }

    [Theory]
    [InlineData("key", "Field 'link'")]
    [InlineData("link,ts,load", "Field 'delay'")]
    public void Given_a_field_that_is_no_column_When_the_decoder_is_made_Then_the_message_names_it(string columns, string named)
    {
        var error = Assert.Throws<ArgumentException>(() => (Schema with { Columns = columns.Split(',') }).CreateDecoder());

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_header_line_When_its_columns_are_asked_for_Then_quotes_and_spaces_are_gone() =>
        Assert.Equal(
            ["link", "time, UTC", "load \"in\"", ""],
            CsvRecordDecoder.ColumnsOf("link ,\"time, UTC\",\"load \"\"in\"\"\","u8, ','));

    [Property(MaxTest = 500)]
    public void Given_any_fields_When_they_are_written_by_the_rfc_Then_the_same_come_out(string?[] texts)
    {
        string[] fields = [.. texts.Select(text => CsvReference.Plain(text ?? "")), "last"];

        var line = Encoding.UTF8.GetBytes(CsvReference.Line(fields, ','));

        Assert.Equal(fields, CsvRecordDecoder.ColumnsOf(line, ','));
    }

    [Property(MaxTest = 300)]
    public void Given_any_key_When_it_is_written_by_the_rfc_Then_it_is_the_key_of_the_example(FsCheck.NonEmptyString text)
    {
        var key = CsvReference.Plain(text.Get);
        if (key.Length == 0)
        {
            return;
        }

        var decoded = Decoded.Example(Schema, CsvReference.Line(["a \"note\", quoted", key, "1", "2", "3"], ','));

        Assert.Equal(key, decoded.Key());
    }
}
