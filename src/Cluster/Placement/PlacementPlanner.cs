namespace StreamLearn.Cluster.Placement;

/// <summary>
/// Where the shards of a pipeline go, from what they cost and what nodes can do. Pure: it asks nobody, and the same question has the same answer. The
/// relative load of a node is the cost of all it has, over its capacity.
/// </summary>
internal static class PlacementPlanner
{
    /// <summary>Share of the threshold that moves go on down to once they have begun: what is left leaves room for noise.</summary>
    internal const double Finish = 0.25;

    // Of a load: sums of many costs differ in their last bits.
    private const double Rounding = 1e-9;

    /// <summary>The node for a shard that none has: the one with the least relative load with it; of several the first by address.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="nodes">At least one. One that has not reported counts as an average one.</param>
    /// <param name="costs">What shards cost.</param>
    internal static string Allocate(int shard, IReadOnlyList<PlacementNode> nodes, ShardCosts costs)
    {
        var reported = nodes.Where(node => node.Capacity is not null).ToList();
        var usual = reported.Count > 0 ? reported.Average(node => node.Capacity!.Value) : 1;
        return nodes
            .Select(node => (node.Address, Load: (LoadOf(node, costs) + costs.Of(shard)) / (node.Capacity ?? usual)))
            .OrderBy(node => node.Load)
            .ThenBy(node => node.Address, StringComparer.Ordinal)
            .First().Address;
    }

    /// <summary>The shards that are to move now. Each move takes from a node and gives to one that even with the shard has less to do than the first had: the
    /// largest relative load never rises, and a plan that is carried out is not taken back.</summary>
    /// <param name="nodes">All nodes that have or may have shards. While one has not reported, nothing moves.</param>
    /// <param name="costs">What shards cost.</param>
    /// <param name="limits">How much, and from when on.</param>
    /// <param name="underWay">Whether the plan before was cut short by the limit: the threshold has been passed then.</param>
    internal static IReadOnlyList<PlacementMove> Rebalance(
        IReadOnlyList<PlacementNode> nodes, ShardCosts costs, PlacementLimits limits, bool underWay = false)
    {
        if (nodes.Count < 2 || nodes.Any(node => node.Capacity is null))
        {
            return [];
        }

        var loads = nodes.OrderBy(node => node.Address, StringComparer.Ordinal).Select(node => new NodeLoad(node, LoadOf(node, costs), costs)).ToList();
        var mean = loads.Sum(node => node.Load) / loads.Sum(node => node.Capacity);
        var most = limits.MovesOf(nodes.Sum(node => node.Shards.Count));
        var moves = new List<PlacementMove>();
        while (moves.Count < most && Next(loads, mean * limits.Threshold * (underWay ? Finish : 1)) is { } move)
        {
            moves.Add(move);
            underWay = true;
        }

        return moves;
    }

    /// <summary>The best move from the most loaded node; where it has none, from the next.</summary>
    private static PlacementMove? Next(List<NodeLoad> loads, double gap)
    {
        foreach (var from in loads.OrderByDescending(node => node.Relative).ThenBy(node => node.Address, StringComparer.Ordinal))
        {
            NodeLoad? best = null;
            var (shard, cost, least) = (0, 0.0, from.Relative * (1 - Rounding));
            foreach (var to in loads.Where(to => from.Relative - to.Relative > gap))
            {
                // What would make the two equal.
                var ideal = (from.Relative - to.Relative) / ((1 / from.Capacity) + (1 / to.Capacity));
                foreach (var candidate in from.Near(ideal))
                {
                    var worse = Math.Max((from.Load - candidate.Cost) / from.Capacity, (to.Load + candidate.Cost) / to.Capacity);
                    if (worse < least)
                    {
                        (best, shard, cost, least) = (to, candidate.Shard, candidate.Cost, worse);
                    }
                }
            }

            if (best is not null)
            {
                from.Give(shard, cost);
                best.Load += cost;
                return new PlacementMove(shard, from.Address, best.Address);
            }
        }

        return null;
    }

    /// <summary>In the order of the shards: in another one the sum would have other last bits, and ties other winners.</summary>
    private static double LoadOf(PlacementNode node, ShardCosts costs) => node.OtherLoad + node.Shards.Order().Sum(costs.Of);

    /// <summary>A node while a plan is made. A shard that has come to it stays, and so does one without a bucket.</summary>
    private sealed class NodeLoad(PlacementNode node, double load, ShardCosts costs)
    {
        // Of equal costs the smallest number last, where a search from above finds it first.
        private readonly SortedSet<(double Cost, int Shard)> _shards = new(
            node.Shards.Where(shard => !costs.IsIdle(shard)).Select(shard => (costs.Of(shard), shard)),
            Comparer<(double Cost, int Shard)>.Create((x, y) => x.Cost.CompareTo(y.Cost) is var order and not 0 ? order : y.Shard.CompareTo(x.Shard)));

        internal string Address => node.Address;

        internal double Capacity => node.Capacity!.Value;

        internal double Load { get; set; } = load;

        internal double Relative => Load / Capacity;

        /// <summary>The shard with the largest cost up to that one, and the one with the smallest above it.</summary>
        internal IEnumerable<(double Cost, int Shard)> Near(double cost)
        {
            if (UpTo(cost) is { } below)
            {
                yield return below;
            }

            if (_shards.Count > 0 && _shards.Max.Cost > cost)
            {
                var above = _shards.GetViewBetween((cost, int.MinValue), _shards.Max).Min;
                yield return UpTo(above.Cost)!.Value;
            }
        }

        internal void Give(int shard, double cost)
        {
            _shards.Remove((cost, shard));
            Load -= cost;
        }

        private (double Cost, int Shard)? UpTo(double cost) =>
            _shards.Count == 0 || _shards.Min.Cost > cost ? null : _shards.GetViewBetween(_shards.Min, (cost, int.MinValue)).Max;
    }
}
