using System.Text;
using System.Text.Json;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Supervised;

namespace StreamLearn.Streams.Tests.Codecs.Supervised;

public sealed class PredictionEncoderTests
{
    private static readonly SupervisedTask Growing = new() { Name = SupervisedTask.Classify };
    private static readonly SupervisedTask Fixed = Growing with { Classes = ["down", "up \"now\""] };

    [Fact]
    public void Given_classes_that_grow_when_a_prediction_is_written_then_it_has_their_labels_in_order() => Assert.Equal(
        """{"key":"k","time":1700000000,"id":"e1","value":"café \"x\"","probabilities":{"1":0.1,"café \"x\"":0.7,"z":0.2},"model_version":3}""",
        Encode(Growing, "e1", [1, 0.1, 0.7, 0.2], ["1", "café \"x\"", "z"]));

    [Fact]
    public void Given_classes_that_are_known_when_a_prediction_is_written_then_they_are_those_of_the_task() => Assert.Equal(
        """{"key":"k","time":1700000000,"id":null,"value":"up \"now\"","probabilities":{"down":0.25,"up \"now\"":0.75},"model_version":3}""",
        Encode(Fixed, "", [1, 0.25, 0.75], []));

    [Fact]
    public void Given_no_class_that_is_known_when_a_prediction_is_written_then_there_is_no_value() => Assert.Equal(
        """{"key":"k","time":1700000000,"id":null,"value":null,"probabilities":{},"model_version":3}""", Encode(Growing, "", [-1], []));

    [Theory]
    [InlineData(0.1)]
    [InlineData(-1.7976931348623157E+308)]
    [InlineData(5E-324)]
    public void Given_a_number_when_its_prediction_is_written_then_it_is_read_as_the_same_bits(double value)
    {
        var json = JsonDocument.Parse(Encode(new SupervisedTask { Name = SupervisedTask.Regress }, "e\n1", [value], [])).RootElement;

        Assert.Equal(["key", "time", "id", "value", "model_version"], json.EnumerateObject().Select(field => field.Name));
        Assert.Equal("e\n1", json.GetProperty("id").GetString());
        Assert.Equal(value, json.GetProperty("value").GetDouble());
    }

    [Fact]
    public void Given_an_encoder_when_it_is_used_again_then_nothing_of_the_last_one_is_left()
    {
        using var encoder = new PredictionEncoder(Growing);
        _ = encoder.Encode("other"u8, 1, TimeUnit.Iso, "e"u8, [0, 1], Texts(["a"]), 1);

        Assert.Equal(
            """{"key":"k","time":"1970-01-01T00:00:05Z","id":null,"value":"b","probabilities":{"b":1},"model_version":2}""",
            Encoding.UTF8.GetString(encoder.Encode("k"u8, 5000, TimeUnit.Iso, [], [0, 1], Texts(["b"]), 2)));
    }

    private static string Encode(SupervisedTask task, string id, double[] numbers, string[] labels)
    {
        using var encoder = new PredictionEncoder(task);
        return Encoding.UTF8.GetString(encoder.Encode("k"u8, 1_700_000_000_000, TimeUnit.Seconds, Encoding.UTF8.GetBytes(id), numbers, Texts(labels), 3));
    }

    private static byte[] Texts(string[] labels) =>
        [.. labels.Select(Encoding.UTF8.GetBytes).SelectMany(label => (byte[])[(byte)label.Length, (byte)(label.Length >> 8), .. label])];
}
