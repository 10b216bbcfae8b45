using StreamLearn.Cli.Sources;
using StreamLearn.Streams.Files;

namespace StreamLearn.Cli.Tests.Sources;

public sealed class FieldGuessTests
{
    [Fact]
    public void Given_usual_names_when_nothing_is_said_then_they_are_found()
    {
        var schema = FieldGuess.Complete(["ts", "load", "link"], null, null, null);

        Assert.Equal(("link", "ts", "load"), (schema.Key, schema.Time, schema.Value));
    }

    [Fact]
    public void Given_what_is_said_when_usual_names_are_there_too_then_it_counts_more()
    {
        var schema = FieldGuess.Complete(["key", "time", "value", "other"], "", "other", "time");

        Assert.Equal(("", "other", "time"), (schema.Key, schema.Time, schema.Value));
    }

    [Fact]
    public void Given_no_usual_names_when_nothing_is_said_then_it_is_one_series_in_the_order_of_the_records()
    {
        Assert.Equal(("", "", "only"), Names(FieldGuess.Complete(["only"], null, null, null)));
        Assert.Equal(("", "", "value"), Names(FieldGuess.Complete(["x", "z"], null, null, null)));

        static (string, string, string) Names(Streams.Codecs.RecordSchema schema) => (schema.Key, schema.Time, schema.Value);
    }

    [Fact]
    public void Given_a_first_line_when_its_fields_are_listed_then_json_and_csv_and_rubbish_are_understood()
    {
        Assert.Equal(["a", "b"], FieldGuess.FieldsOf(new RecordFileFormat("json", "{\"a\":1,\"b\":[2]}"), ','));
        Assert.Equal(["a", "b c"], FieldGuess.FieldsOf(new RecordFileFormat("csv", "a;\"b c\""), ';'));
        Assert.Empty(FieldGuess.FieldsOf(new RecordFileFormat("json", "{\"a\":"), ','));
    }
}
