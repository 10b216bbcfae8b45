using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs.Bandits;

public sealed class DsJsonDecoderTests
{
    private const string Logged = """
        {"_label_cost":-1,"_label_probability":0.8,"_label_Action":2,"_labelIndex":1,"o":[{"v":1.0}],"Timestamp":"2020-01-01T00:00:01Z",
        "Version":"1","EventId":"e1","a":[2,1,3],"c":{"GUser":{"age":25,"city":"New York","_ignored":1},
        "_multi":[{"_tag":"a1","TAction":{"price":3}},{"_tag":"a2","TAction":{"price":9,"new":true,"old":false}},{"_tag":"a3"}]},
        "p":[0.8,0.1,0.1],"VWState":{"m":"x"}}
        """;

    [Fact]
    public void Given_a_logged_decision_When_it_is_decoded_Then_it_has_id_time_action_and_cost()
    {
        var seen = SeenRecord.Of(Bandit.DsJson.CreateDecoder(), BatchOf.Records(("k", Logged)));

        Assert.Equal((BanditRecordKind.Logged, "k", 1_577_836_801_000, "e1"), (seen.Kind, seen.Key, seen.Time, seen.Id));
        Assert.Equal((3, 1, 0.8, -1.0), (seen.Actions, seen.Action, seen.Probability, seen.Feedback));
        Assert.Equal(["a1", "a2", "a3"], seen.Names);
        Assert.Equal([1, 25f], seen.Shared.Where(value => value != 0).Order());
        Assert.Equal([1, 9f], seen.PerAction[256..512].Where(value => value != 0).Order());
    }

    [Theory]
    [InlineData("""{"GUser":{"age":25,"city":"New York"}}""", "|GUser age:25 city=New_York")]
    [InlineData("""{"x":2,"y":true,"z":false,"n":null}""", "| x:2 y")]
    [InlineData("""{"v":[1,2.5,null,3]}""", "|v 0:1 1:2.5 2:3")]
    [InlineData("""{"v":[{"x":1},{"x":2,"w":{"y":1}}]}""", "|v x:3 |w y")]
    [InlineData("""{"outer":{"inner":{"x":1},"x":2}}""", "|inner x |outer x:2")]
    [InlineData("""{"n":{"_text":"black w:th\tstripes","_secret":[1,{"x":2}]},"_x":1}""", "|n black w_th stripes")]
    [InlineData("""{"\u006e":{"\u0078":"a|b:c"}}""", "|n x=a_b_c")]
    public void Given_features_When_they_are_decoded_Then_they_are_those_of_the_text_format(string context, string text)
    {
        var json = SeenRecord.Of(Bandit.DsJson.CreateDecoder(), $$"""{"c":{"_multi":[{"x":1}],{{context[1..]}}}""");
        var vw = SeenRecord.Of(Bandit.Vw.CreateDecoder(), $"shared {text}\n| x");

        Assert.Equal(vw.Shared, json.Shared);
        Assert.Equal(vw.PerAction, json.PerAction);
        Assert.Equal(($"link-load-3-{BatchOf.FirstOffset}", BatchOf.FirstTimestamp, BanditRecordKind.Context), (json.Id, json.Time, json.Kind));
    }

    [Theory]
    [InlineData("\"_label_cost\":-1,\"a\":[2,1],\"p\":[0.7,0.3]", 1, 0.7)]
    [InlineData("\"_label_cost\":-1,\"_label_Action\":1,\"_label_probability\":0.5,\"a\":[2,1],\"p\":[0.7,0.3]", 0, 0.5)]
    [InlineData("\"_label_cost\":-1,\"_labelIndex\":1,\"_p\":[0.25,0.3]", 1, 0.25)]
    public void Given_a_ranking_or_a_label_When_a_decision_is_decoded_Then_the_label_counts_first(string fields, int action, double probability)
    {
        var seen = SeenRecord.Of(Bandit.DsJson.CreateDecoder(), $$$"""{{{{fields}}},"c":{"_multi":[{"x":1},{"x":2}]}}""");

        Assert.Equal((action, probability), (seen.Action, seen.Probability));
    }

    [Theory]
    [InlineData("\"a\":[2,1],\"p\":[0.7,0.3]")]
    [InlineData("\"_label_cost\":-1,\"_labelIndex\":0,\"_label_probability\":0.5,\"_skipLearn\":true")]
    public void Given_no_cost_or_one_not_to_learn_from_When_it_is_decoded_Then_it_is_a_context(string fields) =>
        Assert.Equal(
            BanditRecordKind.Context, SeenRecord.Of(Bandit.DsJson.CreateDecoder(), $$$"""{{{{fields}}},"c":{"_multi":[{"x":1},{"x":2}]}}""").Kind);

    [Theory]
    [InlineData("[]", "malformed", "")]
    [InlineData("""{"a":[1]}""", "missing-field", "c")]
    [InlineData("""{"c":1}""", "wrong-type", "c")]
    [InlineData("""{"c":{"x":1}}""", "missing-field", "_multi")]
    [InlineData("""{"c":{"_multi":[]}}""", "no-actions", "_multi")]
    [InlineData("""{"c":{"_multi":{}}}""", "wrong-type", "_multi")]
    [InlineData("""{"c":{"_multi":[1]}}""", "wrong-type", "_multi")]
    [InlineData("""{"c":{"_multi":[{}],"_slots":[]}}""", "wrong-type", "_slots")]
    [InlineData("""{"c":{"_multi":[{"_label_cost":1}]}}""", "wrong-type", "_label_cost")]
    [InlineData("""{"c":{"_multi":[{}],"v":["a"]}}""", "wrong-type", "c")]
    [InlineData("""{"c":{"_multi":[{}],"v":[[1]]}}""", "wrong-type", "c")]
    [InlineData("""{"c":{"_multi":[{}],"x":1e99}}""", "not-finite", "c")]
    [InlineData("""{"c":{"_multi":[{"_tag":""}]}}""", "bad-id", "_tag")]
    [InlineData("""{"c":{"_multi":[{"_tag":"a"},{"_tag":"a"}]}}""", "duplicate-action", "_tag")]
    [InlineData("""{"c":{"_multi":[{}]},"EventId":""}""", "bad-id", "EventId")]
    [InlineData("""{"c":{"_multi":[{}]},"EventId":{}}""", "wrong-type", "EventId")]
    [InlineData("""{"c":{"_multi":[{}]},"Timestamp":"timestamp_utc"}""", "bad-time", "Timestamp")]
    [InlineData("""{"c":{"_multi":[{}]},"_label_cost":-1,"_label_probability":0.5}""", "missing-field", "_label_Action")]
    [InlineData("""{"c":{"_multi":[{}]},"_label_cost":-1,"_label_probability":0.5,"_labelIndex":1}""", "unknown-action", "_label_Action")]
    [InlineData("""{"c":{"_multi":[{}]},"_label_cost":-1,"_label_probability":0.5,"_label_Action":0}""", "unknown-action", "_label_Action")]
    [InlineData("""{"c":{"_multi":[{}]},"_label_cost":-1,"_labelIndex":0}""", "bad-propensity", "_label_probability")]
    [InlineData("""{"c":{"_multi":[{}]},"_label_cost":-1,"_labelIndex":0,"_label_probability":0}""", "bad-propensity", "_label_probability")]
    [InlineData("""{"c":{"_multi":[{}]},"_label_cost":-1,"_labelIndex":0,"_label_probability":"NaN"}""", "bad-propensity", "_label_probability")]
    [InlineData("""{"c":{"_multi":[{}]},"_label_cost":"NaN","_labelIndex":0,"_label_probability":1}""", "not-finite", "_label_cost")]
    [InlineData("""{"c":{"_multi":[{}]},"_label_cost":1,"_labelIndex":0,"_label_probability":1}""", "cost-out-of-range", "_label_cost")]
    [InlineData("""{"c":{"_multi":[{}]},"_label_cost":"1","_labelIndex":0,"_label_probability":1}""", "wrong-type", "_label_cost")]
    public void Given_a_decision_that_is_none_When_it_is_decoded_Then_the_reason_and_the_field_are_named(string json, string reason, string field) =>
        Assert.Equal((reason, field), SeenRecord.Refusal(Bandit.DsJson.CreateDecoder(), json));

    [Fact]
    public void Given_a_task_with_rewards_When_a_cost_comes_Then_it_is_not_turned_into_one()
    {
        var schema = Bandit.DsJson with { Task = Bandit.DsJson.Task with { Feedback = FeedbackKind.Reward } };

        Assert.Equal(("wrong-feedback", "_label_cost, expected reward"), SeenRecord.Refusal(schema.CreateDecoder(), Logged));
    }
}
