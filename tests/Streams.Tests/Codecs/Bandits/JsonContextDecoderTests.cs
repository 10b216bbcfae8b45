using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs.Bandits;

public sealed class JsonContextDecoderTests
{
    private const string Head = "\"key\":\"k\",\"id\":\"d1\",\"time\":1700000000,";

    [Fact]
    public void Given_fixed_actions_When_a_context_is_decoded_Then_its_payload_has_id_and_features()
    {
        var seen = SeenRecord.Of(Bandit.Fixed.CreateDecoder(), $$"""{{{Head}}"x":1.5,"y":true,"unknown":[{"x":2}]}""");

        Assert.Equal((BanditRecordKind.Context, "k", 1_700_000_000_000, "d1", 3), (seen.Kind, seen.Key, seen.Time, seen.Id, seen.Actions));
        Assert.Equal([1.5f, 1], seen.Shared);
        Assert.Empty(seen.PerAction);
        Assert.Empty(seen.Allowed);
        Assert.Empty(seen.Names);
        Assert.Equal(-1, seen.Action);
    }

    [Theory]
    [InlineData("""{"features":{"y":2,"x":1},"id":7,"time":1,"key":3}""")]
    [InlineData("""{"y":9,"features":{"x":1,"z":4},"y":2,"id":"7","time":"1970-01-01T00:00:01Z","key":"3"}""")]
    [InlineData("""{"\u0069d":"\u0037","time":1,"key":"3","x":1,"y":2,"features":null,"action":null,"probability":null,"reward":null}""")]
    public void Given_features_at_the_top_or_in_an_object_When_a_context_is_decoded_Then_they_are_in_the_schemas_order(string json)
    {
        var seen = SeenRecord.Of(Bandit.Fixed.CreateDecoder(), json);

        Assert.Equal(("3", 1000, "7", BanditRecordKind.Context), (seen.Key, seen.Time, seen.Id, seen.Kind));
        Assert.Equal([1f, 2], seen.Shared);
    }

    [Fact]
    public void Given_actions_of_its_own_When_a_context_is_decoded_Then_they_have_names_and_features()
    {
        var seen = SeenRecord.Of(
            Bandit.Own.CreateDecoder(),
            $$$"""{"allowed":["b"],{{{Head}}}"actions":[{"id":"a","price":3},{"price":9,"id":"b","unknown":{}},{"id":"c","features":{"price":false}}],"x":1}""");

        Assert.Equal(["a", "b", "c"], seen.Names);
        Assert.Equal([3f, 9, 0], seen.PerAction);
        Assert.Equal([0, 1, 0], seen.Allowed);
    }

    [Fact]
    public void Given_actions_without_names_When_a_context_is_decoded_Then_numbers_count_them()
    {
        var seen = SeenRecord.Of(
            Bandit.Own.CreateDecoder(),
            $$"""{{{Head}}"x":0,"actions":[{"price":1},{"price":2}],"action":1,"probability":1,"cost":0}""");

        Assert.Empty(seen.Names);
        Assert.Equal((BanditRecordKind.Logged, 1, 1.0, 0.0), (seen.Kind, seen.Action, seen.Probability, seen.Feedback));
    }

    [Theory]
    [InlineData("\"action\":\"20\"")]
    [InlineData("\"action\":20")]
    public void Given_names_that_are_numbers_When_an_action_is_a_number_Then_it_is_a_name(string action)
    {
        var seen = SeenRecord.Of(
            Bandit.Own.CreateDecoder(),
            $$"""{{{Head}}"x":0,{{action}},"probability":0.5,"cost":0,"actions":[{"id":10,"price":1},{"id":"20","price":2}]}""");

        Assert.Equal((1, "20"), (seen.Action, seen.Names[1]));
    }

    [Fact]
    public void Given_an_outcome_When_a_context_is_decoded_Then_it_is_a_logged_one()
    {
        var seen = SeenRecord.Of(
            Bandit.Fixed.CreateDecoder(), $$"""{"reward":0.25,"probability":0.5,"action":"right",{{Head}}"x":0,"y":0,"allowed":[true,false,true]}""");

        Assert.Equal((BanditRecordKind.Logged, 2, 0.5, 0.25), (seen.Kind, seen.Action, seen.Probability, seen.Feedback));
        Assert.Equal([1, 0, 1], seen.Allowed);
    }

    [Theory]
    [InlineData("[0,\"right\"]", new byte[] { 1, 0, 1 })]
    [InlineData("[false,true,false]", new byte[] { 0, 1, 0 })]
    [InlineData("[\"left\",\"left\"]", new byte[] { 1, 0, 0 })]
    public void Given_a_mask_When_a_context_is_decoded_Then_names_numbers_and_booleans_are_understood(string allowed, byte[] mask) =>
        Assert.Equal(
            mask, SeenRecord.Of(Bandit.Fixed.CreateDecoder(), $$"""{{{Head}}"x":0,"y":0,"allowed":{{allowed}}}""").Allowed);

    [Theory]
    [InlineData("""[{"id":"right","load":3},{"id":"left","load":1},{"id":"middle","load":2}]""")]
    [InlineData("""[{"load":1},{"load":2},{"load":3}]""")]
    public void Given_fixed_actions_with_features_When_they_are_listed_in_any_order_Then_each_has_its_own(string actions) =>
        Assert.Equal([1f, 2, 3], SeenRecord.Of(Bandit.FixedWithFeatures.CreateDecoder(), $$"""{{{Head}}"actions":{{actions}}}""").PerAction);

    [Theory]
    [InlineData("{", "malformed", "")]
    [InlineData("[]", "malformed", "")]
    [InlineData("""{"id":1,"time":1,"x":1,"y":2}""", "missing-field", "key")]
    [InlineData("""{"key":"k","time":1,"x":1,"y":2}""", "missing-field", "id")]
    [InlineData("""{"key":"k","id":1,"x":1,"y":2}""", "missing-field", "time")]
    [InlineData("""{"key":"k","id":1,"time":1,"x":1}""", "missing-field", "y")]
    [InlineData("""{"key":"","id":1,"time":1,"x":1,"y":2}""", "bad-key", "key")]
    [InlineData("""{"key":"k","id":1,"time":"now","x":1,"y":2}""", "bad-time", "time")]
    [InlineData("""{"key":"k","id":"","time":1,"x":1,"y":2}""", "bad-id", "id")]
    [InlineData("""{"key":"k","id":"\ud800","time":1,"x":1,"y":2}""", "bad-id", "id")]
    [InlineData("""{"key":"k","id":1.5,"time":1,"x":1,"y":2}""", "wrong-type", "id")]
    [InlineData("""{"key":"k","id":[1],"time":1,"x":1,"y":2}""", "wrong-type", "id")]
    [InlineData("""{"key":"k","id":1,"time":1,"x":"1","y":2}""", "wrong-type", "x")]
    [InlineData("""{"key":"k","id":1,"time":1,"x":{},"y":2}""", "wrong-type", "x")]
    [InlineData("""{"key":"k","id":1,"time":1,"x":1e39,"y":2}""", "not-finite", "x")]
    [InlineData("""{"key":"k","id":1,"time":1,"x":1,"features":{"y":-1e999}}""", "not-finite", "y")]
    public void Given_a_context_that_is_none_When_it_is_decoded_Then_the_reason_and_the_field_are_named(string json, string reason, string field) =>
        Assert.Equal((reason, field), SeenRecord.Refusal(Bandit.Fixed.CreateDecoder(), json));

    [Theory]
    [InlineData("\"allowed\":[]", "no-allowed-action", "allowed")]
    [InlineData("\"allowed\":[false,false,false]", "no-allowed-action", "allowed")]
    [InlineData("\"allowed\":[true,false]", "missing-field", "allowed")]
    [InlineData("\"allowed\":[true,false,true,true]", "unknown-action", "allowed")]
    [InlineData("\"allowed\":[\"up\"]", "unknown-action", "allowed")]
    [InlineData("\"allowed\":[3]", "unknown-action", "allowed")]
    [InlineData("\"allowed\":[-1]", "unknown-action", "allowed")]
    [InlineData("\"allowed\":[true,1,2]", "wrong-type", "allowed")]
    [InlineData("\"allowed\":[0.5]", "wrong-type", "allowed")]
    [InlineData("\"allowed\":\"left\"", "wrong-type", "allowed")]
    [InlineData("\"action\":\"up\",\"probability\":1,\"reward\":1", "unknown-action", "action")]
    [InlineData("\"action\":3,\"probability\":1,\"reward\":1", "unknown-action", "action")]
    [InlineData("\"action\":0,\"probability\":1,\"reward\":1,\"allowed\":[1]", "unknown-action", "action")]
    [InlineData("\"action\":true,\"probability\":1,\"reward\":1", "wrong-type", "action")]
    [InlineData("\"action\":0,\"reward\":1", "bad-propensity", "probability")]
    [InlineData("\"action\":0,\"reward\":1,\"probability\":0", "bad-propensity", "probability")]
    [InlineData("\"action\":0,\"reward\":1,\"probability\":-0.1", "bad-propensity", "probability")]
    [InlineData("\"action\":0,\"reward\":1,\"probability\":1.0000001", "bad-propensity", "probability")]
    [InlineData("\"action\":0,\"reward\":1,\"probability\":1e999", "bad-propensity", "probability")]
    [InlineData("\"action\":0,\"reward\":1,\"probability\":\"1\"", "wrong-type", "probability")]
    [InlineData("\"action\":0,\"reward\":1.1,\"probability\":1", "cost-out-of-range", "reward")]
    [InlineData("\"action\":0,\"reward\":-1,\"probability\":1", "cost-out-of-range", "reward")]
    [InlineData("\"action\":0,\"reward\":1e999,\"probability\":1", "not-finite", "reward")]
    [InlineData("\"action\":0,\"reward\":\"1\",\"probability\":1", "wrong-type", "reward")]
    [InlineData("\"action\":0,\"cost\":1,\"probability\":1", "wrong-feedback", "cost, expected reward")]
    [InlineData("\"action\":0,\"cost\":1,\"reward\":0,\"probability\":1", "wrong-feedback", "cost, expected reward")]
    [InlineData("\"action\":0,\"probability\":1", "missing-field", "reward")]
    [InlineData("\"reward\":1", "missing-field", "action")]
    [InlineData("\"probability\":1", "missing-field", "action")]
    public void Given_a_bad_mask_or_outcome_When_a_context_is_decoded_Then_it_is_a_dead_letter(string fields, string reason, string field) =>
        Assert.Equal((reason, field), SeenRecord.Refusal(Bandit.Fixed.CreateDecoder(), $$"""{{{fields}},{{Head}}"x":0,"y":0}"""));

    [Theory]
    [InlineData("\"x\":1", "missing-field", "actions")]
    [InlineData("\"x\":1,\"actions\":null", "missing-field", "actions")]
    [InlineData("\"x\":1,\"actions\":[]", "no-actions", "actions")]
    [InlineData("\"x\":1,\"actions\":{}", "wrong-type", "actions")]
    [InlineData("\"x\":1,\"actions\":[[]]", "wrong-type", "actions")]
    [InlineData("\"x\":1,\"actions\":[\"a\"]", "missing-field", "price")]
    [InlineData("\"x\":1,\"actions\":[{\"id\":\"a\"}]", "missing-field", "price")]
    [InlineData("\"x\":1,\"actions\":[{\"id\":\"a\",\"price\":\"1\"}]", "wrong-type", "price")]
    [InlineData("\"x\":1,\"actions\":[{\"id\":\"a\",\"price\":1e99}]", "not-finite", "price")]
    [InlineData("\"x\":1,\"actions\":[{\"id\":\"\",\"price\":1}]", "bad-id", "actions")]
    [InlineData("\"x\":1,\"actions\":[{\"id\":{},\"price\":1}]", "wrong-type", "actions")]
    [InlineData("\"x\":1,\"actions\":[{\"id\":1,\"price\":1},{\"id\":\"1\",\"price\":1}]", "duplicate-action", "actions")]
    [InlineData("\"x\":1,\"actions\":[{\"id\":1,\"price\":1},{\"price\":1}]", "missing-field", "actions")]
    public void Given_bad_actions_When_a_context_is_decoded_Then_it_is_a_dead_letter(string fields, string reason, string field) =>
        Assert.Equal((reason, field), SeenRecord.Refusal(Bandit.Own.CreateDecoder(), $$"""{{{Head}}{{fields}}}"""));

    [Theory]
    [InlineData("""[{"id":"left","load":1}]""", "missing-field")]
    [InlineData("""[]""", "no-actions")]
    [InlineData("""[{"id":"left","load":1},{"id":"left","load":1},{"id":"right","load":1}]""", "duplicate-action")]
    [InlineData("""[{"id":"left","load":1},{"id":"up","load":1},{"id":"right","load":1}]""", "unknown-action")]
    [InlineData("""[{"load":1},{"load":1},{"load":1},{"load":1}]""", "too-many-actions")]
    public void Given_other_actions_than_the_tasks_When_a_context_is_decoded_Then_it_is_a_dead_letter(string actions, string reason) =>
        Assert.Equal((reason, "actions"), SeenRecord.Refusal(Bandit.FixedWithFeatures.CreateDecoder(), $$"""{{{Head}}"actions":{{actions}}}"""));

    [Theory]
    [InlineData(BanditTask.MostActions, 100_000, "")]
    [InlineData(BanditTask.MostActions + 1, 100_000, "too-many-actions")]
    [InlineData(BanditTask.MostActions, 5000, "too-large")]
    public void Given_many_actions_When_a_context_is_decoded_Then_there_is_a_bound(int count, int bytes, string reason)
    {
        var decoder = (Bandit.Own with { MostBytes = bytes }).CreateDecoder();
        var actions = string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"id":{{i}},"price":{{i}}}"""));
        var json = $$"""{{{Head}}"x":1,"actions":[{{actions}}]}""";

        if (reason.Length == 0)
        {
            Assert.Equal(count, SeenRecord.Of(decoder, json).Names.Length);
        }
        else
        {
            Assert.Equal((reason, "actions"), SeenRecord.Refusal(decoder, json));
        }
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void Given_a_long_id_When_it_is_decoded_Then_256_bytes_are_the_most(int length, bool good)
    {
        var json = $$"""{"key":"k","time":1,"x":1,"y":2,"id":"{{new string('d', length)}}"}""";
        var decoded = Bandit.Fixed.CreateDecoder().Decode(BatchOf.Values(json));

        Assert.Equal(good ? 1 : 0, decoded.Examples.Count);
        Assert.Equal(good ? [] : [new DeadLetter(0, "bad-id", "id")], decoded.DeadLetters);
    }

    [Fact]
    public void Given_good_and_bad_records_and_a_tombstone_When_they_are_decoded_Then_each_example_has_its_own_payload()
    {
        var good = $$"""{{{Head}}"x":1,"y":2}""";
        var decoded = Bandit.Fixed.CreateDecoder().Decode(BatchOf.Records(("k", good), ("k", "no json"), ("k", null), ("k", good)));

        Assert.Equal([0, 2, 3], decoded.Rows);
        Assert.Equal(0, decoded.Examples.Width);
        Assert.Equal([ExampleKind.Example, ExampleKind.Tombstone, ExampleKind.Example], decoded.Examples.Kinds);
        Assert.Equal(0, decoded.Examples.Payload(1).Length);
        Assert.Equal(decoded.Examples.Payload(0).ToArray(), decoded.Examples.Payload(2).ToArray());
        Assert.Equal(0, decoded.KeyMismatches);
    }

    [Fact]
    public void Given_settings_that_do_not_fit_When_a_decoder_is_made_Then_it_is_refused()
    {
        Assert.Throws<ArgumentException>(() => (Bandit.Fixed with { Features = ["x"] }).CreateDecoder());
        Assert.Throws<ArgumentException>(() => Bandit.Fit(Bandit.Fixed with { Features = ["cost"] }).CreateDecoder());
        Assert.Throws<ArgumentException>(() => Bandit.Fit(Bandit.Fixed with { Features = ["x", "x"] }).CreateDecoder());
        Assert.Throws<ArgumentException>(() => (Bandit.Fixed with { Id = "" }).CreateDecoder());
        Assert.Throws<ArgumentException>(() => Bandit.Fit(Bandit.Fixed with { Format = "xml" }).CreateDecoder());
        Assert.Throws<ArgumentException>(() => (Bandit.Vw with { HashBits = 0 }).CreateDecoder());
        Assert.Throws<ArgumentException>(() => Bandit.Fit(Bandit.Vw with { HashBits = 14 }).CreateDecoder());
    }
}
