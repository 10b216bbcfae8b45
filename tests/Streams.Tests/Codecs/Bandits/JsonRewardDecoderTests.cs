using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs.Bandits;

public sealed class JsonRewardDecoderTests
{
    private static readonly RewardSchema Rewards = new() { Task = new BanditTask() };
    private static readonly RewardSchema Costs = new() { Task = new BanditTask { Feedback = FeedbackKind.Cost, FeedbackMin = -5, FeedbackMax = 5 } };

    [Theory]
    [InlineData("""{"key":"k","id":"d1","time":2,"reward":0.75}""", 2000)]
    [InlineData("""{"reward":0.75,"unknown":{},"id":"d1","key":"k"}""", BatchOf.FirstTimestamp)]
    [InlineData("""{"reward":0.75,"time":null,"id":"d1","key":"k","cost":null}""", BatchOf.FirstTimestamp)]
    public void Given_a_reward_When_it_is_decoded_Then_it_is_feedback_with_the_time_it_has(string json, long time)
    {
        var seen = SeenRecord.Of(Rewards.CreateDecoder(), json);

        Assert.Equal((BanditRecordKind.Feedback, "k", "d1", time, 0.75), (seen.Kind, seen.Key, seen.Id, seen.Time, seen.Feedback));
    }

    [Fact]
    public void Given_costs_When_one_is_decoded_Then_it_stays_as_it_was_given() =>
        Assert.Equal(-5, SeenRecord.Of(Costs.CreateDecoder(), """{"key":1,"id":17,"cost":-5}""").Feedback);

    [Theory]
    [InlineData("18446744073709551615")]
    [InlineData("-9223372036854775808")]
    public void Given_a_whole_number_of_64_bits_as_id_When_it_is_decoded_Then_it_is_taken_as_it_is_written(string id) =>
        Assert.Equal(id, SeenRecord.Of(Rewards.CreateDecoder(), $$"""{"key":"k","id":{{id}},"reward":1}""").Id);

    [Fact]
    public void Given_the_message_key_as_key_When_a_reward_is_decoded_Then_it_is_taken() =>
        Assert.Equal("m", SeenRecord.Of((Rewards with { Key = "" }).CreateDecoder(), BatchOf.Records(("m", """{"id":1,"reward":1}"""))).Key);

    [Theory]
    [InlineData("""{"id":"d1","reward":1}""", "missing-field", "key")]
    [InlineData("""{"key":"k","reward":1}""", "missing-field", "id")]
    [InlineData("""{"key":"k","id":"d1"}""", "missing-field", "reward")]
    [InlineData("""{"key":"k","id":"d1","reward":null}""", "missing-field", "reward")]
    [InlineData("""{"key":"k","id":"d1","cost":1}""", "wrong-feedback", "cost, expected reward")]
    [InlineData("""{"key":"k","id":"d1","cost":1,"reward":1}""", "wrong-feedback", "cost, expected reward")]
    [InlineData("""{"key":"k","id":"d1","reward":"1"}""", "wrong-type", "reward")]
    [InlineData("""{"key":"k","id":"d1","reward":1.5}""", "cost-out-of-range", "reward")]
    [InlineData("""{"key":"k","id":"d1","reward":-1e999}""", "not-finite", "reward")]
    [InlineData("""{"key":"k","id":"","reward":1}""", "bad-id", "id")]
    [InlineData("""{"key":"k","id":true,"reward":1}""", "wrong-type", "id")]
    [InlineData("""{"key":"k","id":1,"time":"then","reward":1}""", "bad-time", "time")]
    [InlineData("""{"key":"k","id":1,"reward":1}}""", "malformed", "")]
    public void Given_feedback_that_is_none_When_it_is_decoded_Then_the_reason_and_the_field_are_named(string json, string reason, string field) =>
        Assert.Equal((reason, field), SeenRecord.Refusal(Rewards.CreateDecoder(), json));

    [Fact]
    public void Given_a_reward_where_costs_are_stated_When_it_is_decoded_Then_it_is_not_turned_into_one() =>
        Assert.Equal(("wrong-feedback", "reward, expected cost"), SeenRecord.Refusal(Costs.CreateDecoder(), """{"key":"k","id":1,"reward":1}"""));
}
