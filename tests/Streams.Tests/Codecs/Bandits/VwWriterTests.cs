using System.Buffers;
using System.Text;
using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Codecs.Bandits;

namespace StreamLearn.Streams.Tests.Codecs.Bandits;

public sealed class VwWriterTests
{
    [Theory]
    [InlineData(new[] { 0.1, 0.1, 0.8 }, "2:0.8,0:0.1,1:0.1\n\n")]
    [InlineData(new[] { 1 / 7.0, 6 / 7.0 }, "1:0.857143,0:0.142857\n\n")]
    [InlineData(new[] { 1.0 }, "0:1\n\n")]
    public void Given_probabilities_When_they_are_written_Then_the_most_probable_action_comes_first(double[] probabilities, string text)
    {
        var output = new ArrayBufferWriter<byte>();

        new VwPredictionWriter().Write(output, probabilities);

        Assert.Equal(text, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Given_many_equals_When_they_are_written_Then_they_stay_in_order()
    {
        var output = new ArrayBufferWriter<byte>();

        new VwPredictionWriter().Write(output, Enumerable.Repeat(0.01, 100).ToArray());

        Assert.Equal(string.Join(',', Enumerable.Range(0, 100).Select(i => $"{i}:0.01")) + "\n\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Given_a_logged_context_When_it_is_written_Then_the_text_says_the_same()
    {
        var text = Written(Bandit.Own, """
            {"key":"k","id":"d 1","time":1,"x":0.5,"actions":[{"id":"a","price":3},{"id":"b|","price":0}],"action":"b|","probability":0.25,"cost":0.125}
            """);

        Assert.Equal("shared 'd_1 |s 0:0.5\n'a |a 0:3\n0:0.125:0.25 'b_ |a\n\n", text);
    }

    [Fact]
    public void Given_rewards_and_a_mask_When_a_context_is_written_Then_costs_are_and_only_allowed_actions()
    {
        var text = Written(Bandit.Fixed, """{"key":"k","id":1,"time":1,"x":0,"y":2,"allowed":[0,2],"action":2,"probability":1,"reward":0.75}""");

        Assert.Equal("shared '1 |s 1:2\n'left |a 0\n0:0.25:1 'right |a 2\n\n", text);
    }

    [Fact]
    public void Given_text_that_was_written_When_it_is_decoded_Then_it_has_the_same_features_turned_by_their_namespace()
    {
        var schema = Bandit.Fit(Bandit.Vw with { HashBits = 3, ActionHashBits = 2 });
        var first = Context(schema, "shared 'd |s x:0.1 y:-2 z:3e-5\n'a |a x:0.3 y\n1:0.7:0.9 'b |b x:5");
        var output = new ArrayBufferWriter<byte>();
        Assert.True(BanditRecord.TryRead(first, out var record));
        new VwTextWriter(schema.Task).Write(output, record);

        var second = Context(schema, Encoding.UTF8.GetString(output.WrittenSpan));

        Assert.True(BanditRecord.TryRead(second, out var read));
        Assert.Equal((record.Action, record.Probability, record.Feedback), (read.Action, read.Probability, read.Feedback));
        Assert.Equal(record.Id.ToArray(), read.Id.ToArray());
        Assert.Equal("b"u8.ToArray(), read.NameOf(1).ToArray());
        var turn = (int)(FeatureHash.Namespace("s"u8) % 8);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(record.Context.Shared[i], read.Context.Shared[(i + turn) % 8]);
        }

        turn = (int)(FeatureHash.Namespace("a"u8) % 4);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(record.Context.FeaturesOf(1)[i], read.Context.FeaturesOf(1)[(i + turn) % 4]);
        }
    }

    private static string Written(BanditSchema schema, string json)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.True(BanditRecord.TryRead(Context(schema, json), out var record));
        new VwTextWriter(schema.Task).Write(output, record);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static byte[] Context(BanditSchema schema, string value)
    {
        var decoded = schema.CreateDecoder().Decode(Records.BatchOf.Values(value));
        Assert.Empty(decoded.DeadLetters);
        return decoded.Examples.Payload(0).ToArray();
    }
}
