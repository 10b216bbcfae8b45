namespace StreamLearn.Cluster.Configuration;

/// <summary>What becomes of a cluster that falls apart into groups of nodes that do not see each other.</summary>
/// <param name="Strategy">Who goes on: <c>keep-majority</c>, <c>keep-oldest</c> or <c>static-quorum</c>.</param>
/// <param name="Quorum">Nodes that <c>static-quorum</c> wants.</param>
/// <param name="StableAfter">How long what is seen must stay the same before that is decided.</param>
/// <param name="AcceptablePause">How long a node may say nothing before it counts as unreachable.</param>
public sealed record SplitBrainSettings(string Strategy, int Quorum, TimeSpan StableAfter, TimeSpan AcceptablePause)
{
    internal static SplitBrainSettings From(ConfigNode block)
    {
        var settings = new SplitBrainSettings(
            block.Choice("strategy", "keep-majority", "keep-oldest", "static-quorum"),
            (int)block.Whole("quorum", 0, 10_000),
            block.Duration("stable-after", TimeSpan.FromSeconds(1)),
            block.Duration("acceptable-pause", TimeSpan.FromSeconds(1)));
        return settings.Strategy != "static-quorum" || settings.Quorum > 0
            ? settings
            : throw block.Fail("quorum", "0, and strategy is static-quorum", "more than half of the nodes that there are to be");
    }
}
