using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Membership;

namespace StreamLearn.Cluster.Tests.Configuration;

public class NodeSettingsTests
{
    [Theory]
    [InlineData("node.host=0.0.0.0", "streamlearn.node.public-host is empty, and host is 0.0.0.0; expected the address that other nodes reach this one by")]
    [InlineData("node.split-brain.strategy=static-quorum", "streamlearn.node.split-brain.quorum is 0, and strategy is static-quorum; expected more than half")]
    [InlineData("node.tls.enabled=on", "streamlearn.node.tls.certificate is empty; expected a PEM file")]
    public void Given_a_setting_that_wants_another_one_When_that_is_missing_Then_the_message_names_the_other_one(string setting, string message)
    {
        var refused = Assert.Throws<ConfigurationException>(() => StreamLearnConfig.Load(null, [setting]));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_nothing_said_of_the_node_When_it_is_loaded_Then_it_is_a_cluster_of_one_that_does_everything_on_a_processor()
    {
        var node = StreamLearnConfig.Load(null, []).Node;

        Assert.Equal([NodeRole.Ingest, NodeRole.Learner], node.Roles);
        Assert.Empty(node.Seeds);
        Assert.Equal(("127.0.0.1", "127.0.0.1", "keep-majority", false), (node.Host, node.PublicHost, node.SplitBrain.Strategy, node.Tls.Enabled));
    }

    [Fact]
    public void Given_seeds_When_they_are_loaded_Then_they_keep_their_order()
    {
        var node = StreamLearnConfig.Load(null, ["node.seeds=[\"b:1\", \"a.example:4053\"]", "node.host=10.0.0.1", "node.public-host=b"]).Node;

        Assert.Equal([new SeedNode("b", 1), new SeedNode("a.example", 4053)], node.Seeds);
        Assert.Equal(("10.0.0.1", "b"), (node.Host, node.PublicHost));
    }
}
