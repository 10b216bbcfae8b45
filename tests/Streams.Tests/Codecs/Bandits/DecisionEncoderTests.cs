using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Codecs.Bandits;

namespace StreamLearn.Streams.Tests.Codecs.Bandits;

public sealed class DecisionEncoderTests
{
    [Fact]
    public void Given_fixed_actions_When_a_decision_is_written_Then_the_action_is_the_tasks_name() =>
        Assert.Equal(
            """{"key":"k","id":"d1","action":"middle","probability":0.5,"probabilities":[0.25,0.5,0.25],"model_version":7}""",
            Encode(Bandit.Fixed.Task, Context(3), 1, [0.25, 0.5, 0.25]));

    [Fact]
    public void Given_names_of_its_own_When_a_decision_is_written_Then_they_stand_beside_the_probabilities() =>
        Assert.Equal(
            """{"key":"k","id":"d1","action":"\"b\"","probability":0.75,"actions":["a","\"b\""],"probabilities":[0.25,0.75],"model_version":7}""",
            Encode(Bandit.Own.Task, Context(2, "a", "\"b\""), 1, [0.25, 0.75]));

    [Fact]
    public void Given_no_names_When_a_decision_is_written_Then_the_action_is_its_number() =>
        Assert.Equal(
            """{"key":"k","id":"d1","action":0,"probability":1,"probabilities":[1],"model_version":7}""",
            Encode(Bandit.Own.Task, Context(1), 0, [1]));

    [Property(MaxTest = 200)]
    public void Given_any_probability_When_a_decision_is_written_Then_it_is_read_as_the_same(NormalFloat number)
    {
        using var json = JsonDocument.Parse(Encode(Bandit.Own.Task, Context(1), 0, [number.Get]));

        Assert.Equal(number.Get, json.RootElement.GetProperty("probability").GetDouble());
        Assert.Equal(number.Get, json.RootElement.GetProperty("probabilities")[0].GetDouble());
    }

    [Fact]
    public void Given_a_decision_When_its_id_and_key_are_sent_back_with_a_reward_Then_it_is_feedback_on_it()
    {
        using var decision = JsonDocument.Parse(Encode(Bandit.Fixed.Task, Context(3), 1, [0.25, 0.5, 0.25]));
        var root = decision.RootElement;
        var reward = $$"""{"key":{{root.GetProperty("key").GetRawText()}},"id":{{root.GetProperty("id").GetRawText()}},"reward":1}""";

        Assert.Equal("d1", SeenRecord.Of(new RewardSchema { Task = Bandit.Fixed.Task }.CreateDecoder(), reward).Id);
    }

    private static byte[] Context(int actions, params string[] names)
    {
        var writer = new BanditRecordWriter();
        writer.WriteContext("d1"u8, new BanditContext(actions, [1f]), [.. names.Select(name => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(name))]);
        return writer.Written.ToArray();
    }

    private static string Encode(BanditTask task, byte[] context, int action, double[] probabilities)
    {
        using var encoder = new DecisionEncoder(task);
        Assert.True(BanditRecord.TryRead(context, out var record));
        var first = Encoding.UTF8.GetString(encoder.Encode("k"u8, record, action, probabilities, 7));
        Assert.Equal(first, Encoding.UTF8.GetString(encoder.Encode("k"u8, record, action, probabilities, 7)));
        return first;
    }
}
