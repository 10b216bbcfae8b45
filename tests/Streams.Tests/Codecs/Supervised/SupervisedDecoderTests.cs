using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Supervised;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs.Supervised;

public sealed class SupervisedDecoderTests
{
    [Theory]
    [InlineData("""{"key":"k","id":"e1","time":2,"x":1.5,"y":true,"label":"up"}""", "Labelled k 'e1' at 2000 [1.5 1] up")]
    [InlineData("""{"label":1,"features":{"y":false,"z":[],"x":-3},"time":"1970-01-01T00:00:02Z","key":7,"other":{}}""", "Labelled 7 '' at 2000 [-3 0] 1")]
    [InlineData("""{"key":"k","id":18446744073709551615,"time":2,"x":1,"features":{"y":2},"label":null}""", "Features k '18446744073709551615' at 2000 [1 2] -")]
    [InlineData("""{"key":"k","time":2,"x":1,"y":2}""", "Features k '' at 2000 [1 2] -")]
    [InlineData("""{"key":"k","time":2,"\u0079":2,"x\u0078":9,"xx":8,"\u0078":1}""", "Features k '' at 2000 [1 2] -")]
    public void Given_json_of_features_When_it_is_decoded_Then_the_record_has_what_it_says(string json, string expected) =>
        Assert.Equal(expected, Examples.Seen(Examples.Classify, json));

    [Theory]
    [InlineData("k,e1,2,1.5,TRUE,up", "Labelled k 'e1' at 2000 [1.5 1] up")]
    [InlineData("\"a,b\",,2,1e2,false,\"say \"\"x\"\"\"", "Labelled a,b '' at 2000 [100 0] say \"x\"")]
    [InlineData("k,e1,2,1,2,", "Features k 'e1' at 2000 [1 2] -")]
    public void Given_csv_of_features_When_it_is_decoded_Then_the_record_has_what_it_says(string line, string expected) =>
        Assert.Equal(expected, Examples.Seen(Examples.Csv, line));

    [Theory]
    [InlineData("""{"key":"k","id":"e1","label":"up"}""", "up")]
    [InlineData("""{"label":2.50,"id":"e1","time":null,"key":"k","x":"passed over"}""", "2.5")]
    public void Given_json_of_a_label_When_it_is_decoded_Then_it_has_kafkas_time_where_it_has_none(string json, string label) =>
        Assert.Equal(FormattableString.Invariant($"Label k 'e1' at {BatchOf.FirstTimestamp} [] {label}"), Examples.Seen(Examples.Labels, json));

    [Fact]
    public void Given_csv_of_a_label_When_it_is_decoded_Then_the_record_has_what_it_says() => Assert.Equal(
        "Label k 'e1' at 2000 [] down", Examples.Seen(Examples.Labels with { Format = "csv", Columns = ["id", "label", "key", "time"] }, "e1,down,k,2"));

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("1e0", "1")]
    [InlineData("10.0E-1", "1")]
    [InlineData("1e15", "1000000000000000")]
    [InlineData("9.0071992547409915e15", "9007199254740992")]
    [InlineData("9.0071992547409910e15", "9007199254740991")]
    [InlineData("1e16", "10000000000000000")]
    [InlineData("-1e-400", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e7", "0")]
    [InlineData("-2.50", "-2.5")]
    [InlineData("0.1", "0.1")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("1e300", "1E+300")]
    public void Given_labels_that_are_the_same_number_When_they_are_decoded_Then_they_are_the_same_label_as_number_and_as_text(string written, string label)
    {
        Assert.EndsWith($"] {label}", Examples.Seen(Examples.Classify, $$"""{"key":"k","time":2,"x":1,"y":2,"label":{{written}}}"""), StringComparison.Ordinal);
        Assert.EndsWith($"] {label}", Examples.Seen(Examples.Classify, $$"""{"key":"k","time":2,"x":1,"y":2,"label":"{{written}}"}"""), StringComparison.Ordinal);
        Assert.EndsWith($"] {label}", Examples.Seen(Examples.Csv, $"k,,2,1,2,{written}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("-")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("True")]
    [InlineData("true")]
    [InlineData("1 ")]
    public void Given_text_that_is_no_number_of_json_When_it_is_decoded_Then_it_stays_as_it_is(string label) => Assert.EndsWith(
        $"] {label}", Examples.Seen(Examples.Classify, $$"""{"key":"k","time":2,"x":1,"y":2,"label":"{{label}}"}"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public void Given_a_boolean_as_label_When_it_is_decoded_Then_it_is_that_word(string label) => Assert.EndsWith(
        $"] {label}", Examples.Seen(Examples.Classify, $$"""{"key":"k","time":2,"x":1,"y":2,"label":{{label}}}"""), StringComparison.Ordinal);

    [Fact]
    public void Given_a_number_to_be_predicted_When_it_is_decoded_Then_it_is_that_number()
    {
        Assert.Equal("Labelled k '' at 2000 [1 2] -0.1", Examples.Seen(Examples.Regress, """{"key":"k","time":2,"x":1,"y":2,"label":-0.1}"""));
        Assert.Equal(
            "Labelled k '' at 2000 [1 2] 3", Examples.Seen(Examples.Regress with { Format = "csv", Columns = Examples.Csv.Columns }, "k,,2,1,2,3.0"));
        Assert.Equal(
            "Label k 'e' at 2000 [] 3", Examples.Seen(new LabelsSchema { Task = Examples.Regress.Task, Label = "y" }, """{"key":"k","time":2,"id":"e","y":3}"""));
    }

    [Theory]
    [InlineData("""{"time":2,"x":1,"y":2}""", "missing-field", "key")]
    [InlineData("""{"key":"k","x":1,"y":2}""", "missing-field", "time")]
    [InlineData("""{"key":"k","time":2,"x":1}""", "missing-field", "y")]
    [InlineData("""{"key":"k","time":2,"x":1,"y":null}""", "missing-field", "y")]
    [InlineData("""{"key":"k","time":2,"x":1,"y":"2"}""", "wrong-type", "y")]
    [InlineData("""{"key":"k","time":2,"x":1,"y":1e39}""", "not-finite", "y")]
    [InlineData("""{"key":"k","time":2,"x":1,"y":1e999}""", "not-finite", "y")]
    [InlineData("""{"key":"k","time":2,"x":1,"y":2,"label":[]}""", "wrong-type", "label")]
    [InlineData("""{"key":"k","time":2,"x":1,"y":2,"label":""}""", "bad-label", "label")]
    [InlineData("""{"key":"k","time":2,"x":1,"y":2,"label":"\ud800"}""", "bad-label", "label")]
    [InlineData("""{"key":"k","time":2,"x":1,"y":2,"label":1e999}""", "not-finite", "label")]
    [InlineData("""{"key":"k","id":"","time":2,"x":1,"y":2}""", "bad-id", "id")]
    [InlineData("""{"key":"k","id":1.5,"time":2,"x":1,"y":2}""", "wrong-type", "id")]
    [InlineData("""{"key":"k","time":1e300,"x":1,"y":2}""", "bad-time", "time")]
    [InlineData("""{"key":"k","time":1900000000,"x":1,"y":2}""", "time-jump", "time")]
    [InlineData("""{"key":"k","time":2,"x":1,"y":2}}""", "malformed", "")]
    [InlineData("[]", "malformed", "")]
    public void Given_features_that_are_none_When_they_are_decoded_Then_the_reason_and_the_field_are_named(string json, string reason, string field) =>
        Assert.Equal((reason, field), Examples.Refusal(Examples.Classify, json));

    [Theory]
    [InlineData("k,e,2,1,2", "malformed", "")]
    [InlineData("k,e,2,1,2,up,more", "malformed", "")]
    [InlineData("k,e,2,,2,up", "missing-field", "x")]
    [InlineData("k,e,2,one,2,up", "wrong-type", "x")]
    [InlineData("k,e,2,1,nan,up", "not-finite", "y")]
    [InlineData("k,e,then,1,2,up", "bad-time", "time")]
    [InlineData(",e,2,1,2,up", "missing-field", "key")]
    public void Given_csv_that_is_no_record_When_it_is_decoded_Then_the_reason_and_the_field_are_named(string line, string reason, string field) =>
        Assert.Equal((reason, field), Examples.Refusal(Examples.Csv, line));

    [Theory]
    [InlineData("\"3\"", "wrong-type")]
    [InlineData("true", "wrong-type")]
    [InlineData("-1e999", "not-finite")]
    public void Given_no_number_where_one_is_to_be_predicted_When_it_is_decoded_Then_it_is_refused(string label, string reason)
    {
        Assert.Equal((reason, "label"), Examples.Refusal(Examples.Regress, $$"""{"key":"k","time":2,"x":1,"y":2,"label":{{label}}}"""));
        Assert.Equal((reason, "label"), Examples.Refusal(new LabelsSchema { Task = Examples.Regress.Task }, $$"""{"key":"k","id":"e","label":{{label}}}"""));
    }

    [Theory]
    [InlineData("""{"id":"e","label":"up"}""", "missing-field", "key")]
    [InlineData("""{"key":"k","label":"up"}""", "missing-field", "id")]
    [InlineData("""{"key":"k","id":"e"}""", "missing-field", "label")]
    [InlineData("""{"key":"k","id":"e","label":null}""", "missing-field", "label")]
    public void Given_a_label_that_is_none_When_it_is_decoded_Then_the_reason_and_the_field_are_named(string json, string reason, string field) =>
        Assert.Equal((reason, field), Examples.Refusal(Examples.Labels, json));

    [Fact]
    public void Given_labels_of_the_longest_and_of_a_byte_more_When_they_are_decoded_Then_only_the_longer_one_is_refused()
    {
        var longest = new string('\u00e9', SupervisedTask.MostLabelBytes / 2);

        Assert.EndsWith($"] {longest}", Examples.Seen(Examples.Labels, Label(longest)), StringComparison.Ordinal);
        Assert.Equal(("bad-label", "label"), Examples.Refusal(Examples.Labels, Label(longest + "e")));
        Assert.Equal(("bad-label", "label"), Examples.Refusal(Examples.Csv, $"k,,2,1,2,{longest}e"));
        Assert.Equal(("bad-label", "label"), Examples.Refusal(Examples.Csv, $"k,,2,1,2,{new string('9', 5000)}"));

        static string Label(string label) => $$"""{"key":"k","id":"e","label":"{{label}}"}""";
    }

    [Fact]
    public void Given_labels_that_come_apart_When_features_have_no_id_Then_they_are_refused_but_with_their_label_they_need_none()
    {
        var apart = Examples.Classify with { Task = Examples.Classify.Task with { LabelsComeApart = true } };

        Assert.Equal(("missing-field", "id"), Examples.Refusal(apart, """{"key":"k","time":2,"x":1,"y":2}"""));
        Assert.Equal("Labelled k '' at 2000 [1 2] up", Examples.Seen(apart, """{"key":"k","time":2,"x":1,"y":2,"label":"up"}"""));
    }

    [Fact]
    public void Given_a_record_after_one_that_was_refused_When_it_is_decoded_Then_nothing_of_the_other_is_in_it()
    {
        var decoded = Examples.Classify.CreateDecoder().Decode(BatchOf.Values(
            """{"key":"k","id":"e1","time":2,"x":1,"label":"up"}""", """{"key":"k","time":3,"x":3,"y":4}"""));

        Assert.Equal((0, "missing-field", "y"), (Assert.Single(decoded.DeadLetters).Row, decoded.DeadLetters[0].Reason, decoded.DeadLetters[0].Field));
        Assert.True(SupervisedRecord.TryRead(decoded.Examples.Payload(0), classification: true, out var record));
        Assert.Equal((SupervisedRecordKind.Features, "", "3 4"), (record.Kind, Encoding.UTF8.GetString(record.Id), string.Join(' ', record.Features.ToArray())));
    }

    [Fact]
    public void Given_a_record_without_a_value_When_it_is_decoded_Then_the_learner_of_its_message_key_is_to_be_forgotten()
    {
        var decoded = Examples.Csv.CreateDecoder().Decode(BatchOf.Records(("k", null), (null, null)));

        Assert.Equal((ExampleKind.Tombstone, "k"), (Assert.Single(decoded.Examples.Kinds), decoded.Key()));
        Assert.Equal("missing-field", Assert.Single(decoded.DeadLetters).Reason);
    }

    [Fact]
    public void Given_schemas_that_contradict_themselves_When_a_decoder_is_wanted_Then_they_are_refused()
    {
        Assert.All(
            new (SupervisedSchema Schema, string Expected)[]
            {
                (Examples.Fit(Examples.Classify with { Features = ["x", "label"] }), "Field 'label' has no name or two meanings"),
                (Examples.Classify with { Id = "" }, "Field '' has no name or two meanings"),
                (Examples.Classify with { Features = ["x"] }, "expected those of the schema, 1"),
                (Examples.Classify with { Features = [], Task = Examples.Classify.Task with { Features = 0, FeatureNames = "" } }, "There are no features"),
                (Examples.Csv with { Columns = ["key", "time", "x", "label"] }, "Field 'y' is not among the columns"),
                (Examples.Labels with { Format = "csv", Columns = ["key", "label"] }, "Field 'id' is not among the columns"),
                (Examples.Labels with { Format = "vw" }, "expected json or csv"),
            },
            row => Assert.Contains(row.Expected, Assert.Throws<ArgumentException>(() => row.Schema.CreateDecoder()).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("json", """{"key":"k","id":"e1","time":"2023-11-14T22:13:20Z","x":1.5,"y":2,"label":"1.0"}""")]
    [InlineData("csv", "k,e1,1700000000,1.5,2,1.0")]
    [InlineData("labels", """{"key":"k","id":"e1","time":"2023-11-14T22:13:20Z","label":1.5}""")]
    public void Given_a_large_batch_When_it_is_decoded_Then_only_the_columns_are_allocated(string format, string value)
    {
        const int Records = 5000;
        const int MostBytesPerRecord = 80;
        SupervisedSchema schema = format == "json" ? Examples.Classify : format == "csv" ? Examples.Csv : Examples.Labels;
        var decoder = schema.CreateDecoder();
        var records = BatchOf.Values([.. Enumerable.Repeat(value, Records)]);
        var payloads = decoder.Decode(records).Examples.Payloads.Length;
        Assert.Equal(Records, decoder.Decode(records).Examples.Count);
        var before = GC.GetAllocatedBytesForCurrentThread();

        decoder.Decode(records);

        var each = (double)(GC.GetAllocatedBytesForCurrentThread() - before - payloads) / Records;
        Assert.True(each < MostBytesPerRecord, $"decoding {Records} records of {format}: expected less than {MostBytesPerRecord} bytes each, got {each}.");
    }

    [Fact]
    public void Given_what_fleets_refuse_When_the_field_is_asked_for_Then_it_is_the_one_at_fault()
    {
        Assert.Equal("label", Examples.Classify.FieldOf(ExampleStatus.UnknownLabel));
        Assert.Equal("id", Examples.Labels.FieldOf(ExampleStatus.LateFeedback));
        Assert.Equal("", Examples.Labels.FieldOf(ExampleStatus.Unusable));
        Assert.Equal("unknown-label", DeadLetterReason.Of(ExampleStatus.UnknownLabel));
    }
}
