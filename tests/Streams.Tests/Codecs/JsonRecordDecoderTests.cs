using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs;

public class JsonRecordDecoderTests
{
    private static readonly RecordSchema Schema = new() { Key = "link", Time = "ts", Value = "load" };
    private static readonly RecordSchema WithFeatures = Schema with { Features = ["delay", "loss"] };

    [Fact]
    public void Given_a_record_with_all_fields_When_it_is_decoded_Then_key_time_and_numbers_are_its_own()
    {
        var decoded = Decoded.Example(WithFeatures, """{"link":"a>b","ts":1700000000,"load":312.5,"delay":1e-3,"loss":-0}""");

        Assert.Equal("a>b", decoded.Key());
        Assert.Equal(1_700_000_000_000, decoded.Examples.Times[0]);
        Assert.Equal([312.5, 0.001, -0.0], decoded.Numbers());
        Assert.Equal(ExampleKind.Example, decoded.Examples.Kinds[0]);
        Assert.Equal(BatchOf.FirstOffset, decoded.Examples.Offsets[0]);
        Assert.Equal(0, decoded.Rows[0]);
    }

    [Fact]
    public void Given_features_in_any_order_When_a_record_is_decoded_Then_they_stand_in_the_order_of_the_schema()
    {
        var decoded = Decoded.Example(WithFeatures, """{"loss":3,"load":1,"ts":1,"delay":2,"link":"a"}""");

        Assert.Equal([1, 2, 3], decoded.Numbers());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("load")]
    [InlineData("[1]")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("""{"link":"a","ts":1,"load":1""")]
    [InlineData("""{"link":"a","ts":1,"load":1}}""")]
    [InlineData("""{"link":"a","ts":1,"load":1} {"link":"a","ts":2,"load":1}""")]
    [InlineData("""{"link":"a","ts":1,"load":1} x""")]
    [InlineData("""{"link":"a","ts":1,"load":1,}""")]
    [InlineData("""{"link":"a","ts":1,"load":NaN}""")]
    [InlineData("""{"link":"a","ts":1,"load":01}""")]
    [InlineData("""{"link":"a","ts":1,"load":+1}""")]
    [InlineData("""{"link":'a',"ts":1,"load":1}""")]
    [InlineData("""{"link":"a","ts":1,"load":1} // comment""")]
    [InlineData("\ufeff{\"link\":\"a\",\"ts\":1,\"load\":1}")]
    public void Given_a_record_that_is_no_json_object_When_it_is_decoded_Then_it_is_malformed(string value) =>
        Assert.Equal((DeadLetterReason.Malformed, ""), Decoded.Refusal(Schema, BatchOf.Values(value)));

    [Fact]
    public void Given_a_key_that_is_no_utf8_When_the_record_is_decoded_Then_it_is_a_bad_key() =>
        Assert.Equal(
            (DeadLetterReason.BadKey, "link"),
            Decoded.Refusal(Schema, BatchOf.Bytes((null, [.. """{"ts":1,"load":1,"link":"a"""u8, 0xff, .. "\"}"u8]))));

    [Theory]
    [InlineData("""{"link":"\ud800","ts":1,"load":1}""", DeadLetterReason.BadKey, "link")]
    [InlineData("""{"link":"a","ts":"2023-11-14\ud800","load":1}""", DeadLetterReason.BadTime, "ts")]
    public void Given_half_a_surrogate_pair_in_a_field_When_the_record_is_decoded_Then_the_field_is_named(
        string value, string reason, string field) =>
        Assert.Equal((reason, field), Decoded.Refusal(Schema, BatchOf.Values(value)));

    [Theory]
    [InlineData("li\\ud800")]
    [InlineData("\\ud800")]
    [InlineData("other\\udc00")]
    public void Given_an_unknown_field_whose_name_is_no_unicode_When_the_record_is_decoded_Then_it_is_ignored_whatever_it_begins_with(
        string name) =>
        Assert.Equal("a", Decoded.Example(new RecordSchema { Key = "link" }, $$"""{"{{name}}":0,"link":"a","time":1,"value":1}""").Key());

    [Theory]
    [InlineData("""{}""", "link")]
    [InlineData("""{"ts":1,"load":1,"delay":1,"loss":1}""", "link")]
    [InlineData("""{"link":null,"ts":1,"load":1,"delay":1,"loss":1}""", "link")]
    [InlineData("""{"link":"a","load":1,"delay":1,"loss":1}""", "ts")]
    [InlineData("""{"link":"a","ts":null,"load":1,"delay":1,"loss":1}""", "ts")]
    [InlineData("""{"link":"a","ts":1,"delay":1,"loss":1}""", "load")]
    [InlineData("""{"link":"a","ts":1,"load":null,"delay":1,"loss":1}""", "load")]
    [InlineData("""{"link":"a","ts":1,"load":1,"loss":1}""", "delay")]
    [InlineData("""{"link":"a","ts":1,"load":1,"delay":1,"loss":null}""", "loss")]
    [InlineData("""{"Link":"a","ts":1,"load":1,"delay":1,"loss":1}""", "link")]
    public void Given_a_field_that_is_not_there_or_null_When_the_record_is_decoded_Then_it_is_missing(string value, string field) =>
        Assert.Equal((DeadLetterReason.MissingField, field), Decoded.Refusal(WithFeatures, BatchOf.Values(value)));

    [Theory]
    [InlineData("""{"link":true,"ts":1,"load":1,"delay":1,"loss":1}""", "link")]
    [InlineData("""{"link":{},"ts":1,"load":1,"delay":1,"loss":1}""", "link")]
    [InlineData("""{"link":1.5,"ts":1,"load":1,"delay":1,"loss":1}""", "link")]
    [InlineData("""{"link":99999999999999999999,"ts":1,"load":1,"delay":1,"loss":1}""", "link")]
    [InlineData("""{"link":"a","ts":[1],"load":1,"delay":1,"loss":1}""", "ts")]
    [InlineData("""{"link":"a","ts":true,"load":1,"delay":1,"loss":1}""", "ts")]
    [InlineData("""{"link":"a","ts":1,"load":"1","delay":1,"loss":1}""", "load")]
    [InlineData("""{"link":"a","ts":1,"load":1,"delay":{"p50":1},"loss":1}""", "delay")]
    [InlineData("""{"link":"a","ts":1,"load":1,"delay":1,"loss":false}""", "loss")]
    public void Given_a_field_of_another_type_When_the_record_is_decoded_Then_the_type_is_wrong(string value, string field) =>
        Assert.Equal((DeadLetterReason.WrongType, field), Decoded.Refusal(WithFeatures, BatchOf.Values(value)));

    [Theory]
    [InlineData("1e999", "1")]
    [InlineData("-1e999", "1")]
    [InlineData("1", "1e400")]
    public void Given_a_number_too_large_for_64_bits_When_the_record_is_decoded_Then_it_is_not_finite(string load, string delay) =>
        Assert.Equal(
            (DeadLetterReason.NotFinite, load == "1" ? "delay" : "load"),
            Decoded.Refusal(WithFeatures, BatchOf.Values($$"""{"link":"a","ts":1,"load":{{load}},"delay":{{delay}},"loss":1}""")));

    [Fact]
    public void Given_a_number_of_a_thousand_digits_When_the_record_is_decoded_Then_it_is_not_finite() =>
        Assert.Equal(
            (DeadLetterReason.NotFinite, "load"),
            Decoded.Refusal(Schema, BatchOf.Values($$"""{"link":"a","ts":1,"load":{{new string('9', 1000)}}}""")));

    [Theory]
    [InlineData("1e-400", 0.0)]
    [InlineData("1.7976931348623157e308", double.MaxValue)]
    [InlineData("5e-324", double.Epsilon)]
    [InlineData("0.1000000000000000055511151231257827021181583404541015625", 0.1)]
    public void Given_a_number_at_the_edge_When_the_record_is_decoded_Then_it_is_the_nearest_double(string text, double number) =>
        Assert.Equal([number], Decoded.Example(Schema, $$"""{"link":"a","ts":1,"load":{{text}}}""").Numbers());

    [Theory]
    [InlineData("1e30")]
    [InlineData("1e999")]
    [InlineData("\"\"")]
    [InlineData("\"yesterday\"")]
    [InlineData("\"1700000000\"")]
    [InlineData("\"2023-02-29\"")]
    [InlineData("\"2023-01-01T25:00:00Z\"")]
    public void Given_a_time_that_is_no_instant_When_the_record_is_decoded_Then_it_is_a_bad_time(string time) =>
        Assert.Equal((DeadLetterReason.BadTime, "ts"), Decoded.Refusal(Schema, BatchOf.Values($$"""{"link":"a","ts":{{time}},"load":1}""")));

    [Theory]
    [InlineData(0)]
    [InlineData(DeadLetterReason.MaxKeyBytes + 1)]
    [InlineData(100_000)]
    public void Given_a_key_that_is_empty_or_too_long_When_the_record_is_decoded_Then_it_is_a_bad_key(int length) =>
        Assert.Equal(
            (DeadLetterReason.BadKey, "link"),
            Decoded.Refusal(Schema, BatchOf.Values($$"""{"link":"{{new string('k', length)}}","ts":1,"load":1}""")));

    [Fact]
    public void Given_a_key_of_just_the_longest_length_When_the_record_is_decoded_Then_it_is_an_example()
    {
        var key = new string('k', DeadLetterReason.MaxKeyBytes);

        Assert.Equal(key, Decoded.Example(Schema, $$"""{"link":"{{key}}","ts":1,"load":1}""").Key());
    }

    [Fact]
    public void Given_the_message_key_as_key_When_it_is_no_utf8_Then_it_is_a_bad_key() =>
        Assert.Equal(
            (DeadLetterReason.BadKey, ""),
            Decoded.Refusal(Schema with { Key = "" }, BatchOf.Bytes(([0xc3, 0x28], """{"ts":1,"load":1}"""u8.ToArray()))));

    [Fact]
    public void Given_the_message_key_as_key_When_it_is_empty_Then_it_is_a_bad_key() =>
        Assert.Equal((DeadLetterReason.BadKey, ""), Decoded.Refusal(Schema with { Key = "" }, BatchOf.Records(("", """{"ts":1,"load":1}"""))));

    [Fact]
    public void Given_the_message_key_as_key_When_records_have_none_Then_they_are_one_series()
    {
        var decoded = Decoded.Example(Schema with { Key = "" }, """{"ts":1,"load":1}""");

        Assert.Equal("series", decoded.Key());
        Assert.Equal(1, decoded.KeyMismatches);
    }

    [Fact]
    public void Given_the_message_key_as_key_When_a_field_has_an_empty_name_Then_it_is_ignored()
    {
        var decoded = Decoded.Example(Schema with { Key = "", Time = "" }, BatchOf.Records(("a", """{"":{"x":1},"load":1}""")));

        Assert.Equal("a", decoded.Key());
        Assert.Equal(BatchOf.FirstTimestamp, decoded.Examples.Times[0]);
        Assert.Equal(TimeUnit.Milliseconds, decoded.TimeForms[0]);
    }

    [Theory]
    [InlineData("\"caf\\u00e9\"", "café")]
    [InlineData("\"café\"", "café")]
    [InlineData("\"\\ud83d\\ude00\"", "😀")]
    [InlineData("\"a\\\"b\\\\c\\/\"", "a\"b\\c/")]
    [InlineData("\" \"", " ")]
    [InlineData("42", "42")]
    [InlineData("-7", "-7")]
    public void Given_a_key_in_any_notation_When_the_record_is_decoded_Then_it_is_its_plain_text(string json, string key) =>
        Assert.Equal(key, Decoded.Example(Schema, $$"""{"link":{{json}},"ts":1,"load":1}""").Key());

    [Fact]
    public void Given_escaped_field_names_When_a_record_is_decoded_Then_they_are_recognised()
    {
        var decoded = Decoded.Example(Schema, """{"lin\u006b":"a","t\u0073":1,"l\u006fad":2}""");

        Assert.Equal([2], decoded.Numbers());
    }

    [Fact]
    public void Given_unknown_fields_with_nested_values_When_a_record_is_decoded_Then_they_are_passed_over()
    {
        var decoded = Decoded.Example(
            Schema,
            """{"tags":{"link":"inner","load":[1,{"load":2}]},"link":"a","path":["x",{"ts":9}],"ts":1,"load":5,"note":"load"}""");

        Assert.Equal("a", decoded.Key());
        Assert.Equal([5], decoded.Numbers());
    }

    [Fact]
    public void Given_fields_that_stand_twice_When_a_record_is_decoded_Then_the_last_ones_count()
    {
        var decoded = Decoded.Example(Schema, """{"link":"first-and-longer","ts":1,"load":1,"load":2,"ts":3,"link":"last"}""");

        Assert.Equal("last", decoded.Key());
        Assert.Equal(3000, decoded.Examples.Times[0]);
        Assert.Equal([2], decoded.Numbers());
    }

    [Fact]
    public void Given_one_field_that_is_value_feature_and_key_When_a_record_is_decoded_Then_it_is_all_of_them()
    {
        var schema = new RecordSchema { Key = "n", Time = "n", Value = "n", Features = ["n", "n"] };

        var decoded = Decoded.Example(schema, """{"n":12}""");

        Assert.Equal("12", decoded.Key());
        Assert.Equal(12_000, decoded.Examples.Times[0]);
        Assert.Equal([12, 12, 12], decoded.Numbers());
    }

    [Fact]
    public void Given_a_tombstone_with_a_message_key_When_it_is_decoded_Then_that_key_is_to_be_forgotten()
    {
        var decoded = Decoded.Example(WithFeatures, BatchOf.Records(("a>b", null)));

        Assert.Equal(ExampleKind.Tombstone, decoded.Examples.Kinds[0]);
        Assert.Equal("a>b", decoded.Key());
        Assert.Equal(BatchOf.FirstTimestamp, decoded.Examples.Times[0]);
        Assert.Equal([0, 0, 0], decoded.Numbers());
        Assert.Equal(0, decoded.KeyMismatches);
    }

    [Fact]
    public void Given_a_tombstone_behind_a_record_When_both_are_decoded_Then_its_numbers_are_zero()
    {
        var decoder = Schema.CreateDecoder();
        decoder.Decode(BatchOf.Values("""{"link":"a","ts":1,"load":7}"""));

        Assert.Equal([0], decoder.Decode(BatchOf.Records(("a", null))).Numbers());
    }

    [Fact]
    public void Given_a_tombstone_without_a_message_key_When_it_is_decoded_Then_the_key_is_missing() =>
        Assert.Equal((DeadLetterReason.MissingField, "link"), Decoded.Refusal(Schema, BatchOf.Records((null, null))));

    [Theory]
    [InlineData(0)]
    [InlineData(DeadLetterReason.MaxKeyBytes + 1)]
    public void Given_a_tombstone_with_a_key_that_no_example_can_have_When_it_is_decoded_Then_it_is_a_bad_key(int length) =>
        Assert.Equal((DeadLetterReason.BadKey, "link"), Decoded.Refusal(Schema, BatchOf.Records((new string('k', length), null))));

    [Fact]
    public void Given_a_tombstone_with_a_key_that_is_no_utf8_When_it_is_decoded_Then_it_is_a_bad_key() =>
        Assert.Equal((DeadLetterReason.BadKey, "link"), Decoded.Refusal(Schema, BatchOf.Bytes(([0xff], null))));

    [Fact]
    public void Given_message_keys_that_differ_or_are_missing_When_records_are_decoded_Then_they_are_counted()
    {
        var decoded = Schema.CreateDecoder().Decode(BatchOf.Records(
            ("a", """{"link":"a","ts":1,"load":1}"""),
            ("b", """{"link":"a","ts":1,"load":1}"""),
            (null, """{"link":"a","ts":1,"load":1}"""),
            ("", """{"link":"a","ts":1,"load":1}"""),
            ("x", """{"link":"a"}""")));

        Assert.Equal(3, decoded.KeyMismatches);
        Assert.Single(decoded.DeadLetters);
    }

    [Fact]
    public void Given_good_and_bad_records_When_a_batch_is_decoded_Then_rows_and_offsets_stay_in_order()
    {
        var decoder = Schema.CreateDecoder();

        var decoded = decoder.Decode(BatchOf.Records(
            (null, """{"link":"a","ts":1,"load":1}"""),
            (null, "{"),
            (null, """{"link":"ab","ts":2,"load":2}"""),
            (null, """{"link":"a-key-that-is-set-before-the-record-fails","ts":2,"load":"x"}"""),
            ("c", null),
            (null, """{"link":"a","ts":3,"load":3}"""),
            (null, """{"link":"a","ts":4}""")));

        Assert.Equal([0, 2, 4, 5], decoded.Rows);
        Assert.Equal([100, 102, 104, 105], decoded.Examples.Offsets);
        Assert.Equal(["a", "ab", "c", "a"], Enumerable.Range(0, 4).Select(decoded.Key));
        Assert.Equal([1, 2, 0, 3], decoded.Examples.Values);
        Assert.Equal(
            [new DeadLetter(1, "malformed", ""), new DeadLetter(3, "wrong-type", "load"), new DeadLetter(6, "missing-field", "load")],
            decoded.DeadLetters);
    }

    [Fact]
    public void Given_a_decoder_that_was_used_When_it_decodes_again_Then_the_first_result_does_not_change()
    {
        var decoder = Schema.CreateDecoder();
        var first = decoder.Decode(BatchOf.Values("""{"link":"a","ts":1,"load":1}"""));

        decoder.Decode(BatchOf.Values("""{"link":"bbbb","ts":2,"load":2}""", """{"link":"cccc","ts":3,"load":3}"""));

        Assert.Equal("a", first.Key());
        Assert.Equal([1], first.Numbers());
        Assert.Equal(1000, first.Examples.Times[0]);
    }

    [Fact]
    public void Given_a_record_nested_deeper_than_any_reader_goes_When_it_is_decoded_Then_it_is_malformed()
    {
        var deep = $$"""{"x":{{new string('[', 10_000)}}{{new string(']', 10_000)}},"link":"a","ts":1,"load":1}""";

        Assert.Equal((DeadLetterReason.Malformed, ""), Decoded.Refusal(Schema, BatchOf.Values(deep)));
    }

    [Fact]
    public void Given_an_empty_batch_When_it_is_decoded_Then_nothing_comes_out()
    {
        var decoded = Schema.CreateDecoder().Decode(BatchOf.Values());

        Assert.Equal(0, decoded.Examples.Count);
        Assert.Empty(decoded.DeadLetters);
    }

    [Fact]
    public void Given_a_key_in_a_field_with_other_than_ascii_letters_When_a_record_is_decoded_Then_it_is_found()
    {
        var decoded = Decoded.Example(Schema with { Key = "Straße" }, Encoding.UTF8.GetString("""{"Straße":"a","ts":1,"load":1}"""u8));

        Assert.Equal("a", decoded.Key());
    }
}
