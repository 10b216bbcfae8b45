using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Membership;

namespace StreamLearn.Cluster.Tests.Membership;

public class NodeProfileTests
{
    private const string One = "streamlearn.pipelines.one {}";

    [Fact]
    public void Given_the_same_settings_When_profiles_are_compared_Then_they_fit() => Assert.Null(Of(One).Against(Of(One)));

    [Theory]
    [InlineData("node.shards=8", "streamlearn.node.shards is 8 there and 64 here")]
    [InlineData("node.frame-size=1000000", "streamlearn.node.frame-size is 1000000 there and 8388608 here")]
    [InlineData("node.split-brain.quorum=2", "streamlearn.node.split-brain.quorum is 2 there and 0 here")]
    [InlineData("node.split-brain.stable-after=3s", "streamlearn.node.split-brain.stable-after is 3s there and 20s here")]
    [InlineData("seed=9", "streamlearn.pipelines.one.seed is 9 there and 1 here")]
    [InlineData("pipelines.one.buckets=7", "streamlearn.pipelines.one.buckets is 7 there and 4 here")]
    public void Given_a_setting_that_differs_When_profiles_are_compared_Then_it_is_named_with_both_values(string setting, string expected)
    {
        var reason = Of(One).Against(Of(One, setting));

        Assert.NotNull(reason);
        Assert.Contains(expected, reason, StringComparison.Ordinal);
        Assert.EndsWith("expected the same settings on all nodes", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node.port=4053")]
    [InlineData("node.roles=[learner]")]
    [InlineData("node.learner-threads=1")]
    [InlineData("checkpoint.every=3s")]
    public void Given_a_setting_that_is_a_nodes_own_When_profiles_are_compared_Then_they_fit(string setting) =>
        Assert.Null(Of(One).Against(Of(One, setting)));

    [Fact]
    public void Given_a_pipeline_that_only_one_node_has_When_profiles_are_compared_Then_they_fit_and_others_are_still_compared()
    {
        var both = Of(One + "\nstreamlearn.pipelines.one-more {}");

        Assert.Null(Of(One).Against(both));
        Assert.Null(both.Against(Of(One)));
        Assert.NotNull(both.Against(Of(One, "pipelines.one.buckets=7")));
    }

    [Fact]
    public void Given_another_checkpoint_store_When_profiles_are_compared_Then_both_ids_are_named_and_what_is_to_be_done()
    {
        var config = StreamLearnConfig.Load(null, [], One);

        var reason = NodeProfile.Of(config.Node, config.Pipelines, "1a").Against(NodeProfile.Of(config.Node, config.Pipelines, "2b"));

        Assert.StartsWith("its checkpoint store has the id 2b, and this node's 1a; expected one store for all nodes: set streamlearn.checkpoint.store", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_many_differences_When_profiles_are_compared_Then_some_are_named_and_the_others_counted()
    {
        var reason = Of(One).Against(Of(One, "seed=9", "node.shards=8", "pipelines.one.buckets=7", "pipelines.one.max-keys=99", "pipelines.one.source.topic=x",
            "pipelines.one.learner.kind=last-value"));

        Assert.Matches("and [0-9]+ more; expected", reason!);
    }

    [Fact]
    public void Given_another_version_of_messages_When_profiles_are_compared_Then_the_versions_are_named_whatever_the_settings()
    {
        var other = Of(One, "seed=9") with { WireVersion = 7 };

        var reason = Of(One).Against(other);

        Assert.Contains("it speaks version 7 of the messages between nodes, and this node version 1", reason!, StringComparison.Ordinal);
    }

    private static NodeProfile Of(string pipelines, params string[] settings)
    {
        var config = StreamLearnConfig.Load(null, settings, pipelines);
        return NodeProfile.Of(config.Node, config.Pipelines, "");
    }
}
