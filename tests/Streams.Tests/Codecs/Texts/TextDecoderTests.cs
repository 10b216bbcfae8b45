using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Language;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Texts;
using StreamLearn.Streams.Records;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs.Texts;

public sealed class TextDecoderTests
{
    private static readonly TextSchema Json = new() { Key = "" };
    private static readonly TextSchema Plain = new() { Format = "text", Key = "", Time = "" };

    [Fact]
    public void Given_a_text_with_all_fields_When_it_is_decoded_Then_they_are_where_they_belong()
    {
        var decoded = (Json with { Key = "key" }).CreateDecoder().Decode(BatchOf.Records(
            (null, """{"text":"a \"b\"\n\u00e4 \ud83d\ude00","domain":"prose","key":"k","time":2,"other":{"text":1}}""")));

        Assert.Equal(("k", 2000, "prose", "a \"b\"\nä 😀"), Seen(decoded));
    }

    [Fact]
    public void Given_a_text_alone_When_it_is_decoded_Then_domain_key_and_time_are_the_default_ones() =>
        Assert.Equal(("series", BatchOf.FirstTimestamp, "text", "x"), Seen(Json.CreateDecoder().Decode(BatchOf.Records((null, """{"text":"x","domain":null}""")))));

    [Fact]
    public void Given_message_keys_When_they_name_domains_Then_all_texts_are_of_one_key_unless_the_record_says_otherwise()
    {
        var schema = Json with { KeyIsDomain = true };
        Assert.Equal(("series", BatchOf.FirstTimestamp, "code", "x"), Seen(schema.CreateDecoder().Decode(BatchOf.Records(("code", """{"text":"x"}""")))));
        Assert.Equal(("series", BatchOf.FirstTimestamp, "own", "x"), Seen(schema.CreateDecoder().Decode(BatchOf.Records(("code", """{"text":"x","domain":"own"}""")))));
        Assert.Equal(("code", BatchOf.FirstTimestamp, "text", "x"), Seen(Json.CreateDecoder().Decode(BatchOf.Records(("code", """{"text":"x"}""")))));
    }

    [Fact]
    public void Given_message_keys_that_name_domains_When_there_is_no_value_Then_one_without_a_key_forgets_the_model_and_one_with_a_key_nothing()
    {
        foreach (var schema in new[] { Json with { KeyIsDomain = true }, Plain with { KeyIsDomain = true } })
        {
            var decoded = schema.CreateDecoder().Decode(BatchOf.Records((null, null), ("code", null), ("series", null)));

            Assert.Equal([ExampleKind.Tombstone], decoded.Examples.Kinds);
            Assert.Equal("series"u8, decoded.Examples.Key(0));
            Assert.Equal(["bad-key", "bad-key"], decoded.DeadLetters.Select(letter => letter.Reason));
        }
    }

    [Theory]
    [InlineData("""{"domain":"a"}""", "missing-field", "text")]
    [InlineData("""{"text":null}""", "missing-field", "text")]
    [InlineData("""{"text":""}""", "empty-text", "text")]
    [InlineData("""{"text":7}""", "wrong-type", "text")]
    [InlineData("""{"text":"\ud800"}""", "bad-text", "text")]
    [InlineData("""{"text":"a","domain":""}""", "bad-domain", "domain")]
    [InlineData("""{"text":"a","domain":"\ud800"}""", "bad-domain", "domain")]
    [InlineData("""{"text":"a","domain":true}""", "wrong-type", "domain")]
    [InlineData("""{"text":"a","time":"then"}""", "bad-time", "time")]
    [InlineData("""{"text":"more than eleven"}""", "too-large", "text")]
    [InlineData("""{"text":"a"}}""", "malformed", "")]
    [InlineData("""["a"]""", "malformed", "")]
    public void Given_a_text_that_is_none_When_it_is_decoded_Then_the_reason_and_the_field_are_named(string json, string reason, string field)
    {
        var letter = Assert.Single((Json with { MostBytes = 11 }).CreateDecoder().Decode(BatchOf.Records((null, json))).DeadLetters);
        Assert.Equal((reason, field), (letter.Reason, letter.Field));
    }

    [Fact]
    public void Given_bytes_that_are_no_UTF_8_When_they_stand_in_JSON_Then_they_are_refused_and_as_a_whole_value_they_are_taken_as_they_are()
    {
        byte[] bytes = [(byte)'a', 0xff, 0xc3];
        byte[] json = [.. "{\"text\":\""u8, .. bytes, .. "\"}"u8];
        Assert.Equal("bad-text", Assert.Single(Json.CreateDecoder().Decode(Batch(null, json)).DeadLetters).Reason);

        var decoded = Plain.CreateDecoder().Decode(Batch(null, bytes));
        Assert.True(LanguageRecord.TryRead(decoded.Examples.Payload(0), out var record));
        Assert.Equal(bytes, record.Text.ToArray());
    }

    [Fact]
    public void Given_whole_values_When_they_are_decoded_Then_they_are_texts_of_the_domain_that_the_message_key_names_or_of_the_default_one()
    {
        Assert.Equal(("k", BatchOf.FirstTimestamp, "text", "{\"text\":1}"), Seen(Plain.CreateDecoder().Decode(BatchOf.Records(("k", """{"text":1}""")))));
        Assert.Equal(
            ("series", BatchOf.FirstTimestamp, "code", "x"), Seen((Plain with { KeyIsDomain = true }).CreateDecoder().Decode(BatchOf.Records(("code", "x")))));
        Assert.Equal("empty-text", Assert.Single(Plain.CreateDecoder().Decode(Batch("k"u8.ToArray(), [])).DeadLetters).Reason);
        Assert.Equal("too-large", Assert.Single((Plain with { MostBytes = 1 }).CreateDecoder().Decode(BatchOf.Records(("k", "xy"))).DeadLetters).Reason);
        Assert.Equal(
            "bad-domain",
            Assert.Single((Plain with { KeyIsDomain = true }).CreateDecoder().Decode(BatchOf.Records((new string('d', 129), "x"))).DeadLetters).Reason);
    }

    [Fact]
    public void Given_any_bytes_at_all_When_they_are_decoded_Then_there_are_as_many_texts_and_dead_letters_as_records()
    {
        var random = new Random(1);
        string[] parts = ["{", "}", "\"text\"", ":", ",", "\"domain\"", "\"a\"", "\"\\ud800\"", "1", "null", "[", "]", "\"time\"", "é", "\"", "\\"];
        foreach (var schema in new[] { Json, Json with { KeyIsDomain = true }, Plain, Plain with { KeyIsDomain = true } })
        {
            var decoder = schema.CreateDecoder();
            for (var run = 0; run < 300; run++)
            {
                var builder = new RecordBatchBuilder("t", 0, 20, 1 << 20);
                for (var row = 0; row < 20; row++)
                {
                    var value = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)])));
                    if (value.Length > 0 && random.Next(3) == 0)
                    {
                        value[random.Next(value.Length)] = (byte)random.Next(256);
                    }

                    var key = new byte[random.Next(4)];
                    random.NextBytes(key);
                    builder.Add(row, 1000 + row, key, hasKey: random.Next(2) == 0, value, hasValue: random.Next(10) > 0);
                }

                var decoded = decoder.Decode(builder.Build(0));
                Assert.Equal(20, decoded.Examples.Count + decoded.DeadLetters.Length);
                for (var row = 0; row < decoded.Examples.Count; row++)
                {
                    Assert.True(decoded.Examples.Kinds[row] == ExampleKind.Tombstone || LanguageRecord.TryRead(decoded.Examples.Payload(row), out _));
                }
            }
        }
    }

    [Fact]
    public void Given_schemas_that_contradict_themselves_When_a_decoder_is_made_Then_they_are_refused()
    {
        Assert.Throws<ArgumentException>(() => (Json with { Text = "" }).CreateDecoder());
        Assert.Throws<ArgumentException>(() => (Json with { Domain = "text" }).CreateDecoder());
        Assert.Throws<ArgumentException>(() => (Json with { DefaultDomain = "" }).CreateDecoder());
        Assert.Throws<ArgumentException>(() => (Plain with { Key = "key" }).CreateDecoder());
        Assert.Throws<ArgumentException>(() => (Json with { Format = "xml" }).CreateDecoder());
    }

    [Fact]
    public void Given_a_score_When_it_is_written_Then_it_is_the_stated_JSON_and_one_that_is_no_number_is_null()
    {
        using var encoder = new PerplexityEncoder();

        Assert.Equal(
            """{"key":"k","time":2,"domain":"prose","tokens":17,"perplexity":3.5,"model_version":4}""",
            Encoding.UTF8.GetString(encoder.Encode("k"u8, 2000, TimeUnit.Seconds, "prose"u8, [17, 3.5], 4)));
        Assert.Contains(
            "\"perplexity\":null", Encoding.UTF8.GetString(encoder.Encode("k"u8, 2000, TimeUnit.Seconds, "prose"u8, [17, double.NaN], 4)), StringComparison.Ordinal);
    }

    private static RecordBatch Batch(byte[]? key, byte[] value)
    {
        var builder = new RecordBatchBuilder("t", 0, 1, 1 << 20);
        builder.Add(0, BatchOf.FirstTimestamp, key, hasKey: key is not null, value, hasValue: true);
        return builder.Build(0);
    }

    private static (string Key, long Time, string Domain, string Text) Seen(DecodedBatch decoded)
    {
        Assert.Empty(decoded.DeadLetters);
        Assert.True(LanguageRecord.TryRead(decoded.Examples.Payload(0), out var record));
        return (
            Encoding.UTF8.GetString(decoded.Examples.Key(0)), decoded.Examples.Times[0], Encoding.UTF8.GetString(record.Domain), Encoding.UTF8.GetString(record.Text));
    }
}
