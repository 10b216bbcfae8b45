using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs.Bandits;

public sealed class VwDecoderTests
{
    private const string Example = """
        shared |User age:25 city=paris
        |Action id=a1 price:3
        0:0.5:0.25 |Action id=a2 price:9
        |Action id=a3
        """;

    [Fact]
    public void Given_a_multi_line_example_When_it_is_decoded_Then_the_line_of_the_label_is_the_action()
    {
        var seen = SeenRecord.Of(Bandit.Vw.CreateDecoder(), BatchOf.Records(("k", Example)));

        Assert.Equal((BanditRecordKind.Logged, "k", BatchOf.FirstTimestamp, 3), (seen.Kind, seen.Key, seen.Time, seen.Actions));
        Assert.Equal((1, 0.25, 0.5), (seen.Action, seen.Probability, seen.Feedback));
        Assert.Equal($"link-load-3-{BatchOf.FirstOffset}", seen.Id);
        Assert.Empty(seen.Names);
        Assert.Equal([1, 25f], seen.Shared.Where(value => value != 0).Order());
        Assert.Equal([1, 3f], seen.PerAction[..256].Where(value => value != 0).Order());
        Assert.Equal([1, 9f], seen.PerAction[256..512].Where(value => value != 0).Order());
        Assert.Equal([1f], seen.PerAction[512..].Where(value => value != 0));
    }

    [Theory]
    [InlineData("|a x\n|a y")]
    [InlineData("|a x\r\n|a y\r\n")]
    [InlineData("\ufeff|a x\n|a y\n\n")]
    [InlineData("1 |a x\n|a y")]
    [InlineData("1:: |a x\n|a y")]
    [InlineData("1::0.5 |a x\n|a y")]
    [InlineData("shared |\n\t|a x \t\n|a y")]
    public void Given_no_label_or_one_without_cost_When_an_example_is_decoded_Then_it_is_a_context(string text)
    {
        var seen = SeenRecord.Of(Bandit.Vw.CreateDecoder(), text);

        Assert.Equal((BanditRecordKind.Context, 2), (seen.Kind, seen.Actions));
        Assert.All(seen.Shared, value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData("shared d7|s x\na1|a x\n'a2 |a y")]
    [InlineData("shared 'd7|s x\n'a1|a x\n'a2|a y")]
    [InlineData("shared 'd7 |s x\n'a1 |a x\na2|a y")]
    public void Given_tags_When_an_example_is_decoded_Then_they_are_the_id_and_the_names_of_the_actions(string text)
    {
        var seen = SeenRecord.Of(Bandit.Vw.CreateDecoder(), text);

        Assert.Equal("d7", seen.Id);
        Assert.Equal(["a1", "a2"], seen.Names);
    }

    [Theory]
    [InlineData("|n x", "|n x:1")]
    [InlineData("|n:2 x:3", "|n x:6")]
    [InlineData("|n:2 x", "|n x:2")]
    [InlineData("|n x:1 x:2", "|n x:3")]
    [InlineData("|n city=paris", "|n city:paris")]
    [InlineData("|n x |m y", "|m y |n x")]
    [InlineData("|n x:0 y", "|n y")]
    [InlineData("|n :5 :6", "|n 0:5 1:6")]
    [InlineData("|n 007:5", "|n 7:5")]
    public void Given_two_ways_to_write_features_When_they_are_decoded_Then_they_are_the_same(string one, string other) =>
        Assert.Equal(SharedOf(other), SharedOf(one));

    [Theory]
    [InlineData("|n x", "|m x")]
    [InlineData("|n x", "|n y")]
    [InlineData("|n x", "| x")]
    [InlineData("|n x=1", "|n x:1")]
    public void Given_other_names_or_namespaces_When_they_are_decoded_Then_they_are_other_features(string one, string other) =>
        Assert.NotEqual(Bandit.NonZero(SharedOf(other)), Bandit.NonZero(SharedOf(one)));

    [Fact]
    public void Given_numbered_features_without_a_namespace_When_they_are_decoded_Then_each_has_its_own_place() =>
        Assert.Equal([(0, 5f), (3, 6f), (4, 7f)], Bandit.NonZero(SharedOf("| 0:5 3:6 260:7")));

    [Fact]
    public void Given_features_When_their_places_are_computed_Then_they_are_as_they_were()
    {
        // Fixed numbers: learned weights depend on them.
        Assert.Equal((0x32D153FFu, 0x550D7456u), (FeatureHash.Namespace("abc"u8), FeatureHash.Namespace("a"u8)));
        Assert.Equal(0x550D7456u + 12, FeatureHash.Feature(FeatureHash.Namespace("a"u8), "12"u8));
    }

    [Theory]
    [InlineData("", "malformed", "")]
    [InlineData("\n", "malformed", "")]
    [InlineData("no bar", "malformed", "")]
    [InlineData("|a x\n\n|a y", "malformed", "")]
    [InlineData("|a x\nshared |s x", "malformed", "")]
    [InlineData("0:1:0.5|a x", "malformed", "")]
    [InlineData("shared|s x\n|a x", "malformed", "")]
    [InlineData("|:2 x", "malformed", "")]
    [InlineData("|a:x y", "malformed", "")]
    [InlineData("|a x:", "malformed", "")]
    [InlineData("one:1:0.5 |a x", "malformed", "")]
    [InlineData("0:one:0.5 |a x", "malformed", "")]
    [InlineData("0:1:0.5 1:1:0.5 |a x", "malformed", "")]
    [InlineData("0:1:0.5 |a x\n0:1:0.5 |a y", "malformed", "")]
    [InlineData("shared |s x", "no-actions", "actions")]
    [InlineData("|a x:nan", "not-finite", "features")]
    [InlineData("|a x:-inf", "not-finite", "features")]
    [InlineData("|a x:1e39", "not-finite", "features")]
    [InlineData("|a:inf x", "not-finite", "features")]
    [InlineData("|a x:2e38 x:2e38", "not-finite", "features")]
    [InlineData("0:1 |a x", "bad-propensity", "probability")]
    [InlineData("0:1: |a x", "bad-propensity", "probability")]
    [InlineData("0:1:0 |a x", "bad-propensity", "probability")]
    [InlineData("0:1:-0.5 |a x", "bad-propensity", "probability")]
    [InlineData("0:1:1.5 |a x", "bad-propensity", "probability")]
    [InlineData("0:1:nan |a x", "bad-propensity", "probability")]
    [InlineData("0:1:half |a x", "bad-propensity", "probability")]
    [InlineData("0::2 |a x", "bad-propensity", "probability")]
    [InlineData("0:2:0.5 |a x", "cost-out-of-range", "cost")]
    [InlineData("0:nan:0.5 |a x", "not-finite", "cost")]
    [InlineData("'a |a x\n'a |a y", "duplicate-action", "tag")]
    [InlineData("'a |a x\n|a y", "missing-field", "actions")]
    public void Given_an_example_that_is_none_When_it_is_decoded_Then_the_reason_and_the_part_are_named(string text, string reason, string field) =>
        Assert.Equal((reason, field), SeenRecord.Refusal(Bandit.Vw.CreateDecoder(), text));

    [Fact]
    public void Given_a_task_with_rewards_When_a_label_comes_Then_its_cost_is_not_turned_into_one()
    {
        var decoder = (Bandit.Vw with { Task = Bandit.Vw.Task with { Feedback = FeedbackKind.Reward } }).CreateDecoder();

        Assert.Equal(("wrong-feedback", "cost, expected reward"), SeenRecord.Refusal(decoder, Example));
        Assert.Equal(BanditRecordKind.Context, SeenRecord.Of(decoder, "|a x\n|a y").Kind);
    }

    [Fact]
    public void Given_many_actions_When_an_example_is_decoded_Then_there_is_a_bound()
    {
        var lines = string.Join('\n', Enumerable.Repeat("|a x", BanditTask.MostActions + 1));

        Assert.Equal(("too-large", "actions"), SeenRecord.Refusal(Bandit.Vw.CreateDecoder(), lines));
        Assert.Equal(
            ("too-many-actions", "actions"),
            SeenRecord.Refusal((Bandit.Vw with { MostBytes = 10_000_000 }).CreateDecoder(), lines));
    }

    [Theory]
    [InlineData("2:1:0.3 | b c", 1)]
    [InlineData("1:1:0.3 | b c", 0)]
    [InlineData("2:1:0.3 'tag| b c", 1)]
    public void Given_fixed_actions_When_an_example_is_one_line_Then_actions_count_from_one_and_features_are_shared(string line, int action)
    {
        var seen = SeenRecord.Of(Bandit.VwFixed.CreateDecoder(), line);

        Assert.Equal((BanditRecordKind.Logged, action, 0.3, 1.0, 3), (seen.Kind, seen.Action, seen.Probability, seen.Feedback, seen.Actions));
        Assert.Equal(2, seen.Shared.Sum());
        Assert.Empty(seen.PerAction);
        Assert.Empty(seen.Allowed);
    }

    [Theory]
    [InlineData("1 3:0.5:0.3 | b c", new byte[] { 1, 0, 1 }, 2)]
    [InlineData("3:0.5:0.3 2 | b c", new byte[] { 0, 1, 1 }, 2)]
    [InlineData("1 3 | b c", new byte[] { 1, 0, 1 }, -1)]
    [InlineData("3 | b c", new byte[] { 0, 0, 1 }, -1)]
    [InlineData("| b c", new byte[0], -1)]
    public void Given_actions_listed_on_one_line_When_it_is_decoded_Then_only_those_may_be_chosen(string line, byte[] allowed, int action)
    {
        var seen = SeenRecord.Of(Bandit.VwFixed.CreateDecoder(), line);

        Assert.Equal(allowed, seen.Allowed);
        Assert.Equal(action, seen.Action);
    }

    [Theory]
    [InlineData("0:1:0.5 | a", "unknown-action", "action")]
    [InlineData("4:1:0.5 | a", "unknown-action", "action")]
    [InlineData("1:1 | a", "bad-propensity", "probability")]
    [InlineData("1:1:0.5 2:1:0.5 | a", "malformed", "")]
    [InlineData("| a\n| b", "wrong-type", "features")]
    [InlineData("|\n|", "missing-field", "actions")]
    [InlineData("|\n|\n|\n|", "too-many-actions", "actions")]
    public void Given_fixed_actions_When_an_example_does_not_fit_Then_it_is_a_dead_letter(string text, string reason, string field) =>
        Assert.Equal((reason, field), SeenRecord.Refusal(Bandit.VwFixed.CreateDecoder(), text));

    [Fact]
    public void Given_fixed_actions_with_features_When_an_example_has_their_lines_Then_they_come_in_order()
    {
        var schema = Bandit.Fit(Bandit.VwFixed with { HashBits = 2, ActionHashBits = 1 });

        var seen = SeenRecord.Of(schema.CreateDecoder(), "shared | 0:1\n| 0:2\n| 1:3\n7:0:1 | 0:4");

        Assert.Equal([1f, 0, 0, 0], seen.Shared);
        Assert.Equal([2f, 0, 0, 3, 4, 0], seen.PerAction);
        Assert.Equal(2, seen.Action);
    }

    private static float[] SharedOf(string features) => SeenRecord.Of(Bandit.Vw.CreateDecoder(), $"shared {features}\n|a x").Shared;
}
