using Akka.Actor;
using Akka.Cluster.Sharding;

namespace StreamLearn.Cluster.Health;

/// <summary>Where the shards of a pipeline are.</summary>
/// <param name="Shards">By node, in the order of addresses.</param>
/// <param name="Problem">Why it is not all of them; null: it is.</param>
internal sealed record ShardCensus(IReadOnlyList<NodeShards> Shards, string? Problem)
{
    /// <summary>How long all nodes together may take to answer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>Asks the nodes that learners live on; where not all answer, this one alone.</summary>
    /// <param name="region">The pipeline's shard region here, or its proxy.</param>
    /// <param name="role">The role of those nodes.</param>
    /// <param name="hosts">Addresses of the members that have it.</param>
    /// <param name="self">Address of this node.</param>
    internal static async Task<ShardCensus> TakeAsync(IActorRef region, string role, IReadOnlyCollection<string> hosts, string self)
    {
        if (hosts.Count == 0)
        {
            return new ShardCensus([], $"no member has the role {role}");
        }

        var all = await AskAsync<ClusterShardingStats>(region, new GetClusterShardingStats(Limit), Limit + Margin).ConfigureAwait(false);
        if (all is { Regions.Count: > 0 })
        {
            var shards = all.Regions.Select(node => Of(node.Key.ToString(), node.Value)).OrderBy(node => node.Node, StringComparer.Ordinal).ToList();
            var missing = hosts.Except(shards.Select(node => node.Node)).Order(StringComparer.Ordinal)
                .Concat(all.Regions.Where(node => node.Value.Failed.Count > 0).Select(node => node.Key.ToString())).ToList();
            return new ShardCensus(shards, missing.Count == 0 ? null : $"some shards of {string.Join(", ", missing)} are not known");
        }

        var own = hosts.Contains(self) ? await AskAsync<ShardRegionStats>(region, GetShardRegionStats.Instance, Margin).ConfigureAwait(false) : null;
        return new ShardCensus(
            own is null ? [] : [Of(self, own)],
            $"not all nodes answered within {Limit.TotalSeconds:0} s{(own is null ? "" : "; these are this node's shards")}");
    }

    private static NodeShards Of(string address, ShardRegionStats stats) => new(address, stats.Stats.Count, stats.Stats.Values.Sum());

    private static async Task<T?> AskAsync<T>(IActorRef region, object question, TimeSpan limit)
        where T : class
    {
        try
        {
            return await region.Ask<T>(question, limit).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
